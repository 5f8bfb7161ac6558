"""A Report as a page: true, complete, harmless, and readable by whoever reads it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision
from migbot.core.plan import PlanReport
from migbot.core.report import Accepted, Report, Unknown, Verdict
from migbot.core.trip import LEGS
from migbot.core.trips import (
    Deployment,
    Drift,
    Order,
    Residue,
    RevisionTrip,
    RevisionVerdict,
    RoundTrip,
)
from migbot.render.html import POLICY, render_html
from migbot.render.html_style import STYLE
from support import reports
from support.every_field import report_of
from support.foreign import HOSTILE, anything, unseen
from support.graphs import chain, everything, fork, graph, ladder, revision, star
from support.pages import Page

FORMS = {
    "green": reports.green(),
    "untouched": reports.untouched(),
    "forked": reports.forked(),
    "broken downgrade": reports.broken_downgrade(),
    "unknown": reports.unknown(),
    "everything failed": report_of("x", 1),
}


def page(report: Report, history: RevisionGraph | None = None) -> Page:
    graphs = {each.name: history for each in report.environments} if history else {}
    return Page(render_html(report, graphs))


def title(report: Report) -> str:
    found = re.search("<h1>(.*?)</h1>", render_html(report))
    assert found
    return found[1]


def verdict(report: Report) -> str:
    return next(each for each in page(report).attributes("class") if each.startswith("verdict "))


def of_trips(*trips: RevisionTrip, **more: object) -> Report:
    made = reports.green()
    run = made.round_trips[0]._replace(revisions=trips, **more)
    return made._replace(round_trips=(run,))


def trip(name: str, kind: RevisionVerdict = RevisionVerdict.PASS, **more: object) -> RevisionTrip:
    return reports.green().round_trips[0].revisions[0]._replace(revision=name, verdict=kind, **more)


# What it says


@pytest.mark.parametrize(
    ("form", "said", "colour"),
    [
        (
            "green",
            "Pass: 1 new revision, 1 head, round trip passed on SQLite 3.40.1",
            "verdict pass",
        ),
        ("forked", "Fail: 2 heads after the merge - fix needed", "verdict fail"),
        (
            "broken downgrade",
            "Fail: The round trip on SQLite 3.40.1 failed - fix needed",
            "verdict fail",
        ),
        ("unknown", "Unknown: migbot could not look at everything", "verdict unknown"),
    ],
)
def test_the_verdict_is_the_first_thing(form: str, said: str, colour: str) -> None:
    assert title(FORMS[form]) == said
    assert verdict(FORMS[form]) == colour
    assert page(FORMS[form]).words.strip().split("\n")[0].startswith(f"migbot: {said}{said}")


@pytest.mark.parametrize(
    "report",
    [
        reports.green()._replace(unknown=(Unknown("x.py", "it is computed"),)),
        of_trips(trip("a", RevisionVerdict.UNKNOWN)),
        of_trips(trip("a", RevisionVerdict.NOT_RUN)),
        of_trips(trip("a"), verdict=Verdict.UNKNOWN),
        of_trips(trip("a"), unknown=(Unknown("env.py", "it stopped"),)),
    ],
    ids=["a gap", "a revision unknown", "one not run", "a trip unknown", "a trip with a reason"],
)
def test_unknown_is_never_green_whatever_the_report_calls_itself(report: Report) -> None:
    assert report.verdict is Verdict.PASS
    assert verdict(report) == "verdict unknown"
    assert "no pass" in page(report).words


def test_a_failure_that_was_seen_is_never_green_either() -> None:
    assert verdict(of_trips(trip("a", RevisionVerdict.MISSING_DOWNGRADE))) == "verdict fail"


def test_a_failed_leg_shows_its_place_its_words_its_sql_and_how_to_see_it_again() -> None:
    words = page(reports.broken_downgrade()).words
    assert (
        "The downgrade failed with OperationalError at migrations/versions/8f2a1c.py:31." in words
    )
    for part in ("no such index: ix_a", "DROP INDEX ix_a", "migbot roundtrip 8f2a1c"):
        assert part in words


def test_the_environment_is_named_in_the_command_where_there_are_several() -> None:
    report = reports.broken_downgrade()
    two = (*report.environments, report.environments[0]._replace(name="other"))
    assert "migbot roundtrip 8f2a1c -n alembic" in page(report._replace(environments=two)).words


def test_differences_stand_side_by_side_and_what_differs_is_marked() -> None:
    residue = (
        Residue("column", "t.name", "changed", "VARCHAR(20) NOT NULL", "VARCHAR(200) NOT NULL"),
        Residue("index", "ix", "missing", "(name)"),
        Residue("table", "tmp", "left-behind", "", "tmp (id INTEGER)"),
    )
    text = render_html(of_trips(trip("a", RevisionVerdict.FAIL, residue=residue)))
    assert "VARCHAR(<mark>20</mark>) NOT NULL" in text
    assert "VARCHAR(<mark>200</mark>) NOT NULL" in text
    kinds = [text.index(f">{word}<") for word in ("left behind", "missing", "changed")]
    assert kinds == sorted(kinds)
    assert text.count("not there") == 2


def test_a_word_is_never_marked_in_half() -> None:
    residue = (Residue("column", "t.a", "changed", "INTEGER", "INTERVAL"),)
    text = render_html(of_trips(trip("a", RevisionVerdict.FAIL, residue=residue)))
    assert "<mark>INTEGER</mark>" in text


def test_what_is_added_at_the_end_is_marked_alone() -> None:
    residue = (Residue("column", "t.a", "changed", "INTEGER", "INTEGER NOT NULL"),)
    text = render_html(of_trips(trip("a", RevisionVerdict.FAIL, residue=residue)))
    assert "INTEGER<mark></mark>" in text
    assert "INTEGER<mark> NOT NULL</mark>" in text


def test_findings_have_their_place_and_way_out_and_errors_come_first() -> None:
    words = page(reports.forked()).words
    assert words.index("MB101") < words.index("MB301")
    assert "migrations/versions/8f2a1c_add_orders.py:12" in words
    assert "Way out: Run migbot resolve." in words


def test_the_repair_is_told_with_what_must_run_first() -> None:
    plan = PlanReport("rebase", "why", first=("alembic downgrade a",), then=("git push",))
    words = page(reports.forked()._replace(plan=plan)).words
    first, resolve = words.index("alembic downgrade a"), words.index("migbot resolve --strategy")
    assert first < resolve < words.index("git push")


def test_accepted_findings_unknown_things_drift_orders_and_deployments_are_told() -> None:
    run = RoundTrip(
        "alembic", "sqlite", "3.40.1", Verdict.FAIL, (trip("a", notes=("Columns moved.",)),),
        Deployment("upgrade heads", False), (Order(("a", "b"), False, "table t"),), "sandbox",
        (Drift("add_column", "t.c"),), ".venv/bin/python (the project's)",
    )  # fmt: skip
    report = reports.unknown()._replace(
        round_trips=(run,), accepted=(Accepted("MB301", "r3", "It is old", "settings"),)
    )
    words = page(report).words
    for part in (
        "MB301 r3: It is old (by settings)", "down_revision is computed", "add_column", "t.c",
        "In the order a and b, the schema is another: table t", "Way out: Keep one order",
        "The upgrade heads failed",
        "sandbox: no network", ".venv/bin/python (the project's)", "sqlite 3.40.1",
        "Columns moved.", reports.HEAD, reports.BASE,
    ):  # fmt: skip
        assert part in words


def test_of_a_hundred_revisions_those_with_something_to_tell_stand_open() -> None:
    trips = [trip(f"r{n}") for n in range(100)]
    trips[40] = reports.broken_downgrade().round_trips[0].revisions[0]
    text = render_html(of_trips(*trips))
    unfolded = re.sub("<details>.*?</details>", "", text, flags=re.S)
    assert "99 revisions that passed" in text
    assert re.findall("<code>(r[0-9]+|8f2a1c)</code>", unfolded)[0] == "8f2a1c"
    assert "<code>r39</code>" not in unfolded


# The history


def test_every_revision_has_a_line_and_a_dot_in_its_colour() -> None:
    found = page(reports.forked(), fork())
    dots = [each["class"] for each in found.all("circle")]
    assert len(dots) == 3
    assert "b (head) Make b" in found.words


def test_new_and_broken_revisions_differ() -> None:
    report = reports.forked()
    history = graph(revision("a"), revision("8f2a1c", "a"), revision("lost", "gone"))
    dots = [each["class"] for each in page(report, history).all("circle")]
    assert sorted(dots) == ["broken", "dot", "new"]


def test_a_long_history_is_folded_below_what_is_new() -> None:
    text = render_html(reports.green(), {"alembic": chain(100)})
    assert "88 older revisions" in text
    assert text.count("<circle") == 100


def test_lines_leave_each_dot_for_the_dots_of_its_parents() -> None:
    found = page(reports.green(), fork())
    pictures = [name for name, _ in found.elements if name in ("line", "path", "circle")]
    assert pictures == ["line", "circle", "line", "line", "path", "circle", "line", "circle"]


def test_a_hundred_lanes_are_no_wider_than_a_few() -> None:
    widths = [float(each["width"]) for each in page(reports.green(), star(100)).all("svg")]
    assert 100 < max(widths) < 140


# It needs nothing else, and does nothing


@pytest.mark.parametrize("form", FORMS)
def test_it_asks_nobody_for_anything(form: str) -> None:
    text = render_html(FORMS[form], {"alembic": everything()})
    found = Page(text)
    tags = {name for name, _ in found.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "base", "form", "use", "image"}
    assert all(each.startswith("#") for each in found.attributes("href"))
    assert not found.attributes("src") + found.attributes("style")
    assert not re.search(r"url\(|@import|@font-face", STYLE)
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in found.all("meta")
    assert POLICY.startswith("default-src 'none'; style-src 'unsafe-inline'")


def structure(found: Page) -> list[tuple[str, dict[str, str]]]:
    """The elements; but for the code spans that a sentence may have between its backticks."""
    return [each for each in found.elements if each != ("code", {})]


def foreign_page(text: str, pick: int) -> Page:
    each = Revision(text, text, (f"{text}x",), labels=(text,), message=text)
    return page(report_of(text, pick), RevisionGraph([each]))


ATTACKS = (
    "</code></pre></style></title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--", "-->", "<![CDATA[", "&lt;script&gt;", "&#60;b>", "`<b>`", "`", HOSTILE,
)  # fmt: skip


OUR_WORDS = {*LEGS, "left-behind", "missing", "changed"}
"""What a leg and a change are called: these have a meaning, and places of their own on the page.
Hypothesis tries what it finds in our source, so it does come to them."""

from_strangers = anything.filter(lambda text: text and text not in OUR_WORDS)


@settings(max_examples=60, deadline=None)
@given(from_strangers | st.sampled_from(ATTACKS), st.integers(0, 6))
def test_no_text_in_any_field_adds_an_element_or_an_attribute(text: str, pick: int) -> None:
    for foreign in (text, f'"><i id=a>{text}'):
        assert structure(foreign_page(foreign, pick)) == structure(foreign_page("x", pick))


@settings(max_examples=40, deadline=None)
@given(anything.filter(bool))
def test_nothing_that_cannot_be_seen_is_on_it(text: str) -> None:
    found = foreign_page(f"{HOSTILE}{text}", 1)
    assert not unseen(found.words)
    found.words.encode()


def test_a_megabyte_of_words_is_cut() -> None:
    assert len(render_html(report_of("x" * 1_000_000, 1))) < 1_000_000


# Whoever reads it


@pytest.mark.parametrize("form", FORMS)
def test_headings_and_landmarks_lead_through_it(form: str) -> None:
    found = page(FORMS[form], ladder(2, 2))
    levels = [int(name[1]) for name, _ in found.elements if re.fullmatch("h[1-6]", name)]
    steps = pairwise(levels)
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in steps)
    for landmark in ("main", "header", "footer"):
        assert len(found.all(landmark)) == 1
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    assert {each.removeprefix("#") for each in found.attributes("href")} <= set(ids)
    assert set(found.attributes("aria-labelledby")) <= set(ids)
    assert found.all("html") == [{"lang": "en"}]


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_has_its_heading_and_tables_stay_tables_when_they_become_blocks(
    form: str,
) -> None:
    found = page(FORMS[form])
    headings = [each for each in found.all("th") if "scope" in each]
    assert len(headings) == len(found.all("th"))
    assert all("data-heading" in each and each["role"] == "cell" for each in found.all("td"))
    assert all(each["role"] == "table" for each in found.all("table"))
    assert len(found.all("caption")) == len(found.all("table"))


def brightness(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ink", ["text", "dim", "pass", "fail", "unknown", "head"])
def test_every_colour_can_be_read_on_its_ground(mode: str, ink: str) -> None:
    part = STYLE.split("@media (prefers-color-scheme: dark)")[mode == "dark"]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", part))
    for ground in ("ground", "raised", *(["mark"] if ink == "text" else [])):
        dark, light = sorted((brightness(colours[ink]), brightness(colours[ground])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
