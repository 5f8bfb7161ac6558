"""A configuration that holds a template in place of a URL: the kind of database is asked for."""

from pathlib import Path

import pytest

from migbot.core.report import Verdict
from migbot.core.throwaway import ThrowAway
from migbot.databases import sqlite
from migbot.databases.postgresql import PostgreSQL
from support.projects import MAIN, Project, table, verdicts

TEMPLATES = ["driver://user:pass@localhost/dbname", "{{db_url}}", "%%(here)s", "TODO"]
"""Alembic's own, jupyterhub's, and two of nobody's."""


def proved(root: Path, url: str, named: str, database: ThrowAway = sqlite):
    project = Project.make(root, {"a1": table("a1")}, url=url.format())
    environment = MAIN._replace(database=named)
    return Project(root, project.order, environment).round_trip(database=database)


@pytest.mark.parametrize("url", TEMPLATES)
def test_without_a_kind_it_is_unknown_and_says_what_to_write(tmp_path: Path, url: str) -> None:
    trip = proved(tmp_path, url, "")
    assert (trip.verdict, verdicts(trip)) == (Verdict.UNKNOWN, {"a1": "unknown"})
    (unknown,) = trip.unknown
    assert unknown.reason.startswith("env.py needs a database: what its configuration names is no")
    assert unknown.hint == '[tool.migbot.environments.main]\ndatabase = "postgresql"'


@pytest.mark.parametrize("url", TEMPLATES)
def test_with_a_kind_a_database_of_ours_takes_its_place(tmp_path: Path, url: str) -> None:
    trip = proved(tmp_path, url, "sqlite")
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass"}), trip


def test_on_a_server_it_is_opened_by_a_driver_that_the_project_has(
    tmp_path: Path, on_postgresql: PostgreSQL
) -> None:
    trip = proved(tmp_path, TEMPLATES[0], "postgresql", on_postgresql)
    assert (trip.verdict, verdicts(trip)) == (Verdict.PASS, {"a1": "pass"}), trip


def test_a_url_of_another_kind_is_no_template(tmp_path: Path) -> None:
    trip = proved(tmp_path, "oracle://h/prod", "sqlite")
    assert trip.verdict is Verdict.UNKNOWN
    assert verdicts(trip) == {"a1": "unknown"}
