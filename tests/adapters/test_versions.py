"""The round trip under the oldest, a middle and the newest Alembic and SQLAlchemy."""

import os
import sys
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from migbot.adapters.project_python import Interpreter, find_interpreter
from migbot.adapters.round_trip import OtherDatabase
from migbot.core.report import Verdict
from support.kinds import of_each_kind
from support.projects import ASYNC, CREATED, MULTIDB, OUTER, SYNC, Project, revision, verdicts
from support.projects import table as made
from support.venvs import MIDDLE, NEWEST, OLDEST, oldest_base, python_with

PAIRS = {
    "the oldest pair on the oldest Python": (OLDEST, oldest_base()),
    "SQLAlchemy 2.0": (MIDDLE, sys.executable),
    "the newest pair": (NEWEST, sys.executable),
}


@cache
def interpreter(pair: str) -> Interpreter:
    """A Python with one pair of versions; migbot is not installed in it."""
    requirements, base = PAIRS[pair]
    python = python_with(requirements, base)
    return find_interpreter(python.parent, str(python), os.environ)


def batch(operation: str) -> str:
    return f'with op.batch_alter_table("t_a1") as t: {operation}'


REVISIONS = {
    "a1": made("a1"),
    "b2": revision(
        "b2",
        "a1",
        batch('t.add_column(sa.Column("n", sa.Integer, nullable=False, server_default="0"))'),
        batch('t.drop_column("n")'),
    ),
    "left": made("left", "b2"),
    "right": revision(
        "right",
        "b2",
        batch('t.create_unique_constraint("uq_name", ["name"])'),
        batch('t.drop_constraint("uq_name", type_="unique")'),
    ),
    "m": revision("m", ("left", "right"), "pass", "pass"),
    "bad": revision(
        "bad",
        "m",
        'op.create_index("ix", "t_a1", ["name"])\nop.create_table("x", sa.Column("i", sa.Integer))',
        'op.drop_index("ix", table_name="t_a1")',
    ),
    "rows": revision(
        "rows",
        "bad",
        'op.add_column("t_a1", sa.Column("z", sa.Integer, nullable=False))',
        batch('t.drop_column("z")'),
    ),
    "last": made("last", "rows"),
}
EXPECTED = {**dict.fromkeys(REVISIONS, "pass"), "bad": "fail"}

KINDS = {
    "a plain env.py": SYNC,
    "one transaction round everything": OUTER,
    "an async env.py": ASYNC,
    "a creator": CREATED.format(
        engine="create_engine('sqlite://', creator=lambda: __import__('sqlite3').connect('x.db'))"
    ),
}


OLD, MIDDLING, NEW = PAIRS
USUAL = [
    (OLD, "a plain env.py"),
    (OLD, "an async env.py"),
    (MIDDLING, "a creator"),
    (NEW, "an async env.py"),
    (NEW, "one transaction round everything"),
]
"""Each pair and each kind at least once: in every run of the tests; all in `make real`."""


@pytest.mark.parametrize(("pair", "kind"), of_each_kind(product(PAIRS, KINDS), USUAL))
def test_every_kind_of_revision_is_judged_alike(tmp_path: Path, pair: str, kind: str) -> None:
    project = Project.make(tmp_path, REVISIONS, KINDS[kind])
    trip = project.round_trip(interpreter=interpreter(pair))
    assert verdicts(trip) == EXPECTED, trip
    assert not trip.unknown
    assert trip.deployment is not None
    assert trip.deployment.ok, trip.deployment
    assert not {path.name for path in tmp_path.iterdir()} & {"app.db", "x.db"}


@pytest.mark.parametrize("pair", of_each_kind(PAIRS, [OLD]))
def test_several_databases_are_proved(tmp_path: Path, pair: str) -> None:
    revisions = {
        "a1": made("a1", arguments="engine_name"),
        "b2": made("b2", "a1", arguments="engine_name"),
    }
    trip = Project.make(tmp_path, revisions, MULTIDB).round_trip(interpreter=interpreter(pair))
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass", "b2": "pass"}), trip


@pytest.mark.parametrize("pair", of_each_kind(PAIRS, [MIDDLING]))
def test_the_base_comes_first(tmp_path: Path, pair: str) -> None:
    base = Project.make(tmp_path / "base", {"a1": REVISIONS["a1"]}, ASYNC)
    head = Project.make(tmp_path / "head", dict(list(REVISIONS.items())[:5]), ASYNC)
    trip = head.round_trip(
        ["b2", "left", "right", "m"],
        base=base.root,
        base_heads=["a1"],
        interpreter=interpreter(pair),
    )
    assert (trip.verdict, set(verdicts(trip).values())) == (Verdict.PASS, {"pass"}), trip


@pytest.mark.parametrize("pair", of_each_kind(PAIRS, [OLD, NEW]))
def test_another_kind_of_database_is_told_before_anything_is_run(tmp_path: Path, pair: str) -> None:
    engine = "create_engine('mysql+pymysql://db/prod')"
    driver = "paramstyle = 'format'\n__version__ = '1.1'\nclass Error(Exception): pass\n"
    project = Project.make(
        tmp_path,
        {"a1": REVISIONS["a1"]},
        CREATED.format(engine=engine),
        files={"pymysql.py": driver},
    )
    with pytest.raises(OtherDatabase, match="mysql"):
        project.round_trip(interpreter=interpreter(pair))
