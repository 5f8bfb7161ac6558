"""Projects that `alembic upgrade heads` on an empty database does not fit, as they are."""

from pathlib import Path

import pytest

from migbot.core.report import Verdict
from migbot.core.trip_settings import SeedSettings, TripSettings
from migbot.core.trips import RoundTrip
from support.kinds import of_each_kind
from support.projects import SYNC, Project, by_id, revision, table, verdicts

ADDS = ('op.add_column("old", sa.Column("more", sa.String(5)))', 'op.drop_column("old", "more")')
FORGETS = ('op.add_column("old", sa.Column("more", sa.String(5)))', "pass")


def proved(project: Project, settings: TripSettings, *revisions: str, **more) -> RoundTrip:
    project = Project(project.root, project.order, project.environment._replace(roundtrip=settings))
    return project.round_trip(list(revisions) or None, **more)


TENANT = SYNC.replace(
    "from alembic import context\n",
    "from alembic import context\n\n"
    'if context.get_x_argument(as_dictionary=True).get("tenant") != "acme":\n'
    '    raise SystemExit("-x tenant=NAME is missing")\n',
)


def test_x_arguments_of_the_deployment_hold_for_every_run(tmp_path: Path) -> None:
    project = Project.make(tmp_path, {"a1": table("a1"), "b2": table("b2", "a1")}, TENANT)
    assert project.round_trip().verdict is Verdict.UNKNOWN
    trip = proved(project, TripSettings(deploy="alembic -x tenant=acme upgrade head"))
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass", "b2": "pass"}), trip
    assert trip.deployment is not None
    assert trip.deployment.verb == "upgrade head"


def test_a_deployment_to_one_head_fails_where_there_are_two(tmp_path: Path) -> None:
    made = {"a1": table("a1"), "b2": table("b2", "a1"), "c3": table("c3", "a1")}
    project = Project.make(tmp_path, made)
    assert proved(project, TripSettings()).verdict is Verdict.PASS
    trip = proved(project, TripSettings(deploy="alembic upgrade head"))
    assert trip.verdict is Verdict.FAIL
    assert trip.deployment is not None
    assert trip.deployment.error is not None
    assert "Multiple head revisions" in trip.deployment.error.message


REFUSES = SYNC.replace(
    "from alembic import context\n",
    "from alembic import context\n\nimport app\n\n"
    'if not app.ready:\n    raise SystemExit("use python -m app upgrade")\n',
)
OWN = """
import os, sys
from pathlib import Path
from alembic import command
from alembic.config import Config
import app

app.ready = True

def upgrade():
    config = Config(Path(__file__).parents[1] / "alembic.ini")
    command.current(config)
    command.upgrade(config, "head")

if __name__ == "__main__":
    try:
        {"upgrade": upgrade}[sys.argv[1]]()
    except Exception as error:
        print("sorry:", error)
        sys.exit(7)
"""
APP = {
    "app/__init__.py": "ready = False\n",
    "app/__main__.py": OWN,
    "manage.py": "import app.__main__ as m\nm.upgrade()\n",
}


OWNS = ("python -m app upgrade", "python manage.py", "manage.py")


def test_an_env_py_that_wants_its_own_command_is_run_by_no_other(tmp_path: Path) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")}, REFUSES, files=APP)
    assert "use python -m app upgrade" in str(project.round_trip().unknown)


@pytest.mark.parametrize("command", of_each_kind(OWNS, ["python -m app upgrade", "manage.py"]))
def test_a_command_of_the_projects_own_runs_every_env_py(tmp_path: Path, command: str) -> None:
    made = {"a1": table("a1", name="old"), "b2": revision("b2", "a1", *ADDS)}
    made["c3"] = revision("c3", "b2", *(each.replace("more", "most") for each in FORGETS))
    project = Project.make(tmp_path, made, REFUSES, files=APP)
    trip = proved(project, TripSettings(deploy=command))
    assert verdicts(trip) == {"a1": "pass", "b2": "pass", "c3": "no-op-downgrade"}, trip
    assert trip.deployment is not None
    assert (trip.deployment.verb, trip.deployment.ok) == (command, True), trip.deployment


def test_its_base_is_built_by_it_and_no_further(tmp_path: Path) -> None:
    made = {
        "a1": table("a1", name="old"),
        "b2": revision("b2", "a1", *ADDS),
        "c3": table("c3", "b2"),
    }
    project = Project.make(tmp_path, made, REFUSES, files=APP)
    settings = TripSettings(deploy="python -m app upgrade")
    trip = proved(project, settings, "b2", base=tmp_path, base_heads=["a1"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip


COMMANDS = {
    "python -m app downgrade": "`python -m app downgrade` ended with exit code 7",
    "python nothing.py": "nothing.py",
    "nothing-at-all": "'nothing-at-all' is neither a file nor a command",
    "python quiet.py": "`python quiet.py` ended without an upgrade by Alembic",
    "python loud.py": "`python loud.py` ended with exit code 3",
    "python other.py": "the command upgrades to z9 (",
}
ODD = {
    "quiet.py": "print('all is well')",
    "loud.py": "raise SystemExit(3)",
    "other.py": (
        "from alembic import command, config\n"
        "command.upgrade(config.Config('z/alembic.ini'), 'head')"
    ),
    "z/alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\n",
    "z/migrations/env.py": SYNC,
    "z/migrations/versions/z9.py": table("z9"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_does_not_do_is_unknown_and_told(tmp_path: Path, command: str) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")}, REFUSES, files={**APP, **ODD})
    trip = proved(project, TripSettings(deploy=command))
    assert trip.verdict is Verdict.UNKNOWN
    assert COMMANDS[command] in trip.unknown[0].reason, trip.unknown


DUMP = """
-- what was there before Alembic
CREATE TABLE old (id INTEGER PRIMARY KEY, name VARCHAR(9));
CREATE VIEW names AS SELECT name FROM old;
"""


def test_a_history_that_begins_on_a_schema_is_proved_on_its_dump(tmp_path: Path) -> None:
    made = {
        "a1": revision("a1", None, *ADDS),
        "b2": revision("b2", "a1", *(e.replace("more", "m2") for e in FORGETS)),
    }
    project = Project.make(tmp_path, made, files={"db/old.sql": DUMP})
    assert project.round_trip().verdict is Verdict.FAIL
    trip = proved(project, TripSettings(baseline=("db/old.sql",)))
    assert verdicts(trip) == {"a1": "pass", "b2": "no-op-downgrade"}, trip
    assert trip.deployment is not None
    assert trip.deployment.ok
    assert by_id(trip)["a1"].rows.seeded > 0


BROKEN = revision("a1", None, 'raise RuntimeError("nobody can run this any more")', "pass")


def test_what_lies_below_the_start_is_not_run(tmp_path: Path) -> None:
    made = {"a1": BROKEN, "b2": revision("b2", "a1", *ADDS)}
    project = Project.make(tmp_path, made, files={"old.sql": DUMP})
    settings = TripSettings(baseline=("old.sql",), start="a1")
    trip = proved(project, settings, "b2", base=tmp_path, base_heads=["a1"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip
    trip = proved(project, settings, "b2")
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip


MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Old(Base):
    __tablename__ = "old"
    id = sa.Column(sa.Integer, primary_key=True)
"""


NAMES = ("models:Base", "models:Base.metadata")


@pytest.mark.parametrize("name", of_each_kind(NAMES, NAMES[:1]))
def test_the_bases_models_stand_for_what_it_has_run(tmp_path: Path, name: str) -> None:
    base = Project.make(tmp_path / "base", {"a1": BROKEN}, files={"models.py": MODELS})
    made = {"a1": BROKEN, "b2": revision("b2", "a1", *ADDS)}
    more = MODELS + '    more = sa.Column("more", sa.String(5))\n'
    head = Project.make(tmp_path / "head", made, files={"models.py": more})
    settings = TripSettings(baseline=(name,), start="heads")
    trip = proved(head, settings, "b2", base=base.root, base_heads=["a1"])
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"b2": "pass"}), trip


FAULTS = {
    ("nowhere.sql",): "nowhere.sql of the baseline cannot be read",
    ("bad.sql",): 'bad.sql of the baseline fails: near "nonsense": syntax error',
    ("rows.sql",): "line 1 is a COPY of rows",
    ("models:Nothing",): "the baseline could not be laid: AttributeError",
    ("models:sa",): "ValueError: models:sa is no MetaData",
}


@pytest.mark.parametrize("baseline", FAULTS)
def test_a_baseline_that_cannot_be_laid_is_unknown(
    tmp_path: Path, baseline: tuple[str, ...]
) -> None:
    files = {
        "bad.sql": "nonsense;",
        "rows.sql": "COPY t (a) FROM stdin;\n1\n\\.\n",
        "models.py": MODELS,
    }
    project = Project.make(tmp_path, {"a1": table("a1")}, files=files)
    trip = proved(project, TripSettings(baseline=baseline))
    assert trip.verdict is Verdict.UNKNOWN
    assert FAULTS[baseline] in trip.unknown[0].reason, trip.unknown


PG_DUMP = r"""
\restrict Xyz
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE ROLE reader;
CREATE FUNCTION public.one() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    RETURN 1;
END $$;
CREATE TABLE public.old (id integer DEFAULT public.one() PRIMARY KEY, name character varying(9));
GRANT SELECT ON TABLE public.old TO reader;
\unrestrict Xyz
"""


def test_a_dump_of_postgresql_is_taken_as_it_is(tmp_path: Path, on_postgresql) -> None:
    made = {"a1": revision("a1", None, *ADDS)}
    url = "postgresql+psycopg://nobody@db.invalid/app"
    project = Project.make(tmp_path, made, url=url, files={"old.sql": PG_DUMP})
    trip = proved(project, TripSettings(baseline=("old.sql",)), database=on_postgresql)
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass"}), trip


def test_a_dump_of_mariadb_is_too(tmp_path: Path, on_mariadb) -> None:
    text = "/*!40101 SET NAMES utf8mb4 */;\n" + DUMP
    project = Project.make(
        tmp_path,
        {"a1": revision("a1", None, *ADDS)},
        url="mysql+pymysql://nobody@db.invalid/app",
        files={"old.sql": text},
    )
    trip = proved(project, TripSettings(baseline=("old.sql",)), database=on_mariadb)
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass"}), trip


NEEDS_ROWS = """
names = [name for (name,) in op.get_bind().execute(sa.text("SELECT name FROM t_a1"))]
assert "Ada; of" in names, names
"""
ROWS = "-- ours\nINSERT INTO t_a1 (id, name)\nVALUES (901, 'Ada; of');\n"


WANTS_ROWS = {
    "a1": table("a1"),
    "b2": revision("b2", "a1", NEEDS_ROWS, "pass"),
    "c3": table("c3", "b2"),
}


def test_a_revision_that_needs_rows_of_the_projects_own_fails_without_them(tmp_path: Path) -> None:
    project = Project.make(tmp_path, WANTS_ROWS)
    assert proved(project, TripSettings()).verdict is Verdict.FAIL


@pytest.mark.parametrize("when", [{"before": "b2"}, {"after": "a1"}])
def test_rows_of_the_projects_own_are_there_when_they_are_wanted(
    tmp_path: Path, when: dict[str, str]
) -> None:
    project = Project.make(tmp_path, WANTS_ROWS, files={"seeds/ada.sql": ROWS})
    settings = TripSettings(seeds=(SeedSettings("seeds/ada.sql", **when),))
    trip = proved(project, settings)
    assert verdicts(trip) == {"a1": "pass", "b2": "pass", "c3": "pass"}, trip


def test_rows_are_put_in_on_a_server_too_and_are_there_after_a_failure(
    tmp_path: Path, on_postgresql
) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", 'op.execute("CREATE VIEW v AS SELECT 1 AS one")', "pass"),
        "c3": revision("c3", "b2", 'op.execute("SELECT 1/0")', "pass"),
        "d4": revision("d4", "b2", NEEDS_ROWS, "pass"),
    }
    url = "postgresql+psycopg://nobody@db.invalid/app"
    project = Project.make(tmp_path, made, url=url, files={"ada.sql": ROWS})
    settings = TripSettings(seeds=(SeedSettings("ada.sql", after="a1"),))
    trip = proved(project, settings, database=on_postgresql)
    assert verdicts(trip) == {"a1": "pass", "b2": "no-op-downgrade", "c3": "fail", "d4": "pass"}, (
        trip
    )


SEEDS = {
    SeedSettings("nowhere.sql", before="a1"): "seeds: nowhere.sql cannot be read",
    SeedSettings("ada.sql"): "ada.sql belongs either `before` or `after` a revision",
    SeedSettings("ada.sql", before="zz"): "seeds: there is no revision 'zz'",
    SeedSettings(
        "ada.sql", before="a1"
    ): "seeds: the rows before a1 cannot be put in: no such table",
}


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_seeds_that_cannot_be_put_in_are_told(tmp_path: Path, seed: SeedSettings) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")}, files={"ada.sql": ROWS})
    trip = proved(project, TripSettings(seeds=(seed,)))
    assert trip.verdict is Verdict.UNKNOWN
    assert SEEDS[seed] in trip.unknown[0].reason, trip.unknown
