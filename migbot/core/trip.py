"""The verdict on a round trip, from what was seen on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from migbot.core.catalogs import ORDER, differences, is_harmless
from migbot.core.guest_words import Fate, LegSeen, Seen
from migbot.core.lacks import Lack, needs
from migbot.core.report import Verdict
from migbot.core.trips import Leg, Residue, RevisionTrip, RevisionVerdict, Rows

LEGS = ("upgrade", "downgrade", "upgrade-again")

_OF_THE_SCHEMA = re.compile(
    r"no such |duplicate column|near .*syntax error|(table|index|view|trigger) .*already exists"
    r'|[a-z] ".*" (of relation ".*" )?(already exists|does not exist)|syntax error at or near'
    r"|\((1049|1050|1051|1054|1060|1061|1064|1072|1091|1146|1305|1359|1360), "
)
"""What SQLite, PostgreSQL and MariaDB say where no row was looked at.

MariaDB's numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/
"""

_HIDDEN = re.compile(r'type ".*" already exists')
"""What PostgreSQL says of a second CREATE TYPE, which Alembic leaves out within one command."""

_WORST = (
    RevisionVerdict.FAIL,
    RevisionVerdict.UNKNOWN,
    RevisionVerdict.NOT_RUN,
    RevisionVerdict.MISSING_DOWNGRADE,
    RevisionVerdict.NO_OP_DOWNGRADE,
    RevisionVerdict.IRREVERSIBLE,
    RevisionVerdict.PASS,
)


def judge(seen: Seen, message: str = "", ended: str = "") -> RevisionTrip:
    """The verdict on one revision on one database.

    `ended` says how the process ended that ran it, where it ended in the middle of this one.
    """
    schema = _residue(seen)
    rows = tuple(_lost_rows(seen.fates))
    residue = tuple(each for each in (*schema, *rows) if not is_harmless(each))
    verdict, why = _verdict(seen, residue, ended)
    return RevisionTrip(
        revision=seen.revision,
        message=message,
        verdict=verdict,
        legs=tuple(_leg(seen.legs[name]) for name in LEGS if name in seen.legs),
        residue=residue,
        rows=Rows(
            seeded=seen.seeded,
            lost=sum(fate.lost for fate in seen.fates),
            changed=sum(fate.changed for fate in seen.fates),
        ),
        locks=seen.locks,
        notes=(*why, *_harmless_notes(schema), *_row_notes(seen.fates), *_beside(seen)),
    )


def lacks_of(seen: Seen) -> tuple[Lack, ...]:
    """What a leg needed and did not have: that it failed says nothing about the revision."""
    return tuple(dict.fromkeys(lack for leg in seen.legs.values() for lack in leg.lacks))


def is_settled(seen: Seen) -> bool:
    """Whether everything was said of a revision that there is to say."""
    if seen.blocked_by or any(not leg.ok for leg in seen.legs.values()):
        return True
    if seen.one_way:
        return "upgrade" in seen.legs
    return _is_no_op(seen) or (set(LEGS) <= seen.legs.keys() and "again" in seen.catalogs)


def _verdict(
    seen: Seen, residue: Sequence[Residue], ended: str
) -> tuple[RevisionVerdict, tuple[str, ...]]:
    if seen.blocked_by:
        why = f"It was not run: {seen.blocked_by}, which it needs, could not be."
        return RevisionVerdict.NOT_RUN, (why,)
    refusals = [text for leg in seen.legs.values() for text in leg.refusals]
    if refusals or any(leg.refused for leg in seen.legs.values()):
        return RevisionVerdict.UNKNOWN, tuple(f"Refused: {text}." for text in refusals)
    if lacks_of(seen):
        return RevisionVerdict.UNKNOWN, (f"It needs {needs(lacks_of(seen))}.",)
    if not is_settled(seen):
        leg = seen.begun or "upgrade"
        return RevisionVerdict.UNKNOWN, (f"Its {leg} was not heard of again: {ended}.",)
    if seen.one_way:
        why = f"Declared irreversible: {seen.reason}" if seen.reason else ""
        return RevisionVerdict(seen.one_way), (why,) if why else ()
    downgrade = seen.legs.get("downgrade")
    if downgrade is not None and downgrade.declared and downgrade.clean:
        reason = downgrade.error.message if downgrade.error else ""
        return RevisionVerdict.IRREVERSIBLE, (f"Declared irreversible: {reason}",)
    if any(not leg.ok for leg in seen.legs.values()):
        return RevisionVerdict.FAIL, ()
    if _is_no_op(seen):
        return RevisionVerdict.NO_OP_DOWNGRADE, ()
    return (RevisionVerdict.FAIL if residue else RevisionVerdict.PASS), ()


def _is_no_op(seen: Seen) -> bool:
    """An upgrade that did something and a downgrade that ran without doing anything."""
    up, down = seen.legs.get("upgrade"), seen.legs.get("downgrade")
    if up is None or down is None or not down.ok or down.writes:
        return False
    catalogs = seen.catalogs
    unmoved = "down" in catalogs and catalogs["down"] == catalogs.get("up")
    return unmoved and (up.writes > 0 or catalogs.get("up") != catalogs.get("before"))


def _leg(seen: LegSeen) -> Leg:
    return Leg(seen.leg, seen.ok, seen.ms, seen.error)


def _residue(seen: Seen) -> tuple[Residue, ...]:
    """What the downgrade did not undo; failing that, what the second upgrade did otherwise."""
    down, up = seen.legs.get("downgrade"), seen.catalogs.get("up")
    if down is None or not down.ok or "down" not in seen.catalogs:
        return ()
    left = differences(seen.catalogs.get("before", {}), seen.catalogs["down"])
    if not left and up is not None and "again" in seen.catalogs:
        return differences(up, seen.catalogs["again"])
    return left


def _lost_rows(fates: Iterable[Fate]) -> Iterator[Residue]:
    """Rows of tables that the revision has nothing to do with: a cascade, most of the time."""
    for fate in fates:
        if not fate.touched:
            what = "missing" if fate.lost else "changed"
            after = f"{fate.lost} lost, {fate.changed} changed"
            yield Residue("rows", fate.table, what, f"{fate.before} rows", after)


def _harmless_notes(residue: Iterable[Residue]) -> Iterator[str]:
    for each in filter(is_harmless, residue):
        if each.kind == ORDER:
            yield (
                f"The columns of {each.name} come back in another order: "
                f"{each.before} became {each.after}."
            )
        else:
            yield f"The {each.kind} {each.name} had no name and comes back with one."


def _beside(seen: Seen) -> Iterator[str]:
    """What was done beside the database, and is undone by migbot."""
    roles = sorted({name for leg in seen.legs.values() for name in leg.roles})
    if roles:
        yield f"It makes roles ({', '.join(roles)}), which are the server's, not the database's."
    for leg in seen.legs.values():
        if leg.ok and leg.left_open:
            several = "s" if leg.left_open > 1 else ""
            yield f"Its {leg.leg} left {leg.left_open} connection{several} of its own open."


def _row_notes(fates: Iterable[Fate]) -> Iterator[str]:
    for fate in fates:
        if fate.touched:
            yield f"Of {fate.before} rows in {fate.table}: {', '.join(_ways(fate))}."


def _ways(fate: Fate) -> Iterator[str]:
    """How rows were lost or changed, and in which leg."""
    ways = {
        "lost in the upgrade": fate.lost_up,
        "lost in the downgrade": fate.lost - fate.lost_up,
        "changed in the upgrade": fate.changed_up,
        "came back changed": fate.changed - fate.changed_up,
    }
    for way, number in ways.items():
        if number:
            yield f"{number} {way}"


def joined(trips: Sequence[tuple[str, RevisionTrip]]) -> RevisionTrip:
    """One revision's trips on several databases (a multidb project) as one; the worst counts.

    Each comes with the name of its database, which is told where there is more than one.
    """
    if len(trips) == 1:
        return trips[0][1]
    worst = min((trip for _, trip in trips), key=lambda trip: _WORST.index(trip.verdict))
    return RevisionTrip(
        revision=worst.revision,
        message=worst.message,
        verdict=worst.verdict,
        legs=tuple(_joined_legs([trip for _, trip in trips])),
        residue=tuple(
            Residue(each.kind, f"{name}: {each.name}", each.change, each.before, each.after)
            for name, trip in trips
            for each in trip.residue
        ),
        rows=Rows(
            seeded=sum(trip.rows.seeded for _, trip in trips),
            lost=sum(trip.rows.lost for _, trip in trips),
            changed=sum(trip.rows.changed for _, trip in trips),
        ),
        notes=tuple(f"{name}: {note}" for name, trip in trips for note in trip.notes),
    )


def _joined_legs(trips: Sequence[RevisionTrip]) -> Iterator[Leg]:
    for name in LEGS:
        legs = [leg for trip in trips for leg in trip.legs if leg.name == name]
        if legs:
            errors = [leg.error for leg in legs if leg.error is not None]
            yield Leg(
                name,
                all(leg.ok for leg in legs),
                round(sum(leg.ms for leg in legs), 3),
                errors[0] if errors else None,
            )


def fails(trip: RevisionTrip) -> bool:
    """Whether a revision's trip fails the whole.

    A downgrade that is missing or does nothing fails where the upgrade has changed the schema:
    that is what it would have to undo. A data migration may leave its rows.
    """
    if trip.verdict is RevisionVerdict.NO_OP_DOWNGRADE:
        return bool(trip.residue)
    return trip.verdict in (RevisionVerdict.FAIL, RevisionVerdict.MISSING_DOWNGRADE)


def gets_past(empty: RevisionTrip, rows: RevisionTrip) -> bool:
    """Whether the leg that failed on rows is through on empty tables."""
    failed = _failed(rows)
    return any(leg.name == failed.name and leg.ok for leg in empty.legs)


def _failed(trip: RevisionTrip) -> Leg:
    return next(leg for leg in trip.legs if not leg.ok)


def on_rows(trip: RevisionTrip) -> bool:
    """Whether a failure may be one of the rows that were there, and would not be without them."""
    errors = [leg.error.message if leg.error else "" for leg in trip.legs if not leg.ok]
    return (
        trip.verdict is RevisionVerdict.FAIL
        and trip.rows.seeded > 0
        and any(not _OF_THE_SCHEMA.search(message.partition("\n")[0]) for message in errors)
    )


def fails_on_rows(empty: RevisionTrip, rows: RevisionTrip) -> RevisionTrip:
    """The trip on empty tables, with a note about the one that failed on rows."""
    failed = _failed(rows)
    message = failed.error.message if failed.error else ""
    note = (
        f"Its {failed.name} fails on the rows that migbot put into the tables ({message}) "
        "and passes on empty ones."
    )
    return empty._replace(rows=rows.rows, notes=(note, *empty.notes))


def fails_anyway(empty: RevisionTrip, rows: RevisionTrip) -> RevisionTrip:
    """The trip on empty tables of a revision that fails on them too: that is what is to be mended.

    A note tells of the failure on rows, where it is another one.
    """
    if empty.verdict is not RevisionVerdict.FAIL or _errors(empty) == _errors(rows):
        return rows
    failed = _failed(rows)
    message = failed.error.message if failed.error else ""
    note = (
        f"Its {failed.name} fails on the rows that migbot put into the tables as well, "
        f"otherwise: {message}"
    )
    return empty._replace(rows=rows.rows, notes=(note, *empty.notes))


def _errors(trip: RevisionTrip) -> list[tuple[str, str, str]]:
    """What failed, and how; a message tells of rows in its later lines."""
    return [
        (leg.name, leg.error.type, leg.error.message.partition("\n")[0])
        for leg in trip.legs
        if leg.error is not None
    ]


def hides_behind_memory(trip: RevisionTrip) -> bool:
    """Whether an upgrade failed on a type that an earlier revision may have made.

    Alembic makes a type once in one command, so that the two go through together: only a
    database that stands between them sees the failure.
    """
    errors = [leg.error.message for leg in trip.legs if leg.name == "upgrade" and leg.error]
    return any(_HIDDEN.search(message) for message in errors)


def gone_through(trip: RevisionTrip) -> RevisionTrip:
    """The trip of a revision whose upgrade failed by itself and went through with those below."""
    note = (
        "In one command with the revision that makes the type its upgrade goes through, since "
        "Alembic remembers the type; on a database that stands between them it fails."
    )
    return trip._replace(notes=(*trip.notes, note))


def verdict_of_trips(trips: Iterable[RevisionTrip]) -> Verdict:
    """The verdict on all: a failure that was seen outweighs what could not be."""
    found = tuple(trips)
    if any(map(fails, found)):
        return Verdict.FAIL
    unsure = (RevisionVerdict.UNKNOWN, RevisionVerdict.NOT_RUN)
    return Verdict.UNKNOWN if any(trip.verdict in unsure for trip in found) else Verdict.PASS
