"""A variable that is not set is named, and the hint is what to paste."""

import os
from pathlib import Path

import pytest

from migbot.adapters.project_python import find_interpreter
from migbot.core.report import Verdict
from migbot.core.settings import Settings
from migbot.core.throwaway import ThrowAway
from migbot.core.trips import RoundTrip
from migbot.databases.mysql import MySQL
from migbot.databases.postgresql import PostgreSQL
from support.kinds import of_each_kind
from support.projects import CREATED, MAIN, Project, by_id, revision, table, verdicts
from support.venvs import python_with

CONNECTS = CREATED.format(engine="create_engine(url)")

ASKS = {
    "os.environ": ('import os\nurl = os.environ["DATABASE_URL"]\n', "DATABASE_URL"),
    "os.environ, told again": (
        "import os\ntry:\n    url = os.environ['DB_URL']\n"
        "except KeyError:\n    raise RuntimeError('set the url')\n",
        "DB_URL",
    ),
    "python-decouple": ("from decouple import config\nurl = config('MY_DSN')\n", "MY_DSN"),
    "environs": (
        "from environs import Env\nenv = Env()\nwith env.prefixed('APP_'):\n"
        "    url = env.str('DB_URI')\n",
        "APP_DB_URI",
    ),
    "starlette": (
        "from starlette.config import Config\nurl = Config()('SQLALCHEMY_DATABASE_URI')\n",
        "SQLALCHEMY_DATABASE_URI",
    ),
    "pydantic-settings": (
        "from pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    model_config = {'env_prefix': 'app_'}\n    db_url: str\n"
        "url = S().db_url\n",
        "APP_DB_URL",
    ),
}


def asking(root: Path, asks: str) -> Project:
    """A project whose env.py asks so for its URL, on SQLite."""
    project = Project.make(root, {"a1": table("a1")}, asks + CONNECTS)
    return Project(root, project.order, MAIN._replace(database="sqlite"))


@pytest.mark.parametrize(("asks", "name"), ASKS.values(), ids=ASKS)
def test_what_env_asks_for_in_vain_is_named(tmp_path: Path, asks: str, name: str) -> None:
    trip = asking(tmp_path, asks).round_trip()
    assert (trip.verdict, verdicts(trip)) == (Verdict.UNKNOWN, {"a1": "unknown"})
    reason, hint = trip.unknown[0].reason, trip.unknown[0].hint
    assert reason.startswith(f"env.py needs the environment variable {name} ("), trip.unknown
    assert hint == f'[tool.migbot.env]\n{name} = "{{url}}"'


@pytest.mark.parametrize("library", of_each_kind(ASKS, ["os.environ", "environs"]))
def test_what_it_asks_for_can_be_pasted(tmp_path: Path, library: str) -> None:
    asks, name = ASKS[library]
    pasted = Settings(env={name: "{url}"})
    assert verdicts(asking(tmp_path, asks).round_trip(settings=pasted)) == {"a1": "pass"}


def test_fields_of_a_settings_class_are_all_named_and_a_module_of_the_project_is_the_place(
    tmp_path: Path,
) -> None:
    settings = """from pydantic import Field
from pydantic_settings import BaseSettings
class S(BaseSettings):
    secret_key: str
    url: str = Field(validation_alias="POSTGRES_DSN")
    level: str = "info"
S()
"""
    files = {"app/__init__.py": "", "app/settings.py": settings}
    trip = Project.make(tmp_path, {"a1": table("a1")}, "import app.settings", files=files)
    found = trip.round_trip().unknown[0]
    assert found.reason == (
        "env.py needs the environment variables SECRET_KEY, POSTGRES_DSN (app/settings.py:7)"
    )
    assert found.hint == (
        '[tool.migbot.env]\nSECRET_KEY = "..."\nPOSTGRES_DSN = "{url}"\n\n'
        '[tool.migbot.environments.main]\ndatabase = "postgresql"'
    )


def test_a_migration_that_asks_for_a_variable_is_unknown_and_what_needs_it_is_not_run(
    tmp_path: Path,
) -> None:
    made = {
        "a1": table("a1"),
        "b2": revision("b2", "a1", 'os.environ["TENANT"]', "pass"),
        "c3": table("c3", "b2"),
    }
    trip = Project.make(tmp_path, made).round_trip()
    assert verdicts(trip) == {"a1": "pass", "b2": "unknown", "c3": "not-run"}
    assert by_id(trip)["b2"].notes == ("It needs the environment variable TENANT.",)
    assert trip.unknown[0].hint == '[tool.migbot.env]\nTENANT = "..."'


def test_an_error_of_the_database_is_told_though_a_variable_was_looked_for(tmp_path: Path) -> None:
    up = "try:\n    os.environ['X']\nexcept KeyError:\n    op.execute('nonsense')"
    trip = Project.make(tmp_path, {"a1": revision("a1", None, up, "pass")}).round_trip()
    assert verdicts(trip) == {"a1": "fail"}


def test_a_key_error_of_anything_else_is_no_variable(tmp_path: Path) -> None:
    trip = Project.make(tmp_path, {"a1": table("a1")}, "{}['DATABASE_URL']").round_trip()
    assert "KeyError" in trip.unknown[0].reason


READS = CREATED.format(engine="create_engine(__import__('os').environ['DATABASE_URL'])")
FILLED = Settings(env={"DATABASE_URL": "{url}"})
LIBRARIES = ("alembic==1.20.1", "sqlalchemy>=2.0.40,<2.1")  # of which psycopg2 is the default


def filled_in(tmp_path: Path, database: ThrowAway, driver: str) -> RoundTrip:
    """The trip of a project whose Python has one driver, and its URL from the settings."""
    python = str(python_with((*LIBRARIES, driver)))
    made = {"a1": table("a1", more="import os; assert '+' in os.environ['DATABASE_URL']")}
    project = Project.make(tmp_path, made, READS)
    named = Project(tmp_path, project.order, MAIN._replace(database=database.NAME))
    interpreter = find_interpreter(tmp_path, python, os.environ)
    return named.round_trip(database=database, settings=FILLED, interpreter=interpreter)


def test_the_url_names_psycopg_where_only_that_is_installed(
    tmp_path, on_postgresql: PostgreSQL
) -> None:
    trip = filled_in(tmp_path, on_postgresql, "psycopg[binary]")
    assert verdicts(trip) == {"a1": "pass"}, trip.unknown


def test_the_url_names_pymysql_where_only_that_is_installed(tmp_path, on_mariadb: MySQL) -> None:
    trip = filled_in(tmp_path, on_mariadb, "pymysql")
    assert verdicts(trip) == {"a1": "pass"}, trip.unknown


def test_the_url_is_left_alone_where_the_usual_driver_is_installed(
    tmp_path: Path, on_postgresql: PostgreSQL
) -> None:
    made = {"a1": table("a1", more="assert os.environ['DATABASE_URL'].startswith('postgresql://')")}
    project = Project.make(tmp_path, made, READS)
    named = Project(tmp_path, project.order, MAIN._replace(database="postgresql"))
    trip = named.round_trip(database=on_postgresql, settings=FILLED)
    assert verdicts(trip) == {"a1": "pass"}, trip.unknown
