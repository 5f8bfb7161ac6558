"""What a pull request shows of a report."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from migbot.core.model import Finding, Severity
from migbot.core.plan import PlannedEdit, PlanReport
from migbot.core.report import Accepted, Report, Subject, Unknown, Verdict
from migbot.core.trips import RevisionVerdict
from migbot.render.markdown import (
    LARGEST,
    MARKER,
    checks,
    comment,
    concerns_migrations,
    headline,
    markdown,
)
from support import reports

GOLDEN = Path(__file__).parent / "golden"
FORMS = {
    "green": reports.green(),
    "untouched": reports.untouched(),
    "forked": reports.forked(),
    "broken-downgrade": reports.broken_downgrade(),
    "unknown": reports.unknown(),
}


def rendered(text: str) -> str:
    """The HTML that GitHub's own renderer makes, raw HTML let through so that it would be seen."""
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    return cmarkgfm.markdown_to_html_with_extensions(
        text, options=Options.CMARK_OPT_UNSAFE, extensions=extensions
    )


def seen(page: str) -> str:
    """What a reader sees of a page: no tags, no comments."""
    without_comments = re.sub(r"<!--.*?-->", "", page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", without_comments)).strip()


@pytest.mark.parametrize("form", FORMS)
def test_the_comment_of_each_form_is_the_one_that_was_agreed(form):
    """MIGBOT_GOLDEN=1 writes the files anew; read the difference before committing it."""
    path, made = GOLDEN / f"{form}.md", comment(FORMS[form])
    made = re.sub(r"by migbot \S+</sub>", "by migbot VERSION</sub>", made)
    if os.environ.get("MIGBOT_GOLDEN"):
        path.write_text(made)
    assert made == path.read_text()


@pytest.mark.parametrize("form", FORMS)
def test_the_marker_is_at_byte_0_and_the_verdict_in_the_first_100_visible_characters(form):
    report = FORMS[form]
    text = comment(report)
    assert text.startswith(MARKER)
    first = seen(rendered(text))[:100]
    assert headline(report).replace("`", "") in first


def test_the_way_out_comes_before_the_evidence():
    text = markdown(reports.forked())
    assert text.index("migbot resolve") < text.index("MB101") < text.index("MB301")


def test_an_error_comes_before_a_warning():
    text = markdown(reports.forked())
    assert text.index("MB101") < text.index("MB301")


def test_a_failed_leg_shows_its_statement_its_words_its_place_and_what_it_left_behind():
    text = markdown(reports.broken_downgrade())
    for part in ("DROP INDEX ix_a", "no such index", "8f2a1c.py:31", "status_enum"):
        assert part in text
    assert "migbot roundtrip 8f2a1c" in text


def test_the_green_form_is_short():
    assert len(seen(rendered(comment(reports.green())))) < 500
    assert "<details>" in comment(reports.green())


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        (reports.untouched(), False),
        (reports.green(), True),
        (reports.forked(), True),
        (reports.unknown(), True),
    ],
    ids=["untouched is quiet", "green speaks", "forked speaks", "unknown speaks"],
)
def test_only_what_concerns_migrations_gets_a_comment(report, wanted):
    assert concerns_migrations(report) is wanted


def conclusions(report: Report) -> dict[str, str]:
    return {check.name: check.conclusion for check in checks(report)}


def test_the_graph_has_its_check_and_the_round_trip_its_own():
    assert conclusions(reports.forked()) == {"migbot / graph": "failure"}
    assert conclusions(reports.broken_downgrade()) == {
        "migbot / graph": "success",
        "migbot / round-trip": "failure",
    }


def test_unknown_is_action_required_which_holds_a_required_check():
    assert conclusions(reports.unknown()) == {"migbot / graph": "action_required"}


def test_a_report_that_claims_to_pass_is_judged_by_what_it_found():
    claimed = reports.forked()._replace(verdict=Verdict.PASS)
    assert conclusions(claimed) == {"migbot / graph": "failure"}


def test_a_report_that_claims_to_fail_and_shows_nothing_is_believed():
    assert conclusions(reports.green()._replace(verdict=Verdict.FAIL)) == {
        "migbot / graph": "failure",
        "migbot / round-trip": "success",
    }


@pytest.mark.parametrize("verdict", list(Verdict))
def test_no_conclusion_passes_protection_but_success(verdict):
    made = conclusions(reports.untouched()._replace(verdict=verdict))
    assert (made["migbot / graph"] == "success") is (verdict is Verdict.PASS)
    assert made["migbot / graph"] in ("success", "failure", "action_required")


def test_the_checks_title_is_plain_and_its_summary_has_no_marker():
    (graph,) = checks(reports.forked())
    assert graph.title == "2 heads after the merge - fix needed"
    assert MARKER not in graph.summary


PAYLOADS = [
    "@octocat and @org/team",
    "someone@example.org",
    "fixes #1, GH-12 and octo/hello#3",
    "<!-- migbot:v1 {} -->",
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
    "$x$ :tada:",
    "<script>alert(1)</script>",
    "footnote[^1]",
    "\ud800 lone surrogate",
    "",
    " ",
]


SYMBOLS = list("`|\\@#<>&[]()!*_~:/\n\r -=.1aw\"'{}$+^")


def hostile(text: str) -> Report:
    """A report with `text` in every place where a stranger's words come in."""
    error = Finding("MB1", text, Severity.ERROR, text, text, text, text, text, 3)
    quoted = error._replace(message=f"The message `{text}` says nothing", hint=f"run `x {text}`")
    broken = reports.broken_downgrade()
    (trip,) = broken.round_trips
    (revision,) = trip.revisions
    up, down = revision.legs
    assert down.error is not None
    down = down._replace(
        error=down.error._replace(message=text, statement=text, path=text, type=text)
    )
    left = revision.residue[0]._replace(name=text, kind=text, change=text)
    bad = revision._replace(revision=text, message=text, legs=(up, down), residue=(left,))
    fine = bad._replace(verdict=RevisionVerdict.PASS, legs=(), residue=())
    trip = trip._replace(
        revisions=(bad, fine),
        database=text,
        server_version=text,
        environment=text,
        isolation=text,
    )
    return Report(
        Verdict.FAIL,
        Subject(text, text),
        unknown=(Unknown(text, text, text),),
        accepted=(Accepted(text, text, text, text),),
        environments=broken.environments,
        findings=(error, quoted),
        plan=PlanReport(text, text, (PlannedEdit(text, text, text, (text,)),)),
        round_trips=(trip,),
    )


ALLOWED = {
    "h3",
    "p",
    "ul",
    "li",
    "strong",
    "code",
    "pre",
    "sub",
    "details",
    "summary",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def holds(text: str) -> None:
    """Asserts that nothing of `text` does anything when GitHub renders it."""
    body = comment(hostile(text))
    page = rendered(body)
    shape = rendered(comment(hostile("plain")))
    assert body.count("<!--") - len(re.findall(r"`[^`\n]*<!--", body)) >= 1
    assert page.count("<!--") == 1, "a comment was opened"
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z][\w-]*)", page)} <= ALLOWED
    assert "href" not in re.sub(r"<code>.*?</code>", "", page, flags=re.S)
    for tag in ("<tr>", "<td>", "<pre>", "<details>", "<h3>", "<li>"):
        assert page.count(tag) == shape.count(tag) or (tag == "<pre>" and not text), tag
    outside = html.unescape(re.sub(r"<(code|pre)\b.*?</\1>", "", page, flags=re.S))
    assert not re.search(r"(?<!\w)@\w", outside), "a mention"
    assert not re.search(r"#\d|\bGH-\d|://|\bwww\.", outside), "a reference or a link"
    hidden = re.findall(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", body
    )
    assert not hidden
    body.encode()


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_strangers_text_does_nothing(text):
    holds(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(PAYLOADS) | st.sampled_from(SYMBOLS) | st.text(max_size=5),
        max_size=12,
    ).map("".join)
)
def test_no_text_made_of_markdown_does_anything(text):
    holds(text)


@pytest.mark.parametrize("count", [1, 50, 5_000])
def test_the_comment_fits_however_much_there_is_to_say(count):
    report = hostile("`|@x\U0001f600" * 200)
    (trip,) = report.round_trips
    many = report._replace(
        findings=report.findings * count,
        unknown=report.unknown * count,
        accepted=report.accepted * count,
        round_trips=(trip._replace(revisions=trip.revisions * count),) * min(count, 20),
    )
    text = comment(many)
    assert len(text.encode()) <= LARGEST + 200
    assert text.startswith(MARKER)
    assert headline(many).split(" - ")[0] in text
    assert all(len(check.summary.encode()) <= LARGEST for check in checks(many))


def test_a_long_list_says_how_much_was_left_out():
    report = reports.forked()
    text = markdown(report._replace(findings=report.findings * 500))
    assert "… and 800 more, in the report" in text
