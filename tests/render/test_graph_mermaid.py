"""The history as Mermaid: what GitHub draws, and nothing a message could add to it."""

import re
from textwrap import dedent

from hypothesis import given, settings

from migbot.render.graph_mermaid import MOST_NODES, draw_mermaid, escaped
from support.foreign import anything
from support.graphs import chain, everything, fork, graph, ladder, revision


def test_a_fork() -> None:
    assert draw_mermaid(fork(), new={"c"}) == dedent("""\
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


def test_a_dependency_is_dotted_and_a_merge_has_an_arrow_from_each_parent() -> None:
    text = draw_mermaid(everything())
    names = dict(re.findall(r'(n\d+)\["(\w+)<', text))
    arrows = {
        (names[a], kind, names[b]) for a, kind, b in re.findall(r"(n\d+) (-.*>) (n\d+)", text)
    }
    assert {(each, "-->", "m") for each in "cde"} <= arrows
    assert ("m", "-. depends on .->", "y") in arrows
    assert ("k1", "-->", "k2") in arrows
    assert ("k2", "-->", "k1") in arrows
    assert sorted(names.values()) == sorted(everything().by_id)


def test_a_long_history_is_cut_around_its_heads_and_says_so() -> None:
    text = draw_mermaid(chain(100))
    assert len(re.findall(r"  n\d+\[", text)) == MOST_NODES
    assert '"r99<' in text
    assert "r59<" not in text
    assert '  older(["60 more revisions"])\n  older --> n39\n' in text


def test_every_head_is_in_the_picture_with_what_is_near_it() -> None:
    forked = graph(*chain(100).revisions, revision("left", "r99"), revision("right", "r10"))
    text = draw_mermaid(forked)
    assert all(f'"{name}<' in text for name in ("left", "right", "r99", "r10"))


def test_two_thousand_revisions_are_no_longer_than_forty() -> None:
    assert draw_mermaid(ladder(merges=30, between=33)).count("\n") < 120


NODE = re.compile(r'  n0\["(?:[^\W_]| |#\d+;|<br/>)*"\]')


@settings(max_examples=100)
@given(anything)
def test_no_foreign_text_leaves_its_label(text: str) -> None:
    drawn = draw_mermaid(graph(revision("a", message=text, labels=(text,))))
    lines = drawn.splitlines()
    assert lines[0] == "flowchart BT"
    assert NODE.fullmatch(lines[1])
    assert len(lines) == 6


def test_what_means_something_to_mermaid_or_markdown_is_an_entity() -> None:
    assert escaped('1. "a" [b]') == "1#46; #34;a#34; #91;b#93;"
    message = escaped('end"]; click n0 "javascript:alert(1)" %% `x` <b>')
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|#\d+;)*", message)
