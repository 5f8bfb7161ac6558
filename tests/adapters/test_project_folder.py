"""How a project is run: what may be imported from where, and with which configuration."""

from pathlib import Path

from migbot.adapters.project_folder import project_request
from migbot.core.environment import Environment
from migbot.core.trip_settings import TripSettings
from support.projects import INI, MAIN, SYNC, Project, table

INSIDE = Environment("main", ("pkg/alembic/versions",), "pkg/alembic", "pkg/alembic.ini")
ALONE = INSIDE._replace(config="", database="sqlite")


def packaged(root: Path, environment: Environment = INSIDE, **files: str) -> Project:
    """A project whose migrations, and perhaps its alembic.ini, are inside its package."""
    ini = INI.replace("prepend_sys_path = .\n", "").format(url="sqlite:///x.db")
    frame = {
        "pkg/__init__.py": "",
        "pkg/alembic/env.py": f"from pip import main\n{SYNC}",
        "pkg/alembic/versions/a1.py": table("a1"),
    }
    if environment.config:
        frame[environment.config] = ini.replace(
            "script_location = migrations", "script_location = alembic"
        )
    Project.make(root, {}, files={**frame, **files})
    return Project(root, ("a1",), environment)


def verdicts(project: Project) -> dict[str, str]:
    trip = project.round_trip()
    return {each.revision: str(each.verdict) for each in trip.revisions}


def test_modules_inside_a_package_hide_no_others(tmp_path: Path) -> None:
    installed = {"pkg/pip.py": "raise ImportError('the wrong one')"}
    assert verdicts(packaged(tmp_path, **installed)) == {"a1": "pass"}


def test_a_url_that_no_file_has_is_one_of_the_dialect_that_the_settings_name(
    tmp_path: Path,
) -> None:
    assert verdicts(packaged(tmp_path, ALONE)) == {"a1": "pass"}


def test_without_a_word_of_the_dialect_a_missing_url_is_unknown(tmp_path: Path) -> None:
    assert verdicts(packaged(tmp_path, ALONE._replace(database=""))) == {"a1": "unknown"}


def test_a_command_of_the_projects_own_is_run_where_the_setting_says(tmp_path: Path) -> None:
    Project.make(tmp_path, {})
    (tmp_path / "backend").mkdir()
    for deploy, directory in {
        "alembic upgrade heads": tmp_path,
        "cd backend && alembic upgrade heads": tmp_path,
        "cd backend && flask db upgrade": tmp_path / "backend",
    }.items():
        environment = MAIN._replace(roundtrip=TripSettings(deploy=deploy))
        assert project_request(tmp_path, environment)["directory"] == str(directory)
