"""All planted migrations of a dialect as one project, proved once, and what was judged wrongly."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from migbot.core.report import Unknown
from migbot.core.trips import RevisionTrip, RevisionVerdict, RoundTrip
from migbot.core.value import Value
from planted.case import Case
from support.projects import SYNC, Project, by_id, revision

SETUP = "setup"
"""The revision that every case stands on: it makes what they need, and is not proved itself."""

SQLITE = "sqlite:///app.db"

_HEAD = "from sqlalchemy.dialects import mysql, postgresql, sqlite\n"


_GIVEN = """
import pickle
from pathlib import Path

from alembic import context
from sqlalchemy import MetaData, engine_from_config, pool

models = Path(__file__).parents[1] / "models.pickle"
metadata = pickle.loads(models.read_bytes()) if models.exists() else MetaData()
config = context.config
engine = config.attributes.get("connection") or engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool
)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()
"""


class Judged(Value):
    """One case, what was said of it, and that in one text: verdict, residue, errors and notes."""

    case: Case
    verdict: RevisionVerdict
    named: tuple[str, ...]
    text: str


def project(
    folder: Path, cases: Sequence[Case], url: str = SQLITE, env: str = SYNC, **more: Any
) -> Project:
    """A project at `folder`: what the cases need in a first revision, then one for each case.

    The cases stand beside one another, so that one whose upgrade fails keeps no other from its
    proof. They share a database all the same.
    """
    return Project.make(folder, dict(_revisions(cases)), env, url=url, **more)


def alone(folder: Path, case: Case, url: str = SQLITE) -> Path:
    """A project at `folder` for one case, as other tools want it.

    Its env.py takes a connection that it is given, and has for its models what `models.pickle`
    beside it holds. Between the first revision and the case's stands "floor": pytest-alembic never
    downgrades to the lowest revision that it may downgrade to.
    """
    revisions = dict(_revisions([case]))
    first = revisions.pop(SETUP)
    revisions = {id: text.replace(f"{SETUP!r}", "'floor'") for id, text in revisions.items()}
    floor = revision("floor", SETUP, "pass", "pass")
    made = {SETUP: first, "floor": floor, **revisions}
    return Project.make(folder, made, _GIVEN, url=url.replace("%", "%%")).root


def sampled(cases: Sequence[Case], every: int, most: int) -> list[Any]:
    """The cases in groups to parametrize by: of every class some are tried in each run of the
    tests, and those between them by `make real`, since each defect costs seconds on a server.
    """
    rest = [each for place, each in enumerate(cases) if place % every]
    always = [pytest.param(each, id=each[0].name) for each in groups(cases[::every], most)]
    return always + [
        pytest.param(each, id=each[0].name, marks=pytest.mark.real) for each in groups(rest, most)
    ]


def groups(cases: Sequence[Case], most: int = 50) -> list[Sequence[Case]]:
    """The cases in suites of a size that proves quickly: each reads the tables of all before."""
    return [cases[start : start + most] for start in range(0, len(cases), most)]


def proved(cases: Sequence[Case], folder: Path, url: str = SQLITE, **more: Any) -> list[Judged]:
    """Every case, proved in one round trip in `folder`; `more` goes to `prove`.

    Raises AssertionError where nothing could be proved at all.
    """
    made = project(folder, cases, url)
    trip = made.round_trip(made.order[1:], base=made.root, base_heads=[SETUP], **more)
    return judged(cases, trip)


def judged(cases: Sequence[Case], trip: RoundTrip) -> list[Judged]:
    """What `trip` says of each case."""
    found = by_id(trip)
    assert found, trip
    return [_judged(case, found[name_of(at)], trip.unknown) for at, case in enumerate(cases)]


def wrong(found: Iterable[Judged]) -> list[str]:
    """The cases that were judged wrongly, one text each: missed or accused, and what was said."""
    return [f"{how}: {each.case.name}\n    {each.text}" for each in found if (how := _how(each))]


def name_of(at: int) -> str:
    """The id of the revision of the case at this place in the suite."""
    return f"c{at + 1:03}"


def _revisions(cases: Sequence[Case]) -> Iterator[tuple[str, str]]:
    before = "\n".join(textwrap.dedent(case.before).strip() for case in cases)
    yield SETUP, revision(SETUP, None, f"pass\n{before}", "pass", more=_HEAD)
    for at, case in enumerate(cases):
        name = name_of(at)
        beside = tuple(_beside(name, case))
        yield from beside
        parents = tuple(id for id, _ in beside) or (SETUP,)
        yield name, _text(name, (SETUP, *parents) if case.merges == "base" else parents, case)


def _beside(name: str, case: Case) -> Iterator[tuple[str, str]]:
    """The empty revisions that a merge point joins."""
    if case.merges == "fork":
        for id in (f"{name}_left", f"{name}_right"):
            yield id, revision(id, SETUP, "pass", "pass")
    elif case.merges == "base":
        yield f"{name}_base", revision(f"{name}_base", None, "pass", "pass")


def _text(name: str, parents: tuple[str, ...], case: Case) -> str:
    text = revision(
        name,
        parents if len(parents) > 1 else parents[0],
        case.upgrade,
        case.downgrade,
        more=_HEAD + textwrap.dedent(case.head),
    )
    return text.replace(f"make {name}", case.name.replace('"', "'"), 1)


def _judged(case: Case, trip: RevisionTrip, unknown: Sequence[Unknown]) -> Judged:
    residue = [f"{each.kind} {each.name}" for each in trip.residue]
    errors = [f"{leg.name}: {leg.error.message}" for leg in trip.legs if leg.error]
    shown = [
        f"{each.change} {each.kind} {each.name}: {each.before!r} -> {each.after!r}"
        for each in trip.residue
    ]
    told = [trip.verdict, *shown, *errors, *trip.notes, *(each.reason for each in unknown)]
    return Judged(case, trip.verdict, (trip.verdict, *residue, *errors), "\n    ".join(told))


def _how(each: Judged) -> str:
    """How a case was judged wrongly, "" where it was judged rightly."""
    case = each.case
    if case.found is None:
        return "" if each.verdict is case.expected else "accused"
    if each.verdict is not case.expected:
        return f"missed (not {case.expected})"
    return "" if any(case.found in text for text in each.named) else f"missed ({case.found!r})"
