"""The sentences on the orders of a fork: short, whole, and with both ends."""

import time

import pytest

from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import Conflict, Order, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.render.html import render_html
from migbot.render.markdown import markdown
from migbot.render.order_words import proved, troubles
from migbot.render.text import render_text

COLUMN = Conflict(("b1", "c1"), "column", "t.x", "", "VARCHAR(5)", "VARCHAR(9)")


def orders(*conflicts: Conflict, **more: str) -> tuple[Order, ...]:
    """Fresh and main first are as step by step, feature first is not."""
    return (
        Order(("m1",), True, name="fresh"),
        Order(("b1", "m1"), True, name="main first"),
        Order(("c1", "m1"), False, "x", "feature first", conflicts=conflicts)._replace(**more),
    )


SENTENCES = {
    "both touch it": (
        orders(COLUMN),
        "b1 and c1 do not commute: both touch column t.x. "
        "Fresh and main first end in VARCHAR(5), feature first ends in VARCHAR(9).",
    ),
    "it is not there in one order": (
        orders(COLUMN._replace(here="")),
        "b1 and c1 do not commute: both touch column t.x. "
        "Fresh and main first end in VARCHAR(5), feature first ends without it.",
    ),
    "they only meet in the table": (
        orders(Conflict(("b1", "c1"), "index", "ix", "t", "t (a)", "t (b)")),
        "b1 and c1 do not commute: both touch table t, and index ix depends on the order. "
        "Fresh and main first end in t (a), feature first ends in t (b).",
    ),
    "three meet": (
        orders(COLUMN._replace(revisions=("b1", "c1", "c2"))),
        "b1, c1 and c2 do not commute: all touch column t.x. "
        "Fresh and main first end in VARCHAR(5), feature first ends in VARCHAR(9).",
    ),
    "one alone touches it": (
        orders(Conflict(("b1",), "table", "first", "", "first (i INTEGER)", "")),
        "b1 does not commute with the other side: table first depends on which came first. "
        "Fresh and main first end in first (i INTEGER), feature first ends without it.",
    ),
    "one order fails": (
        orders(Conflict(("b1", "c1"), "column", "t.x"), failed="b1", difference="duplicate: x"),
        "Feature first, b1 fails: duplicate: x; c1 touches column t.x.",
    ),
    "one order fails for itself": (
        orders(failed="b1", difference="no such table: u"),
        "Feature first, b1 fails: no such table: u.",
    ),
}


@pytest.mark.parametrize(("tried", "said"), SENTENCES.values(), ids=SENTENCES)
def test_what_does_not_commute_is_one_sentence(tried: tuple[Order, ...], said: str) -> None:
    assert list(troubles(tried)) == [said]


def test_two_orders_that_go_wrong_alike_are_one_sentence() -> None:
    fresh, main, feature = orders(COLUMN)
    wrong = fresh._replace(equal=False, conflicts=feature.conflicts)
    assert list(troubles((wrong, main, feature))) == [
        "b1 and c1 do not commute: both touch column t.x. "
        "Fresh and feature first end in VARCHAR(9), main first ends in VARCHAR(5)."
    ]


def test_orders_that_end_alike_are_no_trouble() -> None:
    fresh, main, feature = orders()
    assert list(troubles((fresh, main, feature._replace(equal=True)))) == []


def trip(tried: tuple[Order, ...], verdict: Verdict, *names: str) -> RoundTrip:
    revisions = tuple(RevisionTrip(name, "m", RevisionVerdict.PASS) for name in names)
    return RoundTrip("main", "postgresql", "15.8", verdict, revisions, orders=tried)


def test_what_was_proved_is_said_with_the_server_and_the_orders() -> None:
    fresh, main, feature = orders()
    alike = (fresh, main, feature._replace(equal=True))
    assert proved(trip(alike, Verdict.PASS, "m1")) == (
        "Proved on PostgreSQL 15.8: fresh, main first and feature first end in the same schema."
    )
    assert proved(trip((), Verdict.PASS, "c1")) == (
        "Proved on PostgreSQL 15.8: c1 goes up, down and up again on its new parent."
    )
    assert proved(trip((), Verdict.PASS, "c1", "c2")) == (
        "Proved on PostgreSQL 15.8: c1 and c2 go up, down and up again on their new parent."
    )


def test_every_form_of_the_report_has_the_sentence_and_the_way_out() -> None:
    name = "a<b>`_\x1b[1m"
    tried = orders(COLUMN._replace(name=name))
    report = Report(Verdict.FAIL, round_trips=(trip(tried, Verdict.FAIL, "m1"),))
    forms = (render_text(report), markdown(report), render_html(report, {}))
    for text in forms:
        assert "b1 and c1 do not commute: both touch column a" in " ".join(text.split())
        assert "migbot resolve --strategy rebase" in " ".join(text.split())
        assert "\x1b" not in text
    assert "a<b>" not in forms[1] + forms[2]


def repaired(*tried: RoundTrip, verdict: Verdict = Verdict.PASS) -> str:
    edits = (PlannedEdit("v/m1.py", "create", "m1", ("b1", "c1")),)
    plan = PlanReport("merge", "both are published", edits)
    return render_text(Report(verdict, plan=plan, round_trips=tried), width=100)


def test_a_repair_that_is_proved_says_so_in_one_line_and_once() -> None:
    fresh, main, feature = orders()
    text = repaired(trip((fresh, main, feature._replace(equal=True)), Verdict.PASS, "m1"))
    assert text == (
        "merge: both are published\n"
        "  create v/m1.py\n"
        "      m1 on b1, c1\n\n"
        "Proved on PostgreSQL 15.8: fresh, main first and feature first end in the same schema.\n\n"
        "migbot: pass\n"
    )


def test_a_repair_that_is_proved_wrong_says_what_it_did_and_what_to_do() -> None:
    text = repaired(trip(orders(COLUMN), Verdict.FAIL, "m1"), verdict=Verdict.FAIL)
    told = ["merge: ", "do not commute", "Keep one order only", "The repair is written, and"]
    places = [text.find(each) for each in told]
    assert -1 not in places
    assert places == sorted(places)
    assert text.endswith("\nmigbot: fail (1 round trip failed)\n")


def test_a_repair_that_could_not_be_proved_gives_its_reason_once_and_passes() -> None:
    why = Unknown("round trip", "no interpreter has Alembic", 'python = "..."')
    text = repaired(RoundTrip("", "", "", Verdict.UNKNOWN, unknown=(why,)))
    assert text.endswith(
        "\nWritten, and not proved: no interpreter has Alembic.\n"
        '      python = "..."\n\n'
        "migbot: pass\n"
    )
    assert text.count("interpreter") == 1


def test_thousands_of_conflicts_take_no_longer_than_they_are_many() -> None:
    many = tuple(COLUMN._replace(name=f"t.x{number}") for number in range(3_000))
    before = time.process_time()
    told = list(troubles(orders(*many)))
    assert len(told) == 3_000
    assert time.process_time() - before < 2  # each was looked for among all in every order
