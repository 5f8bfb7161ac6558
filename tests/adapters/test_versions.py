"""The round trip under the oldest, a middle and the newest Alembic and SQLAlchemy."""

import os
import sys
from pathlib import Path

import pytest

from migbot.adapters.project_python import Interpreter, find_interpreter
from migbot.adapters.round_trip import OtherDatabase
from migbot.core.report import Verdict
from support.projects import ASYNC, CREATED, MULTIDB, OUTER, SYNC, Project, revision, verdicts
from support.projects import table as made
from support.venvs import MIDDLE, NEWEST, OLDEST, oldest_base, python_with

PAIRS = {
    "the oldest pair on the oldest Python": (OLDEST, oldest_base()),
    "SQLAlchemy 2.0": (MIDDLE, sys.executable),
    "the newest pair": (NEWEST, sys.executable),
}


@pytest.fixture(scope="module", params=PAIRS.values(), ids=PAIRS)
def interpreter(request: pytest.FixtureRequest) -> Interpreter:
    """A Python with one pair of versions; migbot is not installed in it."""
    requirements, base = request.param
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


@pytest.mark.parametrize("env", KINDS.values(), ids=KINDS)
def test_every_kind_of_revision_is_judged_alike(
    tmp_path: Path, interpreter: Interpreter, env: str
) -> None:
    trip = Project.make(tmp_path, REVISIONS, env).round_trip(interpreter=interpreter)
    assert verdicts(trip) == EXPECTED, trip
    assert not trip.unknown
    assert trip.deployment is not None
    assert trip.deployment.ok, trip.deployment
    assert not {path.name for path in tmp_path.iterdir()} & {"app.db", "x.db"}


def test_several_databases_are_proved(tmp_path: Path, interpreter: Interpreter) -> None:
    revisions = {
        "a1": made("a1", arguments="engine_name"),
        "b2": made("b2", "a1", arguments="engine_name"),
    }
    trip = Project.make(tmp_path, revisions, MULTIDB).round_trip(interpreter=interpreter)
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass", "b2": "pass"}), trip


def test_the_base_comes_first(tmp_path: Path, interpreter: Interpreter) -> None:
    base = Project.make(tmp_path / "base", {"a1": REVISIONS["a1"]}, ASYNC)
    head = Project.make(tmp_path / "head", dict(list(REVISIONS.items())[:5]), ASYNC)
    trip = head.round_trip(
        ["b2", "left", "right", "m"], base=base.root, base_heads=["a1"], interpreter=interpreter
    )
    assert (trip.verdict, set(verdicts(trip).values())) == (Verdict.PASS, {"pass"}), trip


def test_another_kind_of_database_is_told_before_anything_is_run(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    engine = "create_engine('mysql+pymysql://db/prod')"
    driver = "paramstyle = 'format'\n__version__ = '1.1'\nclass Error(Exception): pass\n"
    project = Project.make(
        tmp_path,
        {"a1": REVISIONS["a1"]},
        CREATED.format(engine=engine),
        files={"pymysql.py": driver},
    )
    with pytest.raises(OtherDatabase, match="mysql"):
        project.round_trip(interpreter=interpreter)
