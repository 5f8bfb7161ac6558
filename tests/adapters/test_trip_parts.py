"""A history in parts side by side says what it says in one, whatever is wrong with it and where."""

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from migbot.adapters.child_process import Limits
from migbot.adapters.trip_parts import Parts
from migbot.core.graph import Ids
from migbot.core.report import Verdict
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RoundTrip
from migbot.databases import sqlite
from migbot.errors import MigbotError
from migbot.faces.throwaways import ThrowAways
from support.kinds import of_each_kind
from support.parts import need
from support.projects import SYNC, Project, revision, table, verdicts

LENGTH, CUT = 6, 4
PLACES = {"in the first part": 2, "right above the cut": CUT, "in the last part": 5}
NAMES = [f"r{number}" for number in range(LENGTH)]
URLS = {"sqlite": "sqlite:///app.db", "postgresql": "postgresql+psycopg://h/prod"}

MODELS = SYNC.replace("target_metadata=None", "target_metadata=metadata").replace(
    "config = ", 'import sqlalchemy\nmetadata = sqlalchemy.MetaData()\nsqlalchemy.Table("more", '
    'metadata, sqlalchemy.Column("id", sqlalchemy.Integer))\n\nconfig = ', 1
)  # fmt: skip
"""An env.py whose models have one table more than the history makes."""


def below(at: int) -> str | None:
    return NAMES[at - 1] if at else None


def history(defects: Mapping[int, tuple[str, str | None]] = {}) -> dict[str, str]:
    """Tables in a row; in place of some of them another upgrade and downgrade."""
    made = {name: table(name, below(at)) for at, name in enumerate(NAMES)}
    return made | {NAMES[at]: revision(NAMES[at], below(at), *d) for at, d in defects.items()}


@contextmanager
def own(name: str) -> Iterator[ThrowAway]:
    """A database of the kind, a server that nobody else has."""
    with ThrowAways({}) as databases:
        yield databases.of(name)


Again = Callable[[], AbstractContextManager[ThrowAway]]


def stretches(*ends: int) -> tuple[Ids, ...]:
    return tuple(tuple(NAMES[begin:end]) for begin, end in pairwise([0, *ends, LENGTH]))


class Proved:
    """Round trips of one history in one and in parts, in copies of their own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.told: list[str] = []

    def _in(self, place: str, made: Mapping[str, str], env: str) -> Project:
        return Project.make(self.folder / place, made, env, url=URLS[self.name])

    def one(self, made: Mapping[str, str], env: str = SYNC) -> RoundTrip:
        with own(self.name) as database:
            return self._in("one", made, env).round_trip(database=database)

    def parts(
        self, made: Mapping[str, str], env: str = SYNC, again: Again | None = None, **more
    ) -> RoundTrip:
        parts = Parts(more.pop("stretches", stretches(CUT)), again or partial(own, self.name))
        project = self._in("parts", made, env)
        with own(self.name) as database:
            return project.round_trip(
                database=database, parts=parts, progress=self.told.append, **more
            )

    @property
    def went_on_in_one(self) -> bool:
        """Whether the later parts were thrown away."""
        return any(f"of {LENGTH} revisions" in line for line in self.told)


@pytest.fixture(params=["sqlite", "postgresql"])
def proved(request: pytest.FixtureRequest, tmp_path: Path) -> Proved:
    if request.param != "sqlite":
        need(request.param)
    return Proved(tmp_path, request.param)


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Proved:
    need("postgresql")
    return Proved(tmp_path, "postgresql")


def plain(trip: RoundTrip) -> RoundTrip:
    """The trip without what is another in every run: times, and the order of a set."""
    revisions = tuple(
        each._replace(legs=tuple(leg._replace(ms=0) for leg in each.legs))
        for each in trip.revisions
    )
    return trip._replace(revisions=revisions, drift=tuple(sorted(trip.drift)))


def test_what_is_right_is_told_as_in_one(proved: Proved) -> None:
    rows = 'op.execute("UPDATE t_r0 SET name = \'x\'"); op.drop_table("t_r1")'
    back = 'op.create_table("t_r1", sa.Column("id", sa.Integer), sa.Column("name", sa.Text))'
    files = 'open("written", "a").close(); op.create_table("w", sa.Column("id", sa.Integer))'
    made = history({2: (files, 'op.drop_table("w")'), 5: (rows, back)})
    whole = proved.parts(made, MODELS)
    assert not proved.went_on_in_one
    assert plain(whole) == plain(proved.one(made, MODELS))
    assert whole.deployment is not None
    assert [each.name for each in whole.drift if each.operation == "add_table"] == ["more"]
    assert any("written" in note for note in whole.notes)


@pytest.mark.real
def test_there_may_be_many_parts(proved: Proved) -> None:
    made = history()
    whole = proved.parts(made, stretches=stretches(2, 4, 5))
    assert not proved.went_on_in_one
    assert plain(whole) == plain(proved.one(made))


UP, DOWN = 'op.create_table("x", sa.Column("id", sa.Integer))', 'op.drop_table("x")'
DEFECTS: dict[str, tuple[str, str | None]] = {
    "residue": ('op.execute("CREATE TABLE IF NOT EXISTS x (id INTEGER)"); ' + UP.replace("x", "y"),
                'op.drop_table("y")'),
    "an upgrade that fails": ("raise ValueError('no')", "pass"),
    "a downgrade that fails": (UP, f"{DOWN}; raise ValueError('no')"),
    "a downgrade that fails at once": (UP, "raise ValueError('no')"),
    "no downgrade": (UP, None),
    "a downgrade that does nothing": (UP, "pass"),
    "rows that are lost": (UP, f'{DOWN}; op.execute("DELETE FROM t_r0")'),
    "an upgrade that ends the process": ("os._exit(3)", "pass"),
}  # fmt: skip


ALIKE = {
    "a downgrade that fails at once",
    "a downgrade that does nothing",
    "an upgrade that ends the process",
}
"""Each goes the way of another one of DEFECTS."""

SERVERS = ("residue", "an upgrade that fails", "a downgrade that fails")


def each(names: Iterable[str], usual: Container[str]) -> list[Any]:
    """Each defect at each place: in every run the usual ones at one of them, all in `make real`."""
    return [
        pytest.param(name, at, id=f"{name}-{place}", marks=[] if here else pytest.mark.real)
        for number, name in enumerate(names)
        for turn, (place, at) in enumerate(PLACES.items())
        for here in [turn == number % len(PLACES) and name in usual]
    ]


@pytest.mark.parametrize(("name", "at"), each(DEFECTS, DEFECTS.keys() - ALIKE))
def test_a_defect_is_told_as_in_one(tmp_path: Path, name: str, at: int) -> None:
    assert_same(Proved(tmp_path, "sqlite"), name, at)


@pytest.mark.parametrize(("name", "at"), each(SERVERS, SERVERS[:1]))
def test_a_defect_is_told_as_in_one_on_a_server(on_postgresql: Proved, name: str, at: int) -> None:
    assert_same(on_postgresql, name, at)


def assert_same(proved: Proved, defect: str, at: int) -> None:
    made = history({at: DEFECTS[defect]})
    whole = proved.one(made)
    # rows that are lost from a table that the revision touches are told, and no failure
    assert whole.verdict is not Verdict.PASS or any(each.rows.lost for each in whole.revisions)
    assert plain(proved.parts(made)) == plain(whole)


def test_residue_in_the_first_part_does_not_cost_the_later_ones(tmp_path: Path) -> None:
    proved = Proved(tmp_path, "sqlite")
    proved.parts(history({2: DEFECTS["residue"]}))
    assert not proved.went_on_in_one


@pytest.mark.parametrize("proved", of_each_kind(URLS, ["sqlite"]), indirect=True)
def test_a_schema_that_one_command_does_not_lead_to_is_proved_in_one(proved: Proved) -> None:
    up = (
        'if op.get_bind().execute(sa.text("SELECT count(*) FROM t_r0")).scalar():\n'
        '    op.create_table("more", sa.Column("id", sa.Integer))'
    )
    made = history({2: (up, 'op.execute("DROP TABLE IF EXISTS more")')})
    whole = proved.parts(made)
    assert proved.went_on_in_one
    assert plain(whole) == plain(proved.one(made))


def test_revisions_below_that_do_not_go_up_at_once_are_proved_in_one(on_postgresql: Proved) -> None:
    kind = "CREATE TYPE mood AS ENUM ('sad')"
    made = history(
        {
            1: (f'op.execute("{kind}")', 'op.execute("DROP TYPE mood")'),
            2: ("op.execute(\"ALTER TYPE mood ADD VALUE 'glad'\")", None),
            3: ("op.execute(\"CREATE TABLE m AS SELECT 'glad'::mood AS m\")", 'op.drop_table("m")'),
        }
    )
    whole = on_postgresql.parts(made)
    assert on_postgresql.went_on_in_one
    assert plain(whole) == plain(on_postgresql.one(made))
    assert whole.deployment is not None
    assert not whole.deployment.ok


OWNS_MORE = pytest.param("GRANT SELECT ON t_r0 TO reader", marks=pytest.mark.real)


@pytest.mark.parametrize("owner", ["", OWNS_MORE])
def test_a_role_is_made_on_each_server(on_postgresql: Proved, owner: str) -> None:
    grants = "GRANT SELECT ON t_r4 TO reader", "REVOKE SELECT ON t_r4 FROM reader"
    made = history(
        {
            2: (
                f'op.execute("CREATE ROLE reader; {owner}")',
                f'op.execute("{owner and "DROP OWNED BY reader;"} DROP ROLE reader")',
            ),
            5: (f'op.execute("{grants[0]}")', f'op.execute("{grants[1]}")'),
        }
    )
    whole = on_postgresql.parts(made)
    assert not on_postgresql.went_on_in_one
    assert plain(whole) == plain(on_postgresql.one(made))
    assert whole.verdict is Verdict.PASS


def test_without_a_second_server_it_is_proved_in_one(tmp_path: Path) -> None:
    @contextmanager
    def none() -> Iterator[ThrowAway]:
        raise MigbotError("No folder for a throw-away server can be made.")
        yield

    proved = Proved(tmp_path, "sqlite")
    whole = proved.parts(history(), again=none)
    assert proved.went_on_in_one
    assert verdicts(whole) == dict.fromkeys(NAMES, "pass")


@pytest.mark.parametrize("started", [True, False])
def test_a_server_that_goes_away_is_nobody_s_fault(
    on_postgresql: Proved, tmp_path: Path, started: bool
) -> None:
    @contextmanager
    def gone() -> Iterator[ThrowAway]:
        with ThrowAways({}) as databases:
            database = databases.of("postgresql")
            if started:
                database.has_any(tmp_path)
        yield database

    whole = on_postgresql.parts(history(), again=gone)
    assert on_postgresql.went_on_in_one
    assert verdicts(whole) == dict.fromkeys(NAMES, "pass")


@pytest.mark.real
def test_time_that_is_over_is_no_pass(tmp_path: Path) -> None:
    made = history({CUT: ("import time; time.sleep(300)", "pass")})
    begun = time.monotonic()
    project = Project.make(tmp_path, made)
    parts = Parts(stretches(CUT), partial(own, "sqlite"))
    whole = project.round_trip(parts=parts, database=sqlite, limits=Limits(120, 10))
    assert whole.verdict is Verdict.UNKNOWN
    assert verdicts(whole)["r0"] == "pass"
    assert verdicts(whole)[NAMES[CUT]] == "unknown"
    assert time.monotonic() - begun < 120
