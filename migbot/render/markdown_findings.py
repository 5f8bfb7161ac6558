"""What was found, as Markdown: the finding that leads, the others, what could not be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from migbot.core.model import Finding, Severity
from migbot.core.report import Accepted, Report, Unknown
from migbot.core.value import Value
from migbot.render.comment_room import MOST, as_fits
from migbot.render.foreign import code, prose, sentence
from migbot.render.headlines import lead, open_errors
from migbot.render.verdicts import NEUTRAL, conflicts, graph_word, is_old_fork

MOST_UNKNOWN = 8
"""Things that could not be looked at, of which a comment tells."""

_HEAD_FILES = frozenset({"head.txt", "heads.txt", "max_migration.txt"})
"""Files with which projects make git see a fork: they only say what the head is."""

MOST_TREES = 10
"""Environments under a heading of their own."""


class Lines(Value):
    """A list in words, no longer than a page can have it, and how many there are of it in all."""

    lines: tuple[str, ...]
    total: int

    def text(self, room: int) -> str:
        """The first of them, and how many more there are; "" where there are none."""
        return "\n".join([*self.lines[:room], *and_more(self.total, room)])


class Others(Value):
    """The findings beside the one that leads: their heading, each list under one of its own (""
    where there is one environment), and how many lists there would be."""

    heading: str = ""
    lists: tuple[tuple[str, Lines], ...] = ()
    trees: int = 0


def lead_section(report: Report) -> Iterator[str]:
    """What the headline is about, in a sentence, with its code and its place."""
    first = lead(report)
    if first is not None:
        several = len(report.environments) > 1
        parts = [prose(first.code, 20), *([_place(first)] if first.path else [])]
        parts += [f"in {prose(first.environment, 60)}"] if several and first.environment else []
        source = f" ({', '.join(parts)})" if first.code else ""
        yield f"{sentence(first.message + _full_stop(first.message))}{source}"


def unknown_sections(unknown: Sequence[Unknown]) -> Iterator[str]:
    """What could not be looked at, why, and what to do about it; it accuses nobody."""
    if not unknown:
        return
    lines = [
        f"- **{prose(gap.what, 120)}**: {prose(gap.reason)}{way_out(gap.hint)}"
        for gap in unknown[:MOST_UNKNOWN]
    ]
    more = and_more(len(unknown), MOST_UNKNOWN)
    yield "\n".join(["**Not known (not a verdict, and no pass)**", "", *lines, *more])


def conflict_sections(report: Report) -> Iterator[str]:
    """The files that git cannot merge, and that nothing else can be told before they are."""
    files = conflicts(report)
    if files:
        names = "\n".join(f"- {code(gap.what)}" for gap in files[:MOST_UNKNOWN])
        more = "\n".join(and_more(len(files), MOST_UNKNOWN))
        yield (
            "**Not evaluated: conflict with the base (not a verdict, and no pass)**\n\n"
            "What the merge would leave is not known until somebody has resolved these:\n\n"
            f"{names}\n{more}".rstrip()
        )
        yield f"**Way out:** {_out_of_conflict(files)}"


def _out_of_conflict(files: Sequence[Unknown]) -> str:
    names = {gap.what.rpartition("/")[2] for gap in files}
    if names <= _HEAD_FILES:
        return (
            "Only the file that names the head is in conflict. Merge the base branch into yours, "
            f"take the base's side of it, run {code('migbot resolve')}, and write the one head "
            "that is left into it."
        )
    return prose(files[0].hint)


def other_findings(report: Report) -> Others:
    """Every finding but the one that leads, the worst first, by environment if there are more."""
    order, others = list(Severity), _others(report)
    if not others:
        return Others()
    heading = "**Findings**" if lead(report) is None else "**Other findings**"
    if len(report.environments) < 2:
        ranked = sorted(others, key=lambda found: order.index(found.severity))
        return Others(heading, (("", _list(ranked)),), 1)
    by_tree = sorted(others, key=lambda f: (f.environment, order.index(f.severity)))
    trees = [(name, list(of)) for name, of in groupby(by_tree, key=lambda f: f.environment)]
    lists = [
        (f"#### {prose(name, 60) or 'The history'}", _list(of)) for name, of in trees[:MOST_TREES]
    ]
    return Others(heading, tuple(lists), len(trees))


def findings_sections(others: Others, room: int) -> Iterator[str]:
    """As many of them as there is room for; each environment has its share, and one at least."""
    yield others.heading
    for heading, found in others.lists:
        yield heading
        yield found.text(max(room // others.trees, 1) if heading else room)
    if others.trees > MOST_TREES:
        yield f"… and {others.trees - MOST_TREES} more environments, in the report."


def _others(report: Report) -> list[Finding]:
    """What is not told above already: by the lead, by whom it waits for, or by a forked base."""
    first, opened = lead(report), set(map(id, open_errors(report)))
    told = graph_word(report) == NEUTRAL
    return [
        found
        for found in report.findings
        if found is not first
        and (found.severity is not Severity.ERROR or id(found) in opened)
        and not (told and is_old_fork(found))
    ]


def accepted_lines(accepted: Sequence[Accepted]) -> Lines:
    """What somebody has accepted, who and why."""
    return Lines(tuple(as_fits(map(_accepted, accepted[: MOST.findings]))), len(accepted))


def accepted_section(accepted: Lines, room: int) -> str:
    """As much of it as there is room for: that there is some is never hidden."""
    return f"**Accepted**\n\n{accepted.text(room)}" if accepted.total else ""


def way_out(hint: str) -> str:
    """A hint under an item of a list; nothing where there is none."""
    return f"  \n  → {prose(hint)}" if hint else ""


def and_more(count: int, room: int) -> list[str]:
    """The last item of a list that was cut."""
    return [f"- … and {count - room} more, in the report"] if count > room else []


def _list(findings: Sequence[Finding]) -> Lines:
    return Lines(tuple(as_fits(map(_finding, findings[: MOST.findings]))), len(findings))


def _finding(found: Finding) -> str:
    where = f" {_place(found)}" if found.path else ""
    head = f"- **{found.severity} {prose(found.code, 20)}**{where}:"
    return f"{head} {prose(found.message)}{way_out(found.hint)}"


def _place(found: Finding) -> str:
    return code(f"{found.path}:{found.line}" if found.line else found.path)


def _full_stop(message: str) -> str:
    return "" if message.rstrip().endswith((".", "!", "?")) else "."


def _accepted(one: Accepted) -> str:
    what = f"{code(one.code, 20)} {code(one.revision, 40)}" if one.revision else code(one.code, 20)
    return f"- {what}: {prose(one.reason)} (accepted by {prose(one.by, 60)})"
