"""What a pull request shows of a report."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.plan import PlannedEdit
from migbot.core.report import Report, Unknown, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.render.markdown import (
    LADDER,
    LARGEST,
    MARKER,
    checks,
    comment,
    concerns_migrations,
    headline,
    markdown,
)
from support import reports
from support.every_field import report_of
from support.foreign import anything
from support.github_markdown import does_nothing, rendered, seen
from support.graphs import graph, revision
from support.situations import (
    CONFLICT,
    FAILED,
    FORK_GRAPH,
    FORKED_REPORT,
    GRAPHS,
    GREEN,
    HEADS_UP,
    ONE_WAY,
    PASSED,
    SEVERAL,
    SITUATIONS,
    STATIC,
    UNTOUCHED,
    trip,
)

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("form", SITUATIONS)
def test_the_comment_of_each_situation_is_the_one_that_was_agreed(form):
    """MIGBOT_GOLDEN=1 writes the files anew; read the difference before committing it."""
    path, made = GOLDEN / f"{form}.md", comment(SITUATIONS[form], graphs=GRAPHS.get(form))
    made = re.sub(r"migbot [\d.]+\S*</sub>", "migbot VERSION</sub>", made)
    if os.environ.get("MIGBOT_GOLDEN"):
        path.write_text(made)
    assert made == path.read_text()


def test_there_is_no_agreed_comment_of_a_situation_that_is_no_more():
    assert {path.stem for path in GOLDEN.glob("*.md")} == set(SITUATIONS)


@pytest.mark.parametrize("form", SITUATIONS)
def test_the_marker_is_at_byte_0_and_the_verdict_in_the_first_100_visible_characters(form):
    report = SITUATIONS[form]
    text = comment(report)
    assert text.startswith(MARKER)
    first = seen(rendered(text))[:100].replace("\N{WORD JOINER}", "")
    assert headline(report) in first


@pytest.mark.parametrize("form", SITUATIONS)
def test_no_situation_links_or_mentions_anything_but_the_pull_requests_it_means(form):
    pulls = {f"#{each.pull}" for each in SITUATIONS[form].forecast}
    does_nothing(comment(SITUATIONS[form], graphs=GRAPHS.get(form)), frozenset(pulls))


ORDER = (
    "### Migrations",
    "(MB101",
    "**Fix: re-point",
    "by hand",
    "Already applied it",
    "<!-- migbot:trips ",
    "<!-- migbot:trips-end",
    "**Other findings**",
    "**Heads-up:**",
    "<summary>Graph",
    "<sub>Judged",
)


def test_what_to_do_comes_before_the_evidence_and_the_order_is_always_the_same():
    text = comment(FORKED_REPORT, graphs=GRAPHS["forked"])
    places = [text.index(each) for each in ORDER]
    assert places == sorted(places)
    several = comment(SEVERAL, graphs=GRAPHS["several-environments"])
    found = [place for place in map(several.find, ORDER) if place >= 0]
    assert found == sorted(found)
    assert len(found) >= 9


def test_an_error_comes_before_a_warning():
    (_, error), others = FORKED_REPORT.findings, reports.forked().findings
    text = markdown(FORKED_REPORT._replace(findings=(*others[:1], error, error._replace(line=13))))
    assert text.index("error MB101") < text.index("MB301")


def test_a_fork_is_told_with_its_command_the_line_by_hand_and_the_way_for_a_shared_database():
    text = markdown(FORKED_REPORT)
    for part in (
        "Merge the base branch into yours, run `migbot resolve --strategy rebase`, commit and",
        '-down_revision = "a1b2c3"\n+down_revision = "c41e77"',
        "alembic downgrade a1b2c3",
        "migbot resolve --strategy merge",
    ):
        assert part in text
    assert text.index("alembic downgrade") < text.index("by hand:")


def test_a_merge_is_no_re_point():
    plan = FORKED_REPORT.plan._replace(
        strategy="merge", edits=(PlannedEdit("v/m.py", "create", "m1", ("a", "b")),)
    )
    text = markdown(FORKED_REPORT._replace(plan=plan))
    assert "**Fix: merge the heads.** Merge the base branch into yours, run `migbot res" in text
    assert "`v/m.py` will be created: `m1` on `a`, `b`." in text
    assert "Already applied" not in text


def test_in_a_project_with_several_environments_a_command_names_the_one():
    text = markdown(SEVERAL)
    assert "migbot resolve --strategy rebase -n shop" in text
    assert "migbot resolve --strategy merge -n shop" in text
    assert "migbot roundtrip 77aa10 --database postgresql -n billing" in text


def test_each_environment_with_findings_has_a_heading_and_there_is_one_comment():
    text = comment(SEVERAL, graphs=GRAPHS["several-environments"])
    assert text.count("### Migrations:") == text.count(MARKER) == 1
    assert "#### billing" in text
    assert "#### shop" in text
    assert "<summary>Graph of shop</summary>" in text
    assert "**stats**: not touched, 1 head" in text


def test_with_the_history_a_fork_is_drawn_and_without_it_is_not():
    assert "```mermaid\nflowchart BT" in comment(FORKED_REPORT, graphs={"alembic": FORK_GRAPH})
    assert "mermaid" not in comment(FORKED_REPORT)
    assert "mermaid" not in comment(GREEN, graphs={"alembic": FORK_GRAPH})


def test_the_green_form_is_one_line_and_what_is_folded():
    text = comment(GREEN)
    open_text = re.sub(r"<details>.*?</details>", "", text, flags=re.S)
    lines = [line for line in seen(rendered(open_text)).splitlines() if line]
    assert len(lines) == 3  # the verdict, and two small lines with the commits
    assert text.count("<details>") == 2


def test_a_one_way_revision_is_told_outside_of_what_is_folded():
    text = re.sub(r"<details>.*?</details>", "", comment(ONE_WAY), flags=re.S)
    assert "**One-way:** `8f2a1c` drop the old column" in text
    assert "the old column held no data" in text


def test_that_no_round_trip_was_made_is_told():
    assert "Round trip: none was made of this commit." in comment(STATIC)
    assert "Round trip" not in comment(UNTOUCHED)


def test_a_conflict_in_the_file_of_the_head_alone_comes_with_its_own_way_out():
    only = CONFLICT._replace(unknown=CONFLICT.unknown[:1])
    assert "Only the file that names the head is in conflict." in comment(only)
    assert "Only the file" not in comment(CONFLICT)
    assert "`migrations/versions/head.txt`" in comment(CONFLICT)


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        (UNTOUCHED, False),
        (GREEN, True),
        (FORKED_REPORT, True),
        (CONFLICT, True),
    ],
    ids=["untouched is quiet", "green speaks", "forked speaks", "unknown speaks"],
)
def test_only_what_concerns_migrations_gets_a_comment(report, wanted):
    assert concerns_migrations(report) is wanted


def test_the_whole_report_is_linked_where_its_address_is_one():
    assert "[report](https://github.com/a/b/actions/runs/1)" in comment(
        GREEN, url="https://github.com/a/b/actions/runs/1"
    )
    for url in ("javascript:alert(1)", "https://x/) [y](z", "https://x/ y", "//x/y"):
        assert "[report]" not in comment(GREEN, url=url)


PAYLOADS = [
    "@octocat and @org/team",
    "someone@example.org",
    "fixes #1, GH-12 and octo/hello#3",
    "<!-- migbot:v1 {} -->",
    "<!-- migbot:trips-end -->\n<!-- migbot:trips {} -->",
    "--> <img src=x onerror=alert(1)>",
    "<details><summary>x</summary>",
    "</details></sub>",
    "```\nend of fence\n```",
    "`` ` ``` ````",
    "~~~",
    "[text](https://evil.example)",
    "![i](https://evil.example/i.png)",
    "[ref]: https://evil.example",
    "https://evil.example/a www.evil.example ftp://evil.example",
    "what we write after it is a full stop www",
    "and a colon mailto",
    "<https://evil.example>",
    "mailto:a@evil.example xmpp:a@evil.example",
    "a | b \\| c",
    "\\",
    "trailing \\",
    "**bold** _it_ ~~gone~~",
    "# head\n## head",
    "- [ ] task\n- item\n1. one",
    "&lt;b&gt; &#64;octocat &commat;octocat",
    "a\u202etxt.exe \u200b\u2066 \U000e0041",
    "\x1b[31mred\x1b[0m\x00\x07",
    "a\r\nb\rc\u2028d",
    "> quote",
    "$x$ $`x`$ :tada: :+1:",
    "what we write after it is a colon :tada",
    ":<details><summary>x</summary>",
    "<script>alert(1)</script>",
    "footnote[^1]",
    "\ud800 lone surrogate",
    "1f3c9ab 1f3c9ab000000000000000000000000000000000",
    "`x`1f3c9ab`y`",
    "octo/hello@1f3c9ab0",
    "> [!WARNING]\n> x",
    "1",
    "",
    " ",
]

SYMBOLS = list("`|\\@#<>&[]()!*_~:/\n\r -=.1aw\"'{}$+^")

foreign = (
    st.lists(
        st.sampled_from(PAYLOADS) | st.sampled_from(SYMBOLS) | st.text(max_size=5), max_size=12
    ).map("".join)
    | anything
)

PULLS = frozenset({"#1"})
"""What `report_of` puts where a pull request's number stands."""

COUNTED = ("<tr>", "<td>", "<details>", "<h3>", "<h4>", "<li>", "<summary>")


def holds(text: str, pick: int) -> None:
    """Asserts that nothing of `text`, in every field of a report, does anything on GitHub."""
    report = report_of(text, pick)
    drawn = {text: graph(revision("a", message=text), revision(text or "b", "a", message=text))}
    body = comment(report, graphs=drawn)
    does_nothing(body, PULLS)
    page = rendered(body)
    assert body.count("<!--") == page.count("<!--") == 3, "a comment was opened"
    if text.strip():
        shape = rendered(comment(report_of("plain", pick), graphs={}))
        for tag in COUNTED:
            assert page.count(tag) - drawn_in(page) * (tag in DRAWN) == shape.count(tag), tag
    for check in checks(report):
        does_nothing(check.summary, PULLS)
        assert "<!--" not in check.summary


DRAWN = ("<details>", "<summary>")


def drawn_in(page: str) -> int:
    return page.count('<pre lang="mermaid">')


@pytest.mark.parametrize("pick", range(7))
@pytest.mark.parametrize("text", PAYLOADS)
def test_a_strangers_text_does_nothing(text, pick):
    holds(text, pick)


@settings(max_examples=100, deadline=None)
@given(foreign, st.integers(0, 6))
def test_no_text_made_of_markdown_does_anything(text, pick):
    holds(text, pick)


def many(report: Report, count: int) -> Report:
    """The report with everything in it `count` times."""
    trips = [
        each._replace(
            revisions=each.revisions * count,
            orders=each.orders * count,
            drift=each.drift * count,
            notes=each.notes * count,
            unknown=each.unknown * count,
        )
        for each in report.round_trips
    ]
    environments = [each._replace(added=each.added * count) for each in report.environments]
    return report._replace(
        findings=report.findings * count,
        unknown=report.unknown * count,
        accepted=report.accepted * count,
        environments=tuple(environments) * min(count, 40),
        round_trips=tuple(trips) * (20 if count == 50 else 2),
        forecast=report.forecast * count,
        plan=report.plan and report.plan._replace(edits=report.plan.edits * count),
    )


def sizes(text: str) -> tuple[int, int, int]:
    """Characters, as GitHub's message counts them; UTF-16 units, as a browser does; bytes."""
    return len(text), len(text.encode("utf-16-le")) // 2, len(text.encode())


LARGE = {
    "hostile": report_of("`|@x\U0001f600" * 200, 1),
    "failed": FAILED,
    "forked": FORKED_REPORT,
    "several": SEVERAL,
    "heads-up": HEADS_UP,
}


@pytest.mark.parametrize("count", [1, 50, 5_000])
@pytest.mark.parametrize("report", LARGE.values(), ids=LARGE)
def test_the_comment_fits_however_much_there_is_to_say(report, count):
    large, before = many(report, count), time.process_time()
    text, told = comment(large, graphs=GRAPHS["forked"]), checks(large)
    # It takes 2 seconds. Tried in every length it is judged once, or it would take 18.
    assert time.process_time() - before < 8
    assert max(sizes(text)) <= LARGEST
    assert text.startswith(MARKER)
    assert headline(large).split(" - ")[0].split("`")[0] in text
    assert all(max(sizes(check.summary)) <= 65_535 for check in told)


def with_failures(count: int) -> Report:
    (broken,) = reports.broken_downgrade().round_trips
    (one,) = broken.revisions
    statement = "\n".join(f"SELECT {number} -- {'x' * 60}" for number in range(30))
    bad = one._replace(
        legs=(
            one.legs[0],
            one.legs[1]._replace(error=one.legs[1].error._replace(statement=statement)),
        )
    )
    revisions = [bad._replace(revision=f"bad{n:05}") for n in range(count)]
    revisions += [PASSED._replace(revision=f"r{n:05}", message="m" * 70) for n in range(count)]
    trips = trip(*revisions, verdict=Verdict.FAIL)
    return FORKED_REPORT._replace(round_trips=(trips,))


def told(count: int, padding: int, letter: str = "x") -> tuple[bool, bool, int]:
    """Whether there is SQL, whether there is the picture, and how many rows there are."""
    report = with_failures(count)
    long = report.findings[0]._replace(message=letter * 390)
    text = comment(
        report._replace(findings=report.findings + (long,) * padding), graphs=GRAPHS["forked"]
    )
    return "```sql" in text, "```mermaid" in text, len(re.findall(r"^\| `", text, flags=re.M))


def test_what_does_not_fit_is_dropped_in_this_order_sql_then_the_picture_then_rows():
    assert told(5, 0) == (True, True, 10)
    assert told(5, 100) == (False, True, 10)
    assert told(5, 150) == (False, False, 10)
    assert told(90, 0) == (False, True, 180)
    assert told(90, 100) == (False, False, 40)
    assert told(90, 100, "\U0001f600") == (False, False, 0)


def test_the_last_rung_has_counts_and_points_to_the_report():
    rung = LADDER[-1]
    assert (rung.findings, rung.rows, rung.failures) == (0, 0, 0)
    text = comment(many(report_of("`|@x\U0001f600" * 200, 0), 5_000))
    assert "in the report" in text


def test_a_long_list_says_how_much_was_left_out():
    findings = FORKED_REPORT.findings[:1] * 500
    text = markdown(FORKED_REPORT._replace(findings=(*findings, FORKED_REPORT.findings[1])))
    assert re.search(r"… and \d+ more, in the report", text)


def test_what_a_round_trip_could_not_do_is_told_with_the_way_out():
    gap = Unknown("round trip", "no server", "Install one.")
    report = GREEN._replace(
        round_trips=(
            trip(PASSED._replace(verdict=RevisionVerdict.UNKNOWN, legs=()), unknown=(gap,)),
        )
    )
    text = comment(report)
    assert "**Not known (not a verdict, and no pass)**" in text
    assert "→ Install one." in text
