"""What to do about it: the one command, what it writes, and what to beware of."""

from __future__ import annotations

from migbot.core.plan import NewLine, PlannedEdit, PlanReport
from migbot.core.report import Report, Verdict
from migbot.render.markdown_fix import MOST_EDITS, command, fix_sections
from support.situations import (
    BASE_FORKED,
    DEPENDS,
    FORKED_REPORT,
    GREEN,
    PATH,
    REPOINT,
    SEVERAL,
    error,
    report,
)

EDIT = REPOINT.edits[0]


def said(made: Report) -> str:
    return "\n\n".join(fix_sections(made))


def planned(plan: PlanReport) -> str:
    return said(FORKED_REPORT._replace(plan=plan))


def test_where_nothing_is_wrong_nothing_is_to_be_done() -> None:
    assert (command(GREEN), said(GREEN)) == ("", "")


def test_the_command_names_the_strategy_and_the_environment_of_several() -> None:
    assert command(FORKED_REPORT) == "migbot resolve --strategy rebase"
    assert command(FORKED_REPORT._replace(plan=None)) == "migbot resolve"
    assert command(SEVERAL) == "migbot resolve --strategy rebase -n shop"


def test_a_name_of_a_stranger_s_is_one_word_of_the_command() -> None:
    odd = tuple(each._replace(environment="a; rm -rf /") for each in SEVERAL.findings)
    assert command(SEVERAL._replace(findings=odd)).endswith("-n 'a; rm -rf /'")


def test_a_re_point_shows_its_line_what_is_next_and_what_to_beware_of() -> None:
    text = said(FORKED_REPORT)
    assert text.startswith(
        "**Fix: re-point your revision.** Merge the base branch into yours, run `migbot resolve "
        "--strategy rebase`, commit and push."
    )
    order = [
        "Why: re-points the branch",
        "this comes first, **before** the files change:\n\n```sh\nalembic downgrade a1b2c3",
        f"`{PATH}:12`, by hand:",
        '-down_revision = "a1b2c3"\n+down_revision = "c41e77"',
        "Then:\n\n```sh\nalembic upgrade head",
        "<details><summary>Already applied it",
        "```sh\nmigbot resolve --strategy merge",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_a_merge_is_created_and_warns_of_no_moved_revision() -> None:
    merge = PlannedEdit("v/m1.py", "create", "m1", ("8f2a1c", "c41e77"))
    text = planned(PlanReport("merge", "", (merge,)))
    assert text.startswith(
        "**Fix: merge the heads.** Merge the base branch into yours, run `migbot"
    )
    assert "`migbot resolve --strategy merge`, commit" in text
    assert "`v/m1.py` will be created: `m1` on `8f2a1c`, `c41e77`." in text
    assert "Why:" not in text
    assert "<details>" not in text


def test_a_file_that_is_rewritten_to_have_no_parent_says_so() -> None:
    edit = EDIT._replace(lines=(), down_revision=())
    assert f"`{PATH}` will be rewritten: `8f2a1c` on nothing." in planned(
        REPOINT._replace(edits=(edit,))
    )


def test_more_files_and_lines_than_a_page_has_room_for_are_counted_or_left_out() -> None:
    lines = tuple(NewLine(n, f"was {n}", f"now {n}") for n in range(1, 10))
    text = planned(REPOINT._replace(edits=(EDIT._replace(lines=lines),) * (MOST_EDITS + 2)))
    assert text.count("by hand:") == MOST_EDITS
    assert "… and 2 more files, in the report." in text
    assert "+now 6" in text
    assert "now 7" not in text


def test_without_a_plan_a_fork_has_its_command_and_anything_else_its_own_hint() -> None:
    first = "**Fix:** Merge the base branch into yours, run `migbot resolve`"
    assert said(FORKED_REPORT._replace(plan=None)).startswith(first)
    edited = error("MB201", "published-unchanged", "m", "Put it back as it was.")
    assert said(report(Verdict.FAIL, findings=(edited,))) == "**Fix:** Put it back as it was."
    assert said(report(Verdict.FAIL, findings=(edited._replace(hint=""),))) == ""


def test_who_depends_on_another_pull_request_is_told_the_order() -> None:
    assert said(DEPENDS) == "**Fix: merge #815 first.** This is judged again then."
    (needs,) = DEPENDS.forecast
    two = DEPENDS._replace(forecast=(needs, needs._replace(pull=816)))
    assert said(two) == "**Fix: merge #815 first.** Then the others that it needs."


def test_a_forked_base_is_mended_once_for_everybody_and_not_here() -> None:
    text = said(BASE_FORKED)
    assert "Nobody has to mend that here." in text
    assert "run `migbot resolve`" in text
    for head in BASE_FORKED.environments[0].heads_before:
        assert f"`{head}`" in text
