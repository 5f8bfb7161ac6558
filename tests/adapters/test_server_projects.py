"""What real projects on servers have asked for: a URL that no file has, facts without our rows."""

import pytest

from support.projects import MAIN, SYNC, Project, by_id, revision, table, verdicts

NO_URL = {"alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"}


@pytest.mark.parametrize("named", ["postgresql", "postgresql-15"])
def test_a_url_that_no_file_has_is_one_of_postgresql(tmp_path, on_postgresql, named) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")}, SYNC, files=NO_URL)
    named_one = Project(tmp_path, project.order, MAIN._replace(database=named))
    assert verdicts(named_one.round_trip(database=on_postgresql)) == {"a1": "pass"}


def test_a_url_that_no_file_has_is_one_of_a_driver_that_is_installed(tmp_path, on_mariadb) -> None:
    project = Project.make(tmp_path, {"a1": table("a1")}, SYNC, files=NO_URL)
    named = Project(tmp_path, project.order, MAIN._replace(database="mariadb"))
    assert verdicts(named.round_trip(database=on_mariadb)) == {"a1": "pass"}


def test_the_locks_of_the_rows_that_were_put_in_are_not_those_of_the_upgrade(
    tmp_path, on_postgresql
) -> None:
    grown = revision(
        "a3",
        "a2",
        'op.add_column("t_a2", sa.Column("note", sa.Text))',
        'op.drop_column("t_a2", "note")',
    )
    files = {"a1": table("a1"), "a2": table("a2", "a1"), "a3": grown}
    project = Project.make(tmp_path, files, SYNC, url="postgresql+psycopg://h/prod")
    trip = project.round_trip(["a3"], base=tmp_path, base_heads=["a2"], database=on_postgresql)
    assert by_id(trip)["a3"].rows.seeded == 4
    assert by_id(trip)["a3"].locks == ("AccessExclusiveLock on t_a2",)
