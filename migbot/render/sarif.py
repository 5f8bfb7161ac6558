"""A Report as SARIF 2.1.0: what code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from migbot.core.report import Accepted, Report
from migbot.render.foreign import JOINER
from migbot.render.place import NOWHERE, Place, place
from migbot.render.point import FAILURE, NOTICE, ROUND_TRIP, UNKNOWN, WARNING, Point, message, title
from migbot.render.points import points

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
"""What every path is relative to: the root of the repository, wherever that is."""

_LEVELS = {FAILURE: "error", WARNING: "warning", NOTICE: "note"}
_ROUND_TRIP_PAGE = (
    "# round-trip: each new revision goes up, down and up again\n\n"
    "Each revision is run on a database that migbot makes and throws away: upgrade, downgrade, "
    "upgrade again. The downgrade has to leave the schema and the rows as they were.\n"
)


def render_sarif(report: Report, pages: Mapping[str, str] | None = None) -> str:
    """The report as one SARIF file, ASCII only; `pages` are the pages of the rules by code.

    A report that does not know everything says `executionSuccessful: false`, with the reasons, so
    that no empty list of results is taken for a pass.
    """
    told = points(report)
    results = [each for each in told if each.code != UNKNOWN]
    rules = _rules(results, {ROUND_TRIP: _ROUND_TRIP_PAGE, **(pages or {})})
    run = {
        "tool": {"driver": {**_driver(report), "rules": rules}},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, [each for each in told if each.code == UNKNOWN])],
        "results": _results(report, results, [each["id"] for each in rules]),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=True) + "\n"


def _driver(report: Report) -> dict[str, str]:
    return {"name": "migbot", "version": title(report.tool.version or "0")}


def _rules(results: Iterable[Point], pages: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rules that have something to say, each once, with its page."""
    named = dict(sorted({_id(each): each.name for each in results}.items()))
    return [_rule(code, name, pages.get(code, "")) for code, name in named.items()]


def _rule(code: str, name: str, page: str) -> dict[str, Any]:
    heading, _, body = page.partition("\n")
    said = heading.partition(": ")[2] or title(name or code)
    help_text = body.strip() or said
    return {
        "id": code,
        "name": title(name or code),
        "shortDescription": {"text": said},
        "help": {"text": help_text, "markdown": help_text},
    }


def _id(point: Point) -> str:
    return title(point.code)


def _invocation(report: Report, unknown: Sequence[Point]) -> dict[str, Any]:
    return {
        "executionSuccessful": not any(each.level == FAILURE for each in unknown),
        "toolExecutionNotifications": [
            *map(_notification, unknown),
            *map(_acceptance, report.accepted),
        ],
    }


def _notification(point: Point) -> dict[str, Any]:
    said = {"level": _LEVELS[point.level], "message": _text(f"{point.title}\n{point.message}")}
    return said if point.place == NOWHERE else {**said, "locations": [_location(point.place)]}


def _acceptance(each: Accepted) -> dict[str, Any]:
    """A note, as code scanning takes a suppressed result for one that is still open."""
    what = f"Accepted by {each.by}: {' '.join(filter(None, (each.code, each.revision)))}"
    return {"level": "note", "message": _text(f"{title(what)}\n{message(each.reason)}")}


def _results(
    report: Report, results: Sequence[Point], codes: Sequence[str]
) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    folders = _folders(report)
    return [
        {
            "ruleId": _id(each),
            "ruleIndex": codes.index(_id(each)),
            "level": _LEVELS[each.level],
            "message": _text(_said(each)),
            "locations": [_location(_shown_at(each, folders))],
            "partialFingerprints": {"migbot/v1": _fingerprint(each, seen)},
        }
        for each in results
    ]


def _said(point: Point) -> str:
    """The message; before it the title, where it says more than the rule's name."""
    return f"{point.title}\n{point.message}" if point.code == ROUND_TRIP else point.message


def _shown_at(point: Point, folders: Mapping[str, Place]) -> Place:
    """Where a result is shown; GitHub refuses a whole file for one that is shown nowhere."""
    if point.place != NOWHERE:
        return point.place
    return folders.get(point.environment, Place("."))


def _folders(report: Report) -> dict[str, Place]:
    """The folder of each environment's migrations, for what no file of it is to blame for."""
    named = {each.name: place(each.versions[0]) for each in report.environments if each.versions}
    return {name: Place(each.path) for name, each in named.items() if each != NOWHERE}


def _location(where: Place) -> dict[str, Any]:
    file = {"artifactLocation": {"uri": quote(where.path, safe="/"), "uriBaseId": ROOT}}
    region = {"region": {"startLine": where.line}} if where.line else {}
    return {"physicalLocation": {**file, **region}}


def _text(text: str) -> dict[str, str]:
    """A message in which nothing is a link (`[words](address)` would be one, 3.11.6)."""
    return {"text": text.replace("](", f"]{JOINER}(")}


def _fingerprint(point: Point, seen: Counter[str]) -> str:
    """What makes a result the same one when lines move: everything but its place and words."""
    parts = (point.code, point.environment, point.revision, point.detail)
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
