"""The picture of a fork in a comment: its heads, where they part, twelve revisions at the most."""

import re
from textwrap import dedent

from hypothesis import given, settings

from migbot.render.mermaid_fork import MOST_NODES, draw_fork
from support.foreign import anything
from support.graphs import chain, everything, fork, graph, ladder, revision

NODE = re.compile(r'^  (n\d+)\["([^"]*)"\]$', re.M)


def nodes(text: str) -> list[str]:
    return [label.split("<br/>")[0] for _, label in NODE.findall(text)]


def test_a_fork_is_drawn_with_where_it_parts():
    assert draw_fork(fork(), ["b", "c"], new=["c"]) == dedent("""\
        flowchart BT
          n0["b<br/>head<br/>Make b"]
          n1["c<br/>new#44; head<br/>Make c"]
          n2["a<br/>base<br/>Make a"]
          n2 --> n0
          n2 --> n1
          classDef head stroke-width:3px
          classDef new stroke:#2da44e,stroke-width:3px
          classDef broken stroke:#d1242f,stroke-width:3px,stroke-dasharray:5 3
          class n0 head
          class n1 new
        """)


def far(length: int):
    """A fork at r10 of a chain, far below the chain's own head."""
    return graph(*chain(length).revisions, revision("side", "r10"))


def test_where_they_part_is_in_the_picture_however_far_it_is_from_the_heads():
    text = draw_fork(far(200), ["r199", "side"], new=["side"])
    shown = nodes(text)
    assert {"r199", "side", "r10", "r11"} <= set(shown)
    assert len(shown) == MOST_NODES
    assert "r9" not in shown


def test_what_is_left_out_between_two_is_counted():
    text = draw_fork(far(200), ["r199", "side"])
    names = dict(NODE.findall(text))
    (found,) = re.findall(r"(n\d+) -\. (\d+) more \.-> (n\d+)", text)
    below, count, above = found
    low, high = (int(re.match(r"r(\d+)", names[key])[1]) for key in (below, above))
    assert int(count) == high - low - 1 > 100


def test_a_history_of_thousands_with_many_heads_is_no_larger():
    many = graph(*ladder(30, 33).revisions, *(revision(f"h{n}", "m3") for n in range(40)))
    assert len(nodes(draw_fork(many, many.heads))) <= MOST_NODES


def test_a_broken_history_is_drawn_too():
    broken = everything()
    for name in broken.by_id:
        assert name in nodes(draw_fork(broken, [name]))
    assert nodes(draw_fork(broken, broken.heads))


def test_what_is_not_there_is_not_drawn():
    assert draw_fork(fork(), ["nobody"]) == ""
    assert draw_fork(fork(), []) == ""


@settings(max_examples=100)
@given(anything)
def test_no_foreign_text_leaves_its_label(text: str):
    drawn = draw_fork(
        graph(revision("a", message=text, labels=(text,)), revision("b", "a"), revision("c", "a")),
        ["b", "c"],
    )
    safe = re.compile(r'  n\d+\["(?:[^\W_]| |#\d+;|<br/>)*"\]')
    lines = drawn.splitlines()
    assert lines[0] == "flowchart BT"
    assert all(safe.fullmatch(line) for line in lines[1:4])
    assert len(lines) == 11
