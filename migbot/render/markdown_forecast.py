"""Other open pull requests, as Markdown: on whom this one depends, and who will be in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migbot.core.forecast import Clash, Forecast
from migbot.core.report import Report
from migbot.render.foreign import code, prose
from migbot.render.headlines import pull

MOST_PULLS = 10
"""Pull requests that one line names; GitHub tells each of them that it was mentioned."""

MOST_LINES = 20

MOST_NAMES = 5
"""Revisions that one line names."""


def needs_sections(report: Report) -> Iterator[str]:
    """On which open pull requests this one is built, and that nothing can be run until then."""
    for each in _of(report, Clash.NEEDS)[:MOST_PULLS]:
        what = _names(each.revisions) or "This pull request"
        wanted = _names(each.others) or "a revision"
        yield (
            f"{what} {_verb(each.revisions, 'builds', 'build')} on {wanted}, which only "
            f"{pull(each.pull)} has{_where(each, report)}. "
            "That is no broken history: the order in which the two are merged decides."
        )


def heads_up(report: Report) -> Iterator[str]:
    """What is coming: one line for each kind of clash, without a failure of this pull request."""
    lines = [
        line
        for each in dict.fromkeys(forecast.environment for forecast in report.forecast)
        for line in _lines([f for f in report.forecast if f.environment == each], report)
    ]
    if lines:
        more = len(lines) - MOST_LINES
        lines = lines[:MOST_LINES] + ([f"… and {more} more, in the report"] if more > 0 else [])
        yield "\n".join(["**Heads-up:**", "", *(f"- {line}" for line in lines)])


def _lines(found: list[Forecast], report: Report) -> Iterator[str]:
    where = _where(found[0], report)
    if forks := [each for each in found if each.clash is Clash.FORK]:
        yield (
            f"Also open from the same parent: {_pulls(forks)} - whichever is merged later needs "
            f"this fix{where}."
        )
    for each in [each for each in found if each.clash is Clash.SAME_ID][:MOST_PULLS]:
        yield (
            f"{pull(each.pull)} adds {_names(each.revisions) or 'a revision'} too, under the same "
            f"id - whichever is merged later has to take another{where}."
        )
    if needed := [each for each in found if each.clash is Clash.NEEDED]:
        build = _verb(needed, "builds", "build")
        yield f"{_pulls(needed)} {build} on this one: merge it first{where}."


def _of(report: Report, clash: Clash) -> list[Forecast]:
    return [each for each in report.forecast if each.clash is clash]


def _pulls(found: Iterable[Forecast]) -> str:
    numbers = list(dict.fromkeys(each.pull for each in found))
    more = f" and {len(numbers) - MOST_PULLS} more" if len(numbers) > MOST_PULLS else ""
    return ", ".join(map(pull, numbers[:MOST_PULLS])) + more


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(code(name, 40) for name in names[:MOST_NAMES]) + more


def _verb(things: tuple[str, ...] | list[Forecast], one: str, several: str) -> str:
    return several if len(things) > 1 else one


def _where(each: Forecast, report: Report) -> str:
    """The environment, where there is more than one."""
    return f" (in {prose(each.environment, 40)})" if len(report.environments) > 1 else ""
