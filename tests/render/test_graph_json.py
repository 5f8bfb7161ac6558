"""The history as JSON: every fact of the graph, newest first."""

import json

from hypothesis import given

from migbot.core.graph import RevisionGraph
from migbot.core.model import Unreadable
from migbot.render.graph_json import draw_json
from support.foreign import anything
from support.graphs import everything, fork, graph, revision


def test_a_fork() -> None:
    found = json.loads(draw_json(fork(), new={"c"}))
    assert found["heads"] == ["b", "c"]
    assert found["bases"] == ["a"]
    assert [each["id"] for each in found["revisions"]] == ["c", "b", "a"]
    assert found["revisions"][0] == {
        "id": "c",
        "path": "v/c.py",
        "parents": ["a"],
        "depends_on": [],
        "labels": [],
        "message": "Make c",
        "new": True,
    }


def test_what_is_broken_is_told() -> None:
    found = json.loads(draw_json(everything()))
    assert found["duplicates"] == {"d": ["v/d.py", "v/twice.py"]}
    assert found["missing"] == [{"revision": "lost", "names": "gone"}]
    assert sorted(found["cycle"]) == ["k1", "k2"]
    assert len(found["revisions"]) == len(everything().by_id)
    blind = RevisionGraph([], [Unreadable("v/x.py", "is not valid Python", 3)])
    assert json.loads(draw_json(blind))["unreadable"] == [
        {"path": "v/x.py", "line": 3, "reason": "is not valid Python"}
    ]


@given(anything)
def test_foreign_text_comes_out_as_it_went_in_and_in_ascii(text: str) -> None:
    drawn = draw_json(graph(revision("a", message=text or "-")))
    assert drawn.isascii()
    assert json.loads(drawn)["revisions"][0]["message"] == (text or "-")
