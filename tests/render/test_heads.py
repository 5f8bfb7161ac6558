"""The heads: one a line, and what to do where there are too many."""

from hypothesis import given

from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.history import History, read_history
from migbot.core.model import Finding, Severity
from migbot.core.report import EnvironmentReport, Report, Unknown, Verdict
from migbot.render.heads import render_heads
from support.foreign import anything, unseen


def history(expected: int = 1, **files: str) -> History:
    tree = FileTree({f"v/{name}.py": text.encode() for name, text in files.items()})
    return read_history(tree, Environment("main", ("v",), expected_heads=expected))


FORK = {
    "a": '"""Begin"""\nrevision = "a"\ndown_revision = None\nbranch_labels = "billing"\n',
    "b": '"""Add a nickname"""\nrevision = "b"\ndown_revision = "a"\n',
    "c": 'revision = "c"\ndown_revision = "a"\n',
}


FOUND = Finding("MB101", "single-head", Severity.ERROR, "2 heads", environment="main")


def report(*heads: str, forked: bool = False) -> Report:
    mains = (EnvironmentReport("main", heads=heads),)
    return Report(Verdict.PASS, environments=mains, findings=(FOUND,) * forked)


def test_two_heads_are_listed_with_label_and_message_and_the_way_out() -> None:
    assert render_heads(report("b", "c", forked=True), {"main": history(**FORK)}) == (
        "b  (billing)  Add a nickname\nc  (billing)\n(2 heads, expected 1: run migbot resolve)\n"
    )


def test_heads_that_are_meant_to_be_several_need_no_way_out() -> None:
    assert "resolve" not in render_heads(report("b", "c"), {"main": history(2, **FORK)})


def test_without_a_history_the_ids_stand_alone() -> None:
    assert render_heads(report("b")) == "b\n"
    assert render_heads(report()) == "(no heads)\n"


def test_several_environments_are_named_and_what_is_not_known_is_said() -> None:
    two = (EnvironmentReport("main", heads=("b",)), EnvironmentReport("other", heads=("x",)))
    blind = (Unknown("v/d.py:3", "is no Python"),)
    assert render_heads(Report(Verdict.UNKNOWN, environments=two, unknown=blind)) == (
        "main:\nb\nother:\nx\n(not known: v/d.py:3: is no Python)\n"
    )


@given(anything)
def test_no_foreign_text_reaches_the_terminal_raw(text: str) -> None:
    two = (EnvironmentReport(text, heads=(text,)), EnvironmentReport("other"))
    made = Report(Verdict.UNKNOWN, environments=two, unknown=(Unknown(text, text),))
    assert not unseen(render_heads(made))
