"""A workflow's log: our commands first and whole, and none of a stranger's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.report import Report, Verdict
from migbot.render.points import points
from migbot.render.text import render_text
from migbot.render.workflow_commands import MOST, workflow_commands
from support import reports
from support.every_field import report_of
from support.runner import PAYLOADS, Said, hostile, obeyed

LEVELS = {"failure": "error", "warning": "warning", "notice": "notice"}


def many(**counts: int) -> Report:
    found = [
        Finding("MB201", "x", Severity(severity), f"{severity} {n}", path="a.py", line=n + 1)
        for severity, count in counts.items()
        for n in range(count)
    ]
    return Report(Verdict.FAIL, findings=tuple(found))


def test_a_fork_is_a_command_for_each_finding_and_then_the_text() -> None:
    assert workflow_commands(reports.forked()) == (
        "::error file=migrations/versions/8f2a1c_add_orders.py,line=12,title=MB101 single-head::"
        "The merge has 2 heads: `8f2a1c` (add orders) and `c41e77` (add invoice table).%0A"
        "Run `migbot resolve`.\n"
        "::warning file=migrations/versions/8f2a1c_add_orders.py,line=1,"
        "title=MB301 message-present::"
        "The message `update` says nothing.%0ASay what the migration does: `add orders`.\n"
    ) + render_text(reports.forked())


def test_where_all_is_well_there_is_no_command() -> None:
    assert obeyed(workflow_commands(reports.green())) == []
    assert workflow_commands(reports.green()) == render_text(reports.green())


def test_what_is_not_known_is_an_error_without_a_place() -> None:
    (said,) = obeyed(workflow_commands(Report(Verdict.UNKNOWN)))
    assert (said.name, said.properties) == ("error", {"title": "Not verified"})


def test_what_the_runner_escapes_comes_back_as_it_was() -> None:
    found = Finding(
        "MB1", "a,b:c=d", Severity.ERROR, "50% of\nit: a,b", path="a,b:c%0A/é.py", line=3
    )
    (said,) = obeyed(workflow_commands(Report(Verdict.FAIL, findings=(found,))))
    assert said == Said(
        "error",
        {"file": "a,b:c%0A/é.py", "line": "3", "title": "MB1 a,b:c=d"},
        "50% of\nit: a,b",
    )


def test_what_is_more_than_github_shows_is_counted_in_a_last_notice() -> None:
    said = obeyed(workflow_commands(many(error=13, warning=10, note=12)))
    names = [each.name for each in said]
    assert [names.count(name) for name in ("error", "warning", "notice")] == [MOST, MOST, MOST]
    assert said[0].data == "error 0"
    assert said[-1] == Said("notice", {"title": "migbot"}, "6 more, in the log of this step")


@pytest.mark.parametrize("notes", range(8, 12))
def test_every_point_is_shown_or_counted(notes: int) -> None:
    said = obeyed(workflow_commands(many(error=11, note=notes)))
    shown = [each for each in said if each.data.endswith("in the log of this step") is False]
    counted = int(said[-1].data.split()[0])
    assert len(shown) + counted == 11 + notes
    assert sum(each.name == "notice" for each in said) <= MOST


def test_ten_of_each_need_no_last_notice() -> None:
    said = obeyed(workflow_commands(many(error=10, warning=10, note=10)))
    assert len(said) == 30
    assert "more" not in said[-1].data


def test_printed_as_they_are_a_strangers_words_would_be_commands() -> None:
    assert [said.name for payload in PAYLOADS for said in obeyed(payload)] == [
        "error",
        "stop-commands",
        "add-mask",
        "warning",
        "error",
        "error",
        "add-mask",
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("pick", range(4))
def test_a_strangers_words_are_no_command(payload: str, pick: int) -> None:
    only_ours(report_of(payload, pick), 40)


@given(
    st.lists(hostile, min_size=1, max_size=3).map("".join), st.integers(0, 20), st.integers(40, 99)
)
def test_no_command_is_obeyed_that_we_did_not_write(text: str, pick: int, width: int) -> None:
    only_ours(report_of(text, pick), width)


def only_ours(report: Report, width: int) -> None:
    ours = {
        (LEVELS[each.level], each.title, each.message, each.place.path) for each in points(report)
    }
    for said in obeyed(workflow_commands(report, width=width)):
        properties = said.properties
        told = (said.name, properties["title"], said.data, properties.get("file", ""))
        assert told in ours
        assert properties.keys() <= {"title", "file", "line"}
