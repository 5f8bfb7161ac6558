"""One revision's failed round trip as Markdown: which leg, where, in whose words, what is left."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from migbot.core.report import Report
from migbot.core.trip import fails
from migbot.core.trips import Leg, LegError, Residue, RevisionTrip, RevisionVerdict, RoundTrip, Rows
from migbot.core.wording import counted
from migbot.render.foreign import code, fenced, prose, sentence
from migbot.render.neutral import plain
from migbot.render.verdicts import failed_trips

MOST_RESIDUE = 20
"""Objects left behind that are shown of one revision."""

_DATABASES = ("sqlite", "postgresql", "mariadb", "mysql")
"""What `migbot roundtrip --database` knows."""

_SAID = {
    RevisionVerdict.NO_OP_DOWNGRADE: "its downgrade does nothing, and its upgrade does something",
    RevisionVerdict.MISSING_DOWNGRADE: "it has no downgrade",
    RevisionVerdict.UNKNOWN: "it could not be tried to its end",
}
_CHANGES = {"left-behind": "left behind", "missing": "missing", "changed": "changed"}


def mend_section(report: Report) -> Iterator[str]:
    """What to mend first; it stays with the round trip, wherever that is told of."""
    several = len(report.environments) > 1
    for trip in failed_trips(report):
        for each in filter(fails, trip.revisions):
            again = code(seen_again(each, trip, several=several))
            yield f"**Fix:** {_mend(each)}. Run {again} until it passes, commit and push."
            return


def _mend(trip: RevisionTrip) -> str:
    name = code(trip.revision, 40)
    broken = next((leg for leg in trip.legs if not leg.ok), None)
    if broken is not None and broken.name == "upgrade-again":  # it went through the first time
        back = f"let {code('downgrade()')} of {name} bring back what was there before"
        return f"{back}, so that {code('upgrade()')} goes through again"
    if broken is not None:
        what = "downgrade()" if broken.name == "downgrade" else "upgrade()"
        return f"mend {code(what)} of {name}{place_of(broken.error)}"
    if trip.verdict in (RevisionVerdict.MISSING_DOWNGRADE, RevisionVerdict.NO_OP_DOWNGRADE):
        declared = code('irreversible = "why"')
        return f"write {code('downgrade()')} of {name}, or declare that it has none: {declared}"
    return f"let {code('downgrade()')} of {name} bring back what was there before"


def failure(trip: RevisionTrip, whole: RoundTrip, *, several: bool, sql: bool) -> Iterator[str]:
    """What went wrong with one revision of the round trip `whole`, and how to see it again.

    `several` says that there are more environments, `sql` whether there is room for statements
    and definitions.
    """
    broken = [leg for leg in trip.legs if not leg.ok]
    yield f"**{_title(trip, broken)}**{place_of(broken[0].error) if broken else ''}"
    for leg in broken:
        yield from error_sections(leg.error, sql=sql)
    yield from _residue(trip.residue, sql=sql)
    told = [*_rows(trip.rows), *(sentence(note) for note in trip.notes[:5]), *_locks(trip.locks)]
    if told:
        yield " ".join(told)
    yield f"See it again: {code(seen_again(trip, whole, several=several))}"


def error_sections(error: LegError | None, *, sql: bool) -> Iterator[str]:
    """The database's words, then the statement, as far as they are known."""
    if error is None:
        return
    if error.message:
        yield fenced(f"{error.type}: {error.message}" if error.type else error.message)
    elif error.type:
        yield sentence(error.type, 60)
    if error.statement and sql:
        yield fenced(error.statement, kind="sql")


def _title(trip: RevisionTrip, broken: Sequence[Leg]) -> str:
    name = f"{code(trip.revision, 40)} {prose(trip.message, 80)}".rstrip()
    if broken:
        legs = " and the ".join(prose(leg.name.replace("-", " "), 20) for leg in broken)
        return f"{name}: the {legs} failed"
    return f"{name}: {_SAID.get(trip.verdict, _lasting(trip))}"


def _lasting(trip: RevisionTrip) -> str:
    rows = all(each.kind == "rows" for each in trip.residue) and trip.residue
    return "it loses rows" if rows else "up and down is not what was there before"


def place_of(error: LegError | None) -> str:
    """Where an operation stands, as the end of a sentence; "" where nobody knows."""
    if error is None or not error.path:
        return ""
    return f" at {code(f'{error.path}:{error.line}' if error.line else error.path)}"


def _residue(residue: Sequence[Residue], *, sql: bool) -> Iterator[str]:
    if not residue:
        return
    lines = [f"- {_left(each, sql=sql)}" for each in residue[:MOST_RESIDUE]]
    more = len(residue) - MOST_RESIDUE
    lines += [f"- … and {more} more, in the report"] if more > 0 else []
    yield "\n".join(["Not as it was before the upgrade:", "", *lines])


def _left(each: Residue, *, sql: bool) -> str:
    change = _CHANGES.get(each.change) or prose(each.change, 20)
    what = f"{sentence(each.kind, 30)} {code(each.name)} {change}"
    if not sql or not (each.before or each.after):
        return what
    before, after = (code(text, 160) if text else "nothing" for text in (each.before, each.after))
    return f"{what}: {before} → {after}"


def _rows(rows: Rows) -> Iterator[str]:
    if rows.lost or rows.changed:
        yield f"{counted(rows.lost, 'row')} lost and {rows.changed} changed of {rows.seeded}."


def _locks(locks: Sequence[str]) -> Iterator[str]:
    if locks:
        yield f"Locks: {', '.join(code(each, 80) for each in locks[:10])}."


def seen_again(trip: RevisionTrip, whole: RoundTrip, *, several: bool) -> str:
    """The one command that shows it again; `several` says that there are more environments."""
    words = ["migbot", "roundtrip", plain(trip.revision)]
    words += ["--database", whole.database] if whole.database in _DATABASES else []
    words += ["-n", plain(whole.environment)] if several and whole.environment else []
    return shlex.join(words)
