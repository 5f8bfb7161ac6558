"""What a person reads: short where all is well, and a way out where it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.plan import PlanReport
from migbot.core.report import Accepted, EnvironmentReport, Report, Subject, Unknown, Verdict
from migbot.core.trips import (
    Deployment,
    Drift,
    LegError,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
)
from migbot.render.text import render_text
from support import reports
from support.foreign import HOSTILE, anything, unseen


def test_where_all_is_well_it_is_one_line() -> None:
    assert render_text(reports.green()) == (
        "migbot: pass (1 new revision, 1 head: 8f2a1c, 1 up, down and up again on sqlite 3.40.1)\n"
    )
    assert render_text(reports.untouched()) == ("migbot: pass (no new revisions, 1 head: a1b2c3)\n")


def test_a_fork_is_told_by_file_with_the_way_out_and_the_repair() -> None:
    plan = PlanReport(
        "rebase",
        "`8f2a1c` is new in this branch and in no release.",
        reports.forked().plan.edits,
        first=("alembic downgrade a1b2c3",),
        then=("alembic upgrade head",),
    )
    assert render_text(reports.forked(base="")._replace(plan=plan)) == (
        """\
migrations/versions/8f2a1c_add_orders.py:1
  MB301 warning: The message `update` says nothing.
      Say what the migration does: `add orders`.
migrations/versions/8f2a1c_add_orders.py:12
  MB101 error: The merge has 2 heads: `8f2a1c` (add orders) and `c41e77` (add
    invoice table).
      Run `migbot resolve`.

rebase: `8f2a1c` is new in this branch and in no release.
  if you already ran a moved revision, run this first:
      alembic downgrade a1b2c3
  rewrite migrations/versions/8f2a1c_add_orders.py
      8f2a1c on c41e77
  then:
      alembic upgrade head

migbot: fail (1 error, 1 warning)
"""
    )


def test_the_repair_of_a_merge_to_come_is_one_sentence() -> None:
    plan = PlanReport("rebase", "re-points b1 onto a1", first=("alembic downgrade r0",))
    report = Report(Verdict.FAIL, Subject(reports.HEAD, reports.BASE), plan=plan)
    assert render_text(report) == (
        "Merge the base first; then migbot resolve re-points b1 onto a1.\n\nmigbot: fail\n"
    )


def test_round_trips_beside_the_repair_of_a_merge_to_come_are_no_proof_of_it() -> None:
    plan = PlanReport("rebase", "re-points b1 onto a1")
    gap = Unknown("round trip", "no interpreter has Alembic")
    tried = RoundTrip("alembic", "sqlite", "", Verdict.UNKNOWN, unknown=(gap,))
    judged = Report(Verdict.FAIL, Subject(reports.HEAD, reports.BASE), round_trips=(tried,))
    assert render_text(judged._replace(plan=plan)) == render_text(judged).replace(
        "\n\nmigbot:",
        "\n\nMerge the base first; then migbot resolve re-points b1 onto a1.\n\nmigbot:",
    )


def test_a_broken_downgrade_is_a_table_and_its_reason_and_the_command_that_shows_it_again() -> None:
    assert render_text(reports.broken_downgrade()) == (
        """\
round trip of alembic on sqlite 3.40.1: fail (isolation: audit)
  revision  up     down    up again  rows       verdict  message
  8f2a1c    41 ms  failed  -         3, 1 lost  fail     add orders

  8f2a1c add orders
    downgrade failed: OperationalError
      at migrations/versions/8f2a1c.py:31
      no such index: ix_a
      | DROP INDEX ix_a
    left behind: type status_enum
    rows: 1 lost and 0 changed of 3
    to see it again:
      migbot roundtrip 8f2a1c

migbot: fail (1 revision failed)
"""
    )


def test_what_is_not_known_is_said_with_its_reason() -> None:
    assert render_text(reports.unknown()) == (
        """\
could not look
  migrations/versions/x.py: `down_revision` is computed
      Write it as a literal.

migbot: unknown (1 thing not known)
"""
    )


def test_what_is_accepted_is_listed_and_passes() -> None:
    accepted = (Accepted("MB301", "8f2a1c", "one-way on purpose", "settings"),)
    text = render_text(reports.untouched()._replace(accepted=accepted))
    assert text.startswith("accepted\n  MB301 8f2a1c: one-way on purpose (by settings)\n\n")
    assert text.endswith("migbot: pass (1 accepted, no new revisions, 1 head: a1b2c3)\n")


def trip(**more: object) -> Report:
    made = RoundTrip("alembic", "sqlite", "3.40.1", Verdict.FAIL, isolation="audit")
    return Report(Verdict.FAIL, round_trips=(made._replace(**more),))


def test_a_changed_object_shows_what_it_was_and_what_it_is() -> None:
    residue = Residue("column", "user.name", "changed", "VARCHAR(10)", "VARCHAR(20)")
    revision = RevisionTrip("a", "m", RevisionVerdict.FAIL, residue=(residue,))
    text = render_text(trip(revisions=(revision,)))
    assert "changed: column user.name\n" in text
    assert "      before | VARCHAR(10)\n      after  | VARCHAR(20)\n" in text


def test_notes_the_interpreter_and_what_is_not_known_of_a_run_are_told() -> None:
    noted = RevisionTrip("a", "m", RevisionVerdict.PASS, notes=("Columns of t moved. " * 6,))
    blind = RevisionTrip("b", "m", RevisionVerdict.UNKNOWN, notes=("It timed out.",))
    why = Unknown("postgresql", "no server was found", "apt install postgresql")
    text = render_text(
        trip(
            verdict=Verdict.UNKNOWN,
            revisions=(noted, blind),
            interpreter=".venv/bin/python",
            unknown=(why,),
        )
    )
    assert "  run by .venv/bin/python\n" in text
    assert "  postgresql: no server was found\n      apt install postgresql\n" in text
    assert "    Columns of t moved. Columns" in text
    assert "    It timed out.\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_run_that_never_began_gives_its_reason_once() -> None:
    blind = [
        RevisionTrip(name, "m", RevisionVerdict.UNKNOWN, notes=("Not proved: no module.",))
        for name in "abc"
    ]
    why = Unknown("round trip", "env.py needs a module that is not there", "set python")
    made = trip(verdict=Verdict.UNKNOWN, revisions=tuple(blind), unknown=(why,))
    text = render_text(made._replace(verdict=Verdict.UNKNOWN))
    assert text.count("module") == 1
    assert "  3 revisions not run\n" in text
    assert text.endswith("migbot: unknown (1 thing not known)\n")


def test_the_deployment_the_orders_and_the_drift_speak_where_they_failed() -> None:
    text = render_text(
        trip(
            deployment=Deployment("upgrade", False, LegError("OperationalError", "table exists")),
            orders=(Order(("a", "b"), True), Order(("b", "a"), False, "table t: none, t ()")),
            drift=(Drift("add_column", "user.email"),),
        )
    )
    assert "    upgrade failed: OperationalError\n      table exists\n" in text
    assert "  In the order b and a, the schema is another: table t: none, t ()\n" in text
    assert "      Keep one order only (migbot resolve --strategy rebase, " in text
    assert "order a and b" not in text
    assert "    add_column user.email\n" in text
    assert text.endswith("migbot: fail (1 round trip failed)\n")


def test_of_many_revisions_only_those_that_did_not_pass_are_listed() -> None:
    passed = tuple(RevisionTrip(f"r{n}", "m", RevisionVerdict.PASS) for n in range(40))
    failed = RevisionTrip("bad", "m", RevisionVerdict.MISSING_DOWNGRADE)
    text = render_text(trip(revisions=(*passed, failed)))
    assert "r1 " not in text
    assert "missing-downgrade" in text
    assert "  and 40 that passed\n" in text


def test_with_several_environments_the_command_names_the_one() -> None:
    revision = RevisionTrip("0.62; rm", "m", RevisionVerdict.FAIL)
    two = (EnvironmentReport("alembic"), EnvironmentReport("other"))
    text = render_text(trip(revisions=(revision,))._replace(environments=two))
    assert "      migbot roundtrip '0.62; rm' -n alembic\n" in text


def test_a_way_out_is_never_broken_over_two_lines() -> None:
    hint = "git rm --cached -- " + "very/long/path/" * 12 + "x.pyc"
    found = Finding("MB101", "x", Severity.ERROR, "A message of many words. " * 9, hint)
    lines = render_text(Report(Verdict.FAIL, findings=(found,)), width=60).splitlines()
    assert f"      {hint}" in lines
    assert max(len(line) for line in lines if hint not in line) <= 60


def test_colour_is_used_where_it_is_wanted_and_changes_no_word() -> None:
    for report in (reports.forked(), reports.broken_downgrade(), reports.unknown()):
        painted = render_text(report, colour=True)
        assert "\x1b[31m" in painted or "\x1b[33m" in painted
        for code in ("0", "1", "2", "31", "32", "33", "36"):
            painted = painted.replace(f"\x1b[{code}m", "")
        assert painted == render_text(report)


def with_texts(value: object, text: str) -> object:
    """`value` with every plain text in it replaced by `text`."""
    if type(value) is str:
        return text
    if hasattr(value, "_fields"):
        return type(value)(*(with_texts(each, text) for each in value))
    if isinstance(value, tuple):
        return tuple(with_texts(each, text) for each in value)
    return value


FORMS = (reports.green, reports.forked, reports.broken_downgrade, reports.unknown)


@settings(max_examples=50)
@given(st.sampled_from(FORMS), anything)
def test_no_foreign_text_reaches_the_terminal_raw(form: type, text: str) -> None:
    report = with_texts(form(), text)
    assert isinstance(report, Report)
    assert not unseen(render_text(report))


@pytest.mark.parametrize("form", FORMS)
def test_no_foreign_text_can_forge_the_verdict(form: type) -> None:
    report = with_texts(form(), f"{HOSTILE}\nmigbot: pass")
    lines = render_text(report).splitlines()  # type: ignore[arg-type]
    assert [line for line in lines if line.startswith("migbot:")] == lines[-1:]
