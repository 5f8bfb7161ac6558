"""The history as text: each line of it can be read aloud."""

from textwrap import dedent

from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision, Unreadable
from migbot.render.graph_text import draw_text
from migbot.render.lanes import newest_first
from support.foreign import anything, unseen
from support.graphs import chain, everything, fork, graph, ladder, revision


def test_a_fork() -> None:
    assert draw_text(fork(), new={"c"}) == dedent("""\
        + c (new, head) Make c
        │ * b (head) Make b
        ├─╯
        * a (base) Make a
        """)


def test_three_parents_labels_dependencies_and_what_is_broken() -> None:
    assert draw_text(everything(), new={"m"}) == dedent("""\
        * y (head, depends on m) Make y
        * x (base, label billing) Make x

        + m (new, head) Make m
        ├─┬─╮
        * │ │ c Make c
        │ ! │ d (also in v/twice.py) Make d
        ├─╯ │
        │   * e Make e
        ├───╯
        * b Make b
        │ * side (head) Make side
        ├─╯
        * a (base) Make a

        ! lost (head, missing parent gone) Make lost

        ! k1 (in a cycle) Make k1
        ! k2 (in a cycle) Make k2
        """)


def test_a_line_that_only_passes_is_not_drawn_as_joined() -> None:
    crossing = graph(
        revision("a"), revision("b", "a"), revision("c", "a"), revision("d", "a"),
        revision("x", "b", "c", "d"), revision("y", "d"), revision("z", "b"),
    )  # fmt: skip
    assert draw_text(crossing) == dedent("""\
        * z (head) Make z
        │ * y (head) Make y
        │ │ * x (head) Make x
        ├─┼─┤
        * │ │ b Make b
        │ │ * c Make c
        ├─│─╯
        │ * d Make d
        ├─╯
        * a (base) Make a
        """)


def test_a_terminal_without_box_characters_gets_ascii() -> None:
    text = draw_text(everything(), only_ascii=True)
    assert text.isascii()
    assert "+-+-+\n* | | c Make c\n| ! | d" in text


def test_a_message_in_another_script_is_spelled_out_for_such_a_terminal() -> None:
    assert draw_text(graph(revision("a", message="naïve │")), only_ascii=True) == (
        "* a (head, base) na\\xefve |\n"
    )


def test_two_trees_one_below_the_other_are_not_drawn_as_one() -> None:
    assert draw_text(graph(revision("a"), revision("b"))) == dedent("""\
        * b (head, base) Make b

        * a (head, base) Make a
        """)


def test_an_empty_history_is_an_empty_picture() -> None:
    assert draw_text(graph()) == ""


def test_files_that_could_not_be_read_are_listed_below() -> None:
    broken = RevisionGraph([revision("a")], [Unreadable("v/x.py", "is not valid Python", 3)])
    assert draw_text(broken).endswith("? v/x.py:3 is not valid Python\n")


def test_two_thousand_revisions_with_thirty_merges_stay_narrow() -> None:
    tall = ladder(merges=30, between=33)
    text = draw_text(tall)
    assert len(tall.by_id) == 2011
    assert text.count("├─╮") == text.count("├─╯") == 30
    assert text.count("\n") == 2011 + 60
    assert draw_text(chain(2_000)).count("\n") == 2_000


def ids(graph: RevisionGraph) -> list[str]:
    return list(newest_first(graph))


@st.composite
def any_graph(draw: st.DrawFn) -> RevisionGraph:
    """Any revisions at all: cycles, missing parents, dependencies, files twice."""
    names = [f"r{number}" for number in range(draw(st.integers(1, 12)))]
    some = st.lists(st.sampled_from([*names, "gone"]), unique=True, max_size=3)
    return RevisionGraph(
        Revision(name, f"v/{name}{twice}.py", tuple(draw(some)), tuple(draw(some)[:1]))
        for name in names
        for twice in range(draw(st.integers(1, 2)))
    )


@settings(max_examples=300)
@given(any_graph())
def test_every_revision_is_drawn_once_and_above_what_it_needs(found: RevisionGraph) -> None:
    drawn = ids(found)
    assert sorted(drawn) == sorted(found.by_id)
    sound = set(found.order)
    for name in sound:  # none of it stands on a cycle
        assert all(drawn.index(name) < drawn.index(other) for other in found.needs(name))


def read(text: str) -> set[tuple[str, str]]:
    """Pairs of child and parent, as an eye reads them that follows the lines down."""
    pairs: set[tuple[str, str]] = set()
    lines: dict[int, set[str]] = {}  # where a line stands, and whose it is
    node = 0
    for line in text.splitlines():
        sign = next((at for at, each in enumerate(line[: line.find("r")]) if each in "*!"), None)
        if sign is not None:
            node, name = sign, line[sign:].lstrip("*! │").split(" ")[0]
            pairs |= {(child, name) for child in lines.get(node, ())}
            lines = {at: who for at, who in lines.items() if line[at : at + 1] == "│"}
            lines[node] = {name}
            continue
        joints = {at: each for at, each in enumerate(line) if each in "├┤┬┴┼╭╮╰╯"}
        ending = {at for at in joints if joints[at] in "╯╰" and at != node}
        own, joining = lines[node], {who for at in ending for who in lines.pop(at)}
        lines = {at: who for at, who in lines.items() if at != node}
        for at, joint in joints.items():
            if joint in "├┤┬┼╭╮":
                lines[at] = lines.get(at, set()) | own | (joining if at == node else set())
    return pairs


@settings(max_examples=300)
@given(any_graph())
def test_following_the_lines_down_leads_to_the_parents_and_nowhere_else(
    found: RevisionGraph,
) -> None:
    above: set[str] = set()
    pairs = set()
    for name in ids(found):
        above.add(name)
        parents = found.by_id[name].parents
        pairs |= {(name, each) for each in parents if each in found.by_id and each not in above}
    assert read(draw_text(found)) == pairs


@settings(max_examples=50)
@given(anything)
def test_no_foreign_text_reaches_the_terminal_raw(text: str) -> None:
    each = Revision(text, text, (text + "x",), (text,), (text,), text)
    assert not unseen(draw_text(RevisionGraph([each], [Unreadable(text, text)])))
