"""Which version of a server a project asks for, and what is told where it is not here."""

from pathlib import Path

from migbot.core.report import Verdict
from migbot.core.trips import RoundTrip
from migbot.faces.wanted_server import wanted_server, with_note

COMPOSE = "services:\n  db:\n    image: postgres:14-alpine\n  cache:\n    image: redis:7\n"
WORKFLOW = "jobs:\n  test:\n    services:\n      db:\n        image: postgres:16\n"


def project(root: Path) -> Path:
    for path, text in (("compose.yaml", COMPOSE), (".github/workflows/ci.yml", WORKFLOW)):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def test_a_workflow_and_a_compose_file_say_which_version_the_first_by_its_path(
    tmp_path: Path,
) -> None:
    found = wanted_server(project(tmp_path), "postgresql")
    assert found is not None
    assert (found.path, found.line, found.version) == (".github/workflows/ci.yml", 5, "16")


def test_a_version_in_the_settings_is_the_last_word(tmp_path: Path) -> None:
    assert wanted_server(project(tmp_path), "postgresql-15") is None


def test_what_the_files_do_not_start_is_not_asked_for(tmp_path: Path) -> None:
    assert wanted_server(project(tmp_path), "mariadb") is None
    assert wanted_server(tmp_path / "nowhere", "postgresql") is None


def test_what_was_installed_is_nobodys_wish(tmp_path: Path) -> None:
    project(tmp_path / "node_modules" / "x")
    assert wanted_server(tmp_path, "postgresql") is None


def test_another_major_version_is_told_and_the_same_one_is_not(tmp_path: Path) -> None:
    wanted = wanted_server(project(tmp_path), "postgresql")

    def trip(version: str) -> RoundTrip:
        return with_note(RoundTrip("main", "postgresql", version, Verdict.PASS), wanted)

    assert trip("16.3").notes == trip("").notes == ()
    assert trip("15.18").notes == (
        ".github/workflows/ci.yml:5 says PostgreSQL 16, and this was tried on 15.18.",
    )
    assert trip("1.6").notes != ()
