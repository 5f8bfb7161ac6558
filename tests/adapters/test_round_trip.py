"""What a round trip says of each kind of revision, on real databases in real processes."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from migbot.core.environment import Environment
from migbot.core.report import Verdict
from migbot.core.settings import Settings
from migbot.core.trips import Residue, RevisionTrip
from support.projects import (
    CREATED,
    INI,
    MULTIDB,
    OUTER,
    SYNC,
    Project,
    by_id,
    revision,
    table,
    verdicts,
)

LEGS = ("upgrade", "downgrade", "upgrade-again")


def test_right_revisions_pass_with_three_legs_each(tmp_path: Path) -> None:
    trip = Project.make(tmp_path, {"a1": table("a1"), "b2": table("b2", "a1")}).round_trip()
    assert trip.verdict is Verdict.PASS
    for each in trip.revisions:
        assert (each.verdict, [leg.name for leg in each.legs]) == ("pass", [*LEGS])
        assert all(leg.ok and leg.ms > 0 for leg in each.legs)
    assert (trip.database, trip.environment) == ("sqlite", "main")
    assert trip.server_version.count(".") == 2
    assert "Alembic" in trip.interpreter
    assert trip.deployment is not None
    assert trip.deployment.ok
    assert by_id(trip)["b2"].message == "make b2"


def test_nothing_to_prove_is_proved_without_a_process(tmp_path: Path) -> None:
    trip = Project.make(tmp_path, {"a1": "syntax error here"}).round_trip([])
    assert (trip.verdict, trip.revisions) == (Verdict.PASS, ())


def test_the_base_is_built_from_its_own_files(tmp_path: Path) -> None:
    base = Project.make(tmp_path / "base", {"a1": table("a1")})
    copytree(base.root, tmp_path / "head")
    # The branch has edited a published revision: the databases out there have run the old one.
    edited = table("a1").replace("t_a1", "t_other")
    head = Project.make(tmp_path / "head", {"a1": edited, "b2": table("b2", "a1")})
    add = revision(
        "c3",
        "b2",
        'op.add_column("t_a1", sa.Column("more", sa.String))',
        'op.drop_column("t_a1", "more")',
    )
    head = Project.make(tmp_path / "head", {"a1": edited, "b2": table("b2", "a1"), "c3": add})
    trip = head.round_trip(["b2", "c3"], base=base.root, base_heads=["a1"])
    assert verdicts(trip) == {"b2": "pass", "c3": "pass"}, trip


def test_a_base_that_cannot_be_built_is_not_the_newcomers_fault(tmp_path: Path) -> None:
    broken = revision("a1", None, 'op.drop_table("nope")', "pass")
    base = Project.make(tmp_path / "base", {"a1": broken})
    head = Project.make(tmp_path / "head", {"a1": broken, "b2": table("b2", "a1")})
    trip = head.round_trip(["b2"], base=base.root, base_heads=["a1"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.UNKNOWN, {"b2": "unknown"})
    assert "the base could not be built: OperationalError: no such table" in trip.unknown[0].reason
    assert "migrations/versions/a1.py" in trip.unknown[0].reason


def test_a_base_may_lie_within_the_history_under_test(tmp_path: Path) -> None:
    made = {"a1": table("a1"), "x": table("x"), "b2": table("b2", "a1"), "c3": table("c3", "b2")}
    project = Project.make(tmp_path, made)
    trip = project.round_trip(["b2"], base=project.root, base_heads=["a1", "x"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip
    assert trip.deployment is None, "a deployment goes on to c3"


def test_a_base_whose_migrations_open_another_database_is_built(tmp_path: Path) -> None:
    up = """
    with sa.create_engine("sqlite:///other.db").begin() as connection:
        connection.execute(sa.text("CREATE TABLE other (i INTEGER)"))
    """
    base = Project.make(tmp_path / "base", {"a1": revision("a1", None, up, "pass")})
    made = {"a1": revision("a1", None, up, "pass"), "b2": table("b2", "a1")}
    head = Project.make(tmp_path / "head", made)
    trip = head.round_trip(["b2"], base=base.root, base_heads=["a1"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip
    assert not list(tmp_path.rglob("other.db"))


def test_heads_that_alembic_reads_otherwise_are_unknown(tmp_path: Path) -> None:
    made = {"a1": table("a1"), "b2": table("b2", "a1")}
    base = Project.make(tmp_path / "base", made)
    head = Project.make(tmp_path / "head", made)
    trip = head.round_trip(["b2"], base=base.root, base_heads=["a1"])
    assert trip.unknown[0].reason == "Alembic reads b2 as the base's heads, migbot a1"


COLUMN = 'op.add_column("t_a1", sa.Column("more", sa.String(5)))'
UNDO = 'op.drop_column("t_a1", "more")'

FAILURES: Mapping[str, tuple[str, str | None, str, tuple[Residue, ...]]] = {
    "a downgrade that forgets a column": (
        COLUMN + '\nop.create_index("ix", "t_a1", ["name"])',
        'op.drop_index("ix")',
        "fail",
        (Residue("column", "t_a1.more", "left-behind", "", "VARCHAR(5)"),),
    ),
    "a downgrade that drops too much": (
        COLUMN,
        UNDO + '\nop.drop_column("t_a1", "name")',
        "fail",
        (Residue("column", "t_a1.name", "missing", "VARCHAR(20)", ""),),
    ),
    "a downgrade that puts back another type": (
        'with op.batch_alter_table("t_a1") as t: t.alter_column("name", type_=sa.Text())',
        'with op.batch_alter_table("t_a1") as t: t.alter_column("name", type_=sa.String(50))',
        "fail",
        (Residue("column", "t_a1.name", "changed", "VARCHAR(20)", "VARCHAR(50)"),),
    ),
    "a downgrade that forgets a table": (
        'op.create_table("x", sa.Column("id", sa.Integer, primary_key=True))',
        'op.execute("DELETE FROM x WHERE 0")',
        "fail",
        (Residue("table", "x", "left-behind", "", "x (id INTEGER NOT NULL, PRIMARY KEY (id))"),),
    ),
    "an empty downgrade": (
        COLUMN,
        "pass",
        "no-op-downgrade",
        (Residue("column", "t_a1.more", "left-behind", "", "VARCHAR(5)"),),
    ),
    "an empty downgrade of a data migration": (
        "op.execute(\"UPDATE t_a1 SET name = 'x'\")",
        "pass",
        "no-op-downgrade",
        (),
    ),
    "no downgrade": (COLUMN, None, "missing-downgrade", ()),
    "a downgrade that raises NotImplementedError": (
        COLUMN,
        'raise NotImplementedError("the names are gone")',
        "irreversible",
        (),
    ),
    "a downgrade that fails": (COLUMN, 'op.drop_index("nope")', "fail", ()),
    "an upgrade that fails": ('op.drop_index("nope")', "pass", "fail", ()),
    "an upgrade that leaves the process": ("sys.exit(3)", "pass", "fail", ()),
    "nothing either way": ("pass", "pass", "pass", ()),
    "an upgrade that only looks": (
        "sa.inspect(op.get_bind()).get_table_names()",
        "pass",
        "pass",
        (),
    ),
}


def of_its_own(at: int, text: str) -> str:
    """A text about the table of a1, said of the table of the case at a place."""
    return text.replace("t_a1", f"t_a{at}")


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RevisionTrip]:
    """What was said of each of `FAILURES`, each on a table of its own, from one round trip."""
    made = {}
    for at, (up, down, _, _) in enumerate(FAILURES.values()):
        made[f"a{at}"] = table(f"a{at}")
        back = None if down is None else of_its_own(at, down)
        made[f"b{at}"] = revision(f"b{at}", f"a{at}", of_its_own(at, up), back)
    return by_id(Project.make(tmp_path_factory.mktemp("all"), made).round_trip())


@pytest.mark.parametrize("name", FAILURES)
def test_the_verdict_on(side_by_side: dict[str, RevisionTrip], name: str) -> None:
    at = [*FAILURES].index(name)
    _, _, verdict, residue = FAILURES[name]
    assert side_by_side[f"a{at}"].verdict == "pass"
    assert side_by_side[f"b{at}"].verdict == verdict
    expected = tuple(each._replace(name=of_its_own(at, each.name)) for each in residue)
    assert side_by_side[f"b{at}"].residue == expected


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("an empty downgrade", Verdict.FAIL),
        ("an empty downgrade of a data migration", Verdict.PASS),
        ("no downgrade", Verdict.FAIL),
        ("a downgrade that raises NotImplementedError", Verdict.PASS),
    ],
)
def test_what_fails_the_whole_is_a_schema_that_does_not_come_back(
    tmp_path: Path, name: str, whole: Verdict
) -> None:
    up, down, *_ = FAILURES[name]
    made = {"a1": table("a1"), "b2": revision("b2", "a1", up, down), "c3": table("c3", "b2")}
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip)["c3"] == "pass", "the run goes on after it"
    assert trip.verdict is whole


def test_a_declaration_is_believed_and_its_reason_told(tmp_path: Path) -> None:
    declared = revision("a1", None, COLUMN.replace("t_a1", "t"), "1/0", more="irreversible = 'no'")
    first = revision("t0", None, 'op.create_table("t", sa.Column("id", sa.Integer))', "pass")
    declared = declared.replace("down_revision = None", "down_revision = 't0'")
    trip = Project.make(tmp_path, {"t0": first, "a1": declared}).round_trip(["t0", "a1"])
    told = by_id(trip)["a1"]
    assert (told.verdict, told.notes) == ("irreversible", ("Declared irreversible: no",))


def test_the_error_names_the_statement_and_the_line_of_the_operation(tmp_path: Path) -> None:
    text = table("a1").replace('op.drop_table("t_a1")', '\n    op.drop_table("nope")')
    leg = Project.make(tmp_path, {"a1": text}).round_trip().revisions[0].legs[1]
    assert leg.error is not None
    assert (leg.error.type, leg.error.message) == ("OperationalError", "no such table: nope")
    assert leg.error.statement.strip() == "DROP TABLE nope"
    assert leg.error.path == "migrations/versions/a1.py"
    lines = (tmp_path / leg.error.path).read_text().splitlines()
    assert lines[leg.error.line - 1].strip() == 'op.drop_table("nope")'


def test_every_failure_is_told_and_those_between_them_are_proved(tmp_path: Path) -> None:
    two = 'op.create_table("{0}1", sa.Column("i", sa.Integer))\nop.create_table("{0}2", {1})'
    half = two.format("b", 'sa.Column("i", sa.Integer)')
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", half, 'op.drop_table("b1")'),  # up again fails half way
        "c3": table("c3", "b2"),
        "d4": revision("d4", "c3", COLUMN, 'op.drop_table("c3x")'),  # down fails at once
        "e5": revision(
            "e5",
            "d4",
            half.replace("b1", "e1").replace("b2", "e2"),
            'op.drop_table("e1"); op.drop_table("nope")',
        ),  # down fails half way
        "f6": table("f6", "e5"),
    }
    trip = Project.make(tmp_path, made).round_trip()
    expected = {"a1": "pass", "b2": "fail", "c3": "pass", "d4": "fail", "e5": "fail", "f6": "pass"}
    assert verdicts(trip) == expected, trip
    assert trip.verdict is Verdict.FAIL
    assert not trip.unknown


def test_what_needs_a_failed_upgrade_is_not_run_and_what_does_not_is(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "bad": revision("bad", "a1", 'op.drop_table("nope")', "pass"),
        "after": table("after", "bad"),
        "beside": table("beside", "a1"),
        "needs": table("needs", "beside", depends="after"),
    }
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip) == {
        **dict.fromkeys(("a1", "beside"), "pass"),
        "bad": "fail",
        **dict.fromkeys(("after", "needs"), "not-run"),
    }, trip
    assert "bad, which it needs" in by_id(trip)["after"].notes[0]


def test_branches_merges_and_dependencies_are_walked(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "left": table("left", "a1"),
        "right": table("right", "a1"),
        "m": revision("m", ("left", "right"), "pass", "pass"),
        "other": table("other"),  # a second base
        "last": table("last", "m", depends="other"),
        "code": revision("code", ("last", "other"), COLUMN, UNDO),
    }
    trip = Project.make(tmp_path, made).round_trip()
    assert set(verdicts(trip).values()) == {"pass"}, trip
    assert trip.verdict is Verdict.PASS


def test_a_transaction_round_the_whole_run_is_kept_and_failures_are_put_aside(
    tmp_path: Path,
) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", COLUMN, "op.drop_column('t_a1', 'name'); op.drop_index('no')"),
        "c3": table("c3", "b2"),
    }
    trip = Project.make(tmp_path, made, OUTER).round_trip()
    assert verdicts(trip) == {"a1": "pass", "b2": "fail", "c3": "pass"}, trip


def test_each_database_of_a_multidb_project_has_a_throwaway_of_its_own(tmp_path: Path) -> None:
    def both(id: str, parents: str | None, two_down: str) -> str:
        up = f'op.create_table("%s_{id}" % engine_name, sa.Column("id", sa.Integer))'
        down = f'op.drop_table("%s_{id}" % engine_name)'
        if two_down:
            down = f'if engine_name == "one": {down}\nelse: {two_down}'
        return revision(id, parents, up, down, arguments="engine_name")

    made = {
        "a1": both("a1", None, ""),
        "b2": both("b2", "a1", 'op.execute("CREATE TABLE left_over (i INTEGER)")'),
        "c3": both("c3", "b2", ""),
    }
    trip = Project.make(tmp_path, made, MULTIDB).round_trip()
    assert verdicts(trip) == {"a1": "pass", "b2": "fail", "c3": "pass"}, trip
    names = [(each.name, each.change) for each in by_id(trip)["b2"].residue]
    assert ("two.db: left_over", "left-behind") in names
    assert all(name.startswith("two.db: ") for name, _ in names)


NOT_NULL = 'op.add_column("t_a1", sa.Column("more", sa.String, nullable=False))'


def test_a_failure_that_empty_tables_do_not_have_is_a_warning(tmp_path: Path) -> None:
    drop = 'with op.batch_alter_table("t_a1") as t: t.drop_column("more")'
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", NOT_NULL, drop),
        "c3": table("c3", "b2"),
    }
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip) == dict.fromkeys(made, "pass"), trip
    (note,) = by_id(trip)["b2"].notes
    assert "upgrade fails on the rows that migbot put into the tables" in note
    assert "Cannot add a NOT NULL column" in note
    assert by_id(trip)["b2"].rows.seeded == 2


def test_what_comes_after_a_failure_that_empty_tables_do_not_have_is_proved(
    tmp_path: Path,
) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", NOT_NULL, "raise NotImplementedError('it is gone')"),
        "c3": table("c3", "b2"),
    }
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip) == {"a1": "pass", "b2": "irreversible", "c3": "pass"}, trip
    assert "fails on the rows" in by_id(trip)["b2"].notes[0]


def test_a_failure_on_rows_and_without_them_is_a_failure(tmp_path: Path) -> None:
    made = {"a1": table("a1"), "b2": revision("b2", "a1", NOT_NULL, "op.drop_table('no')")}
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip) == {"a1": "pass", "b2": "fail"}


def test_where_empty_tables_show_another_failure_that_one_is_told(tmp_path: Path) -> None:
    up = f"{NOT_NULL}\nraise ValueError('whatever the rows')"
    made = {"a1": table("a1"), "b2": revision("b2", "a1", up, "pass")}
    told = by_id(Project.make(tmp_path, made).round_trip())["b2"]
    assert told.verdict == "fail"
    assert [leg.error.message for leg in told.legs if leg.error] == ["whatever the rows"]
    assert told.rows.seeded == 2
    (note,) = told.notes
    assert "fails on the rows that migbot put into the tables as well, otherwise: " in note
    assert "Cannot add a NOT NULL column" in note


def test_rows_lost_in_a_table_that_the_revision_touches_are_told(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision(
            "b2",
            "a1",
            'op.drop_column("t_a1", "name")',
            'op.add_column("t_a1", sa.Column("name", sa.String(20)))',
        ),
    }
    told = by_id(Project.make(tmp_path, made).round_trip())["b2"]
    assert (told.verdict, told.rows.seeded, told.rows.changed) == ("pass", 2, 1), told
    assert told.notes == ("Of 2 rows in t_a1: 1 came back changed.",)


def test_rows_lost_in_a_table_that_it_does_not_touch_are_a_failure(tmp_path: Path) -> None:
    child = """op.create_table("child", sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer, sa.ForeignKey("t_a1.id", ondelete="CASCADE")))"""
    batch = 'with op.batch_alter_table("t_a1", recreate="always") as t: '
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", child, 'op.drop_table("child")'),
        "c3": revision(
            "c3",
            "b2",
            batch + 't.add_column(sa.Column("n", sa.Integer))',
            batch + 't.drop_column("n")',
        ),
    }
    env = CREATED.format(engine="engine").replace(
        "with (engine)",
        """from sqlalchemy import event
engine = create_engine("sqlite:///app.db")
@event.listens_for(engine, "connect")
def enforce(connection, record):
    connection.execute("PRAGMA foreign_keys = ON")

with engine""",
    )
    trip = Project.make(tmp_path, made, env).round_trip()
    told = by_id(trip)["c3"]
    assert told.verdict == "fail", told
    assert told.residue == (Residue("rows", "child", "missing", "2 rows", "2 lost, 0 changed"),)


def test_columns_in_another_order_are_told_and_do_not_fail(tmp_path: Path) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", COLUMN, UNDO),
        "c3": revision(
            "c3",
            "b2",
            'op.drop_column("t_a1", "name")',
            'op.add_column("t_a1", sa.Column("name", sa.String(20)))',
        ),
    }
    told = by_id(Project.make(tmp_path, made).round_trip())["c3"]
    assert (told.verdict, told.residue) == ("pass", ())
    assert any("come back in another order" in note for note in told.notes), told.notes


def test_a_deployment_that_differs_from_step_by_step_fails_the_whole(tmp_path: Path) -> None:
    up = """
    bind = op.get_bind()
    if bind.info.setdefault("steps", 0) < 1 and not bind.info.update(steps=1):
        op.create_table("first", sa.Column("id", sa.Integer))
    else:
        op.create_table("again", sa.Column("id", sa.Integer))
    """
    down = """
    for name in ("first", "again"):
        op.execute("DROP TABLE IF EXISTS " + name)
    """
    trip = Project.make(tmp_path, {"a1": revision("a1", None, up, down)}).round_trip()
    assert verdicts(trip) == {"a1": "fail"}
    assert trip.deployment is not None


def test_a_commit_that_fails_is_booked_on_its_own_revision(tmp_path: Path) -> None:
    up = """
    op.execute("PRAGMA foreign_keys = ON")
    op.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    op.execute("CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
    op.execute("INSERT INTO c VALUES (7)")
    """
    made = {"a1": table("a1"), "b2": revision("b2", "a1", up, "pass")}
    trip = Project.make(tmp_path, made).round_trip()
    told = by_id(trip)["b2"]
    assert verdicts(trip)["a1"] == "pass"
    assert told.verdict == "fail"
    assert "FOREIGN KEY constraint failed" in str(told.legs[0].error)


def test_env_that_does_not_commit_is_unknown(tmp_path: Path) -> None:
    env = OUTER.replace("    context.run_migrations()", "    context.run_migrations()\n    1 / 0")
    trip = Project.make(tmp_path, {"a1": table("a1")}, env).round_trip()
    assert trip.verdict is Verdict.UNKNOWN
    assert "ZeroDivisionError" in trip.unknown[0].reason


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        (
            "import os; os.environ['DATABASE_URL']",
            "env.py needs the environment variable DATABASE_URL (migrations/env.py:1)",
        ),
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("pass", "env.py ended without running the migrations"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_env_that_does_not_run_is_unknown_with_its_reason(
    tmp_path: Path, env: str, reason: str
) -> None:
    trip = Project.make(tmp_path, {"a1": table("a1")}, env).round_trip()
    assert (trip.verdict, verdicts(trip)) == (Verdict.UNKNOWN, {"a1": "unknown"})
    assert reason in trip.unknown[0].reason


def test_the_settings_env_is_filled_in_and_nothing_else_of_ours_reaches_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    env = "import os\nassert 'secret' not in str(os.environ)\n" + CREATED.format(
        engine="create_engine(os.environ['DATABASE_URL'])"
    )
    project = Project.make(tmp_path, {"a1": table("a1")}, env)
    settings = Settings(env={"DATABASE_URL": "{url}"})
    trip = project.round_trip(settings=settings)
    assert "nothing says for which database" in trip.unknown[0].reason
    assert 'database = "sqlite"' in trip.unknown[0].hint
    on_sqlite = Environment(
        "main", ("migrations/versions",), "migrations", "alembic.ini", database="sqlite"
    )
    trip = Project(tmp_path, project.order, on_sqlite).round_trip(settings=settings)
    assert verdicts(trip) == {"a1": "pass"}, trip


def test_the_settings_env_is_there_when_the_interpreter_starts(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "only_there.py").write_text("")
    project = Project.make(tmp_path / "app", {"a1": table("a1")}, "import only_there\n" + SYNC)
    assert "only_there" in project.round_trip().unknown[0].reason
    trip = project.round_trip(settings=Settings(env={"PYTHONPATH": str(beside)}))
    assert verdicts(trip) == {"a1": "pass"}, trip


def test_an_environment_that_is_said_to_be_of_another_kind_is_unknown(tmp_path: Path) -> None:
    other = Environment(
        "main", ("migrations/versions",), "migrations", "alembic.ini", database="postgresql"
    )
    Project.make(tmp_path, {"a1": table("a1")})
    trip = Project(tmp_path, ("a1",), other).round_trip()
    assert "postgresql" in trip.unknown[0].reason


def test_compiled_files_in_the_project_are_not_run(tmp_path: Path) -> None:
    import importlib.util
    import py_compile

    project = Project.make(tmp_path, {"a1": table("a1")})
    source = project.root / "migrations/versions/a1.py"
    evil = tmp_path / "evil.py"
    evil.write_text("raise SystemExit('the compiled file was run')")
    compiled = importlib.util.cache_from_source(str(source))
    py_compile.compile(
        str(evil), compiled, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    assert verdicts(project.round_trip()) == {"a1": "pass"}


def test_the_project_is_imported_from_the_folder_under_test(tmp_path: Path) -> None:
    more = "from seed import NAME\nfrom app.models import TABLE\nassert NAME == 'theirs'"
    project = Project.make(
        tmp_path,
        {"a1": table("a1", more=more)},
        files={"seed.py": "NAME = 'theirs'", "src/app/models.py": "TABLE = 't'"},
    )
    assert verdicts(project.round_trip()) == {"a1": "pass"}


def test_alembic_is_run_where_its_configuration_means(tmp_path: Path) -> None:
    frame = {
        "conf/alembic.ini": INI.format(url="sqlite:///x.db").replace(
            "script_location = migrations", "script_location = db/migrations"
        ),
        "db/migrations/env.py": SYNC,
        "db/migrations/versions/a1.py": table("a1", more="assert os.path.isdir('conf')"),
    }
    Project.make(tmp_path, {}, files=frame)
    environment = Environment(
        "main", ("db/migrations/versions",), "db/migrations", "conf/alembic.ini"
    )
    assert verdicts(Project(tmp_path, ("a1",), environment).round_trip()) == {"a1": "pass"}


def test_the_projects_own_database_is_neither_read_nor_made(tmp_path: Path) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")})
    assert verdicts(project.round_trip()) == {"a1": "pass"}
    assert not (tmp_path / "app.db").exists()
    with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
        connection.execute("CREATE TABLE t_a1 (x)")
    assert verdicts(project.round_trip()) == {"a1": "pass"}


def test_what_could_not_be_run_names_the_one_that_failed_however_far_below(tmp_path: Path) -> None:
    texts = {
        "a1": revision("a1", None, "op.execute('nonsense')", "pass"),
        "b1": table("b1", "a1"),
        "c1": table("c1", "b1"),
    }
    found = by_id(Project.make(tmp_path, texts).round_trip())
    assert found["b1"].notes == found["c1"].notes
    assert "a1, which it needs" in found["c1"].notes[0]
