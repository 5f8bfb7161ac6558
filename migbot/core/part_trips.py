"""What the parts of a history have come to, and whether that is what the whole comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from migbot.core.catalogs import Catalog
from migbot.core.report import Verdict
from migbot.core.trips import RevisionTrip, RevisionVerdict, RoundTrip
from migbot.core.value import Value


class Proof(Value):
    """What the proof of a later part has come to.

    `begins` and `ends` are the schema of each database at its beginning and its end, `written` the
    files that were written beside the database.
    """

    trip: RoundTrip
    begins: Mapping[str, Catalog]
    ends: Mapping[str, Catalog]
    written: frozenset[str] = frozenset()


def is_steady(trips: Iterable[RevisionTrip]) -> bool:
    """Whether every revision was run: none is unknown, or stands on one that failed."""
    lost = (RevisionVerdict.UNKNOWN, RevisionVerdict.NOT_RUN)
    return not any(trip.verdict in lost for trip in trips)


def is_smooth(trips: Iterable[RevisionTrip]) -> bool:
    """Whether no step failed but such as were declared to, and no rows were lost to a defect.

    What fails may do so by the rows that were there: a part begins with other ones than step by
    step leads to.
    """
    return all(_is_smooth(trip) for trip in trips)


def _is_smooth(trip: RevisionTrip) -> bool:
    declared = trip.verdict is RevisionVerdict.IRREVERSIBLE
    ran = declared or all(leg.ok for leg in trip.legs)
    return ran and not any(each.kind == "rows" for each in trip.residue)


def stand_on(ends: Mapping[str, Catalog], later: Sequence[Proof]) -> bool:
    """Whether the later parts say what one run of all would say, the first having led to `ends`.

    Each must have begun with the schema in which the one below it has ended, and nothing is taken
    of them that another run might say otherwise.
    """
    below = (ends, *(part.ends for part in later))
    joints = all(part.begins == under for part, under in zip(later, below, strict=False))
    deployment = later[-1].trip.deployment
    deployed = deployment is not None and deployment.ok
    known = not any(part.trip.unknown for part in later)
    return bool(ends) and joints and deployed and known


def joined_parts(parts: Sequence[RoundTrip]) -> RoundTrip:
    """The trips of parts as that of the whole, which ends where the last does."""
    last = parts[-1]
    worst = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
    return parts[0]._replace(
        verdict=min((part.verdict for part in parts), key=worst.index),
        revisions=tuple(trip for part in parts for trip in part.revisions),
        deployment=last.deployment,
        orders=last.orders,
        drift=last.drift,
        isolation=min((part.isolation for part in parts), key=_ISOLATIONS.index),
        unknown=tuple(dict.fromkeys(each for part in parts for each in part.unknown)),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


_ISOLATIONS = ("", "events", "audit", "namespace", "sandbox")
"""From the weakest on: see RoundTrip.isolation."""
