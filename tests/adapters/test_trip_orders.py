"""The orders in which the sides of a fork can run: one schema, or what it is that both touch."""

from collections.abc import Mapping
from pathlib import Path

from migbot.adapters.round_trip import Subject, prove
from migbot.adapters.trip_base import Base
from migbot.adapters.trip_orders import FEW
from migbot.core.orders import Fork, Side
from migbot.core.report import Verdict
from migbot.core.throwaway import Server, ThrowAway
from migbot.core.trips import Conflict, Order, RoundTrip
from migbot.databases import sqlite
from migbot.databases.mysql import MySQL
from migbot.databases.postgresql import PostgreSQL
from migbot.faces.throwaways import ThrowAways
from support.given import databases
from support.projects import MULTIDB, SYNC, Parents, Project, ours, revision, table

FORK = Fork(("a1",), (Side("b1", ("b1",), "main"), Side("c1", ("c1",), "feature")))


def column(id: str, name: str, kind: str, parents: Parents = "a1") -> str:
    """A migration that adds a column to the table of a1."""
    add = f'op.add_column("t_a1", sa.Column("{name}", {kind}))'
    return revision(id, parents, add, f'op.drop_column("t_a1", "{name}")')


def tried(
    root: Path,
    revisions: Mapping[str, str],
    fork: Fork = FORK,
    env: str = SYNC,
    url: str = "sqlite:///app.db",
    database: ThrowAway = sqlite,
) -> RoundTrip:
    """The round trip of the last of `revisions`, a merge, on top of the sides of `fork`."""
    project = Project.make(root, revisions, env, url=url)
    base = Base(lambda: root, project.environment, tuple(side.head for side in fork.sides))
    subject = Subject(root, project.environment, project.order[-1:], base, fork)
    return prove(subject, ours(), database)


def of(trip: RoundTrip, name: str) -> Order:
    return next(each for each in trip.orders if each.name == name)


MERGE = revision("m1", ("b1", "c1"), "pass", "pass")


def test_sides_that_have_nothing_to_do_with_each_other_end_in_one_schema(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "b1": table("b1", "a1"),
        "c1": column("c1", "x", "sa.Text"),
        "m1": MERGE,
    }
    trip = tried(tmp_path, made)
    assert trip.orders == (
        Order(("m1",), True, name="fresh"),
        Order(("b1", "m1"), True, name="main first"),
        Order(("c1", "m1"), True, name="feature first"),
    )
    assert trip.verdict is Verdict.PASS


def resized(id: str, length: int) -> str:
    """A migration that gives the column `name` of a1's table another length."""
    alter = 'with op.batch_alter_table("t_a1") as t: t.alter_column("name", type_=sa.String({}))'
    return revision(id, "a1", alter.format(length), alter.format(20))


def test_a_column_that_both_change_is_named_with_both_ends(tmp_path: Path) -> None:
    made = {"a1": table("a1"), "b1": resized("b1", 5), "c1": resized("c1", 9), "m1": MERGE}
    trip = tried(tmp_path, made, FORK._replace(below=FEW + 1))
    assert of(trip, "main first").equal
    assert of(trip, "feature first") == Order(
        ("c1", "m1"),
        False,
        "column t_a1.name: VARCHAR(9), VARCHAR(5)",
        "feature first",
        conflicts=(Conflict(("b1", "c1"), "column", "t_a1.name", "", "VARCHAR(9)", "VARCHAR(5)"),),
    )
    assert trip.verdict is Verdict.FAIL


def test_a_column_that_both_add_names_the_one_that_failed_and_the_other(tmp_path: Path) -> None:
    careful = column("c1", "x", "sa.Text").replace(
        "    op.add_column",
        "    if not [c for c in " + COLUMNS + ' if c["name"] == "x"]: op.add_column',
    )
    made = {"a1": table("a1"), "b1": column("b1", "x", "sa.Text"), "c1": careful, "m1": MERGE}
    order = of(tried(tmp_path, made), "feature first")
    assert order.failed == "b1"
    assert order.difference == (
        "OperationalError: duplicate column name: x (migrations/versions/b1.py:12)"
    )
    assert order.conflicts == (Conflict(("b1", "c1"), "column", "t_a1.x"),)


COLUMNS = 'sa.inspect(op.get_bind()).get_columns("t_a1")'


def test_a_table_that_only_the_other_side_makes_names_who_makes_it(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "b1": table("b1", "a1"),
        "c1": column("c1", "x", "sa.Text").replace('"t_a1"', '"t_b1"'),
        "m1": MERGE,
    }
    trip = tried(tmp_path, made)
    order = of(trip, "feature first")
    assert (order.failed, trip.verdict) == ("c1", Verdict.FAIL)
    assert "no such table: t_b1" in order.difference or "t_b1" in order.difference
    assert order.conflicts == (Conflict(("c1", "b1"), "table", "t_b1"),)


def test_an_order_that_comes_to_no_end_is_unknown_and_accuses_nobody(tmp_path: Path) -> None:
    up = """
    if not sa.inspect(op.get_bind()).has_table("t_b1"):
        os._exit(0)
    """
    made = {
        "a1": table("a1"),
        "b1": table("b1", "a1"),
        "c1": revision("c1", "a1", up, "pass"),
        "m1": MERGE,
    }
    trip = tried(tmp_path, made)
    assert (trip.verdict, trip.orders) == (Verdict.UNKNOWN, ())
    (why,) = trip.unknown
    assert "feature first: its process ended" in why.reason or "fresh: its process" in why.reason


def test_sides_that_have_no_revision_in_common_begin_with_nothing(tmp_path: Path) -> None:
    made = {"b1": table("b1"), "c1": table("c1"), "m1": MERGE}
    fork = FORK._replace(common=())
    trip = tried(tmp_path, made, fork)
    assert [each.equal for each in trip.orders] == [True, True, True], trip


def test_the_same_name_on_two_databases_is_not_one_object(tmp_path: Path) -> None:
    def only(id: str, parents: Parents, engine: str) -> str:
        make = f'if engine_name == "{engine}": op.create_table("t", sa.Column("i", sa.Integer))'
        return revision(id, parents, make, "pass", arguments="engine_name")

    made = {
        "a1": only("a1", None, "none"),
        "b1": only("b1", "a1", "one"),
        "c1": only("c1", "a1", "two"),
        "m1": only("m1", ("b1", "c1"), "none"),
    }
    trip = tried(tmp_path, made, env=MULTIDB)
    assert [each.equal for each in trip.orders] == [True, True, True], trip


def test_what_a_server_has_is_told_by_the_guest_too(
    tmp_path: Path, on_postgresql: PostgreSQL
) -> None:
    value = "op.execute(\"ALTER TYPE mood ADD VALUE IF NOT EXISTS '{}'\")"
    made = {
        "a1": revision("a1", None, "op.execute(\"CREATE TYPE mood AS ENUM ('ok')\")", "pass"),
        "b1": revision("b1", "a1", value.format("sad"), "pass"),
        "c1": revision("c1", "a1", value.format("glad"), "pass"),
        "m1": MERGE,
    }
    trip = tried(tmp_path, made, url="postgresql+psycopg://h/prod", database=on_postgresql)
    order = of(trip, "feature first")
    (conflict,) = order.conflicts
    assert (conflict.revisions, conflict.name) == (("b1", "c1"), "mood"), order
    assert conflict.usual.index("sad") < conflict.usual.index("glad")
    assert conflict.here.index("glad") < conflict.here.index("sad")


def test_on_mariadb_too_a_column_that_both_change_is_named_with_both_ends(
    tmp_path: Path, on_mariadb: MySQL
) -> None:
    made = {"a1": table("a1"), "b1": resized("b1", 5), "c1": resized("c1", 9), "m1": MERGE}
    trip = tried(tmp_path, made, url="mysql+pymysql://app@h/prod", database=on_mariadb)
    (conflict,) = of(trip, "feature first").conflicts
    assert (conflict.revisions, conflict.name) == (("b1", "c1"), "t_a1.name")
    assert ("varchar(9)" in conflict.usual, "varchar(5)" in conflict.here) == (True, True)
    assert of(trip, "main first").equal
    assert trip.verdict is Verdict.FAIL


def test_on_a_server_of_the_users_the_orders_are_tried_and_nothing_stays(
    tmp_path: Path, given_postgresql: tuple[Server, str]
) -> None:
    server, url = given_postgresql
    made = {"a1": table("a1"), "b1": resized("b1", 5), "c1": resized("c1", 9), "m1": MERGE}
    before = databases(server)
    with ThrowAways({"MIGBOT_POSTGRESQL_URL": url}) as throwaways:
        database = throwaways.of("postgresql")
        trip = tried(tmp_path, made, url="postgresql+psycopg://h/prod", database=database)
        assert databases(server) > before
    assert not of(trip, "feature first").equal
    assert databases(server) == before
