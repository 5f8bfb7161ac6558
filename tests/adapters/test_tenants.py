"""A schema for each tenant: env.py runs the history several times on one database."""

from itertools import product
from pathlib import Path

import pytest

from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from migbot.databases.postgresql import PostgreSQL
from support.kinds import of_each_kind
from support.projects import Project, by_id, revision, table, verdicts

BY_SCHEMA = """
from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine("postgresql+psycopg://h/prod")
with engine.connect() as connection:
    for tenant in ("acme", "beta"):
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS %s" % tenant))
        connection.execute(text("SET search_path TO %s" % tenant))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, {version})
        with context.begin_transaction():
            context.run_migrations()
"""
ENVS = {
    "that says where its versions are": BY_SCHEMA.format(version="version_table_schema=tenant"),
    "by the search path alone": BY_SCHEMA.format(version=""),
}

FIRST, SECOND = "acme", "beta"
HERE = 'op.get_bind().scalar(sa.text("SELECT current_schema()"))'


def only(tenant: str, does: str) -> str:
    return f'if {HERE} == "{tenant}":\n    {does}\n'


MORE = 'op.add_column("t_a1", sa.Column("more", sa.Text))'
LESS = 'op.drop_column("t_a1", "more")'


def trip_of(tmp_path: Path, database: PostgreSQL, env: str, up: str, down: str) -> RoundTrip:
    made = {"a1": table("a1"), "b2": revision("b2", "a1", up, down), "c3": table("c3", "b2")}
    return Project.make(tmp_path, made, env).round_trip(database=database)


@pytest.mark.parametrize("env", ENVS.values(), ids=ENVS)
def test_each_tenant_has_its_legs(tmp_path: Path, database: PostgreSQL, env: str) -> None:
    trip = trip_of(tmp_path, database, env, MORE, LESS)
    assert (verdicts(trip), trip.verdict) == (
        {"a1": "pass", "b2": "pass", "c3": "pass"},
        Verdict.PASS,
    ), trip
    assert trip.deployment is not None
    assert trip.deployment.ok, trip.deployment


NAMED, ALONE = ENVS


@pytest.mark.parametrize(
    ("env", "tenant"),
    of_each_kind(product(ENVS, [FIRST, SECOND]), [(NAMED, FIRST), (ALONE, SECOND)]),
)
def test_what_is_left_behind_in_one_tenant_only_is_found(
    tmp_path: Path, database: PostgreSQL, env: str, tenant: str
) -> None:
    up = MORE + "\n" + only(tenant, 'op.create_table("left", sa.Column("i", sa.Integer))')
    # the second upgrade must work
    down = LESS + "\n" + only(tenant, 'op.rename_table("left", "kept")')
    up = only(tenant, 'op.execute("DROP TABLE IF EXISTS kept")') + up
    trip = trip_of(tmp_path, database, ENVS[env], up, down)
    assert verdicts(trip) == {"a1": "pass", "b2": "fail", "c3": "pass"}, trip
    names = [(each.kind, each.name) for each in by_id(trip)["b2"].residue]
    assert ("table", f"{tenant}: {tenant}.kept") in names


@pytest.mark.parametrize(
    ("step", "tenant"),
    of_each_kind(
        product(["upgrade", "downgrade"], [FIRST, SECOND]),
        [("upgrade", SECOND), ("downgrade", FIRST)],
    ),
)
def test_a_step_that_fails_in_one_tenant_only_is_found(
    tmp_path: Path, database: PostgreSQL, step: str, tenant: str
) -> None:
    fails = "\n" + only(tenant, 'op.execute("nonsense")')
    up, down = (MORE + fails, LESS) if step == "upgrade" else (MORE, LESS + fails)
    trip = trip_of(tmp_path, database, ENVS["by the search path alone"], up, down)
    after = "not-run" if step == "upgrade" else "pass"
    assert verdicts(trip) == {"a1": "pass", "b2": "fail", "c3": after}, trip


def test_what_comes_after_a_failure_in_the_first_tenant_is_proved_in_the_second(
    tmp_path: Path, database: PostgreSQL
) -> None:
    made = {
        "a1": revision(
            "a1",
            None,
            'op.create_table("t_a1", sa.Column("id", sa.Integer))\n'
            + only(SECOND, 'op.create_table("left", sa.Column("i", sa.Integer))'),
            'op.drop_table("t_a1")\n' + only(SECOND, 'op.rename_table("left", "kept")'),
        ),
        "b2": revision("b2", "a1", "pass", only(FIRST, 'op.execute("nonsense")') + "pass"),
    }
    made["a1"] = made["a1"].replace(
        "def upgrade():\n", 'def upgrade():\n    op.execute("DROP TABLE IF EXISTS kept")\n'
    )
    env = ENVS["by the search path alone"]
    trip = Project.make(tmp_path, made, env).round_trip(database=database)
    assert verdicts(trip) == {"a1": "fail", "b2": "fail"}, trip
