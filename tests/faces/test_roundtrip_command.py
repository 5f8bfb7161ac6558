"""`migbot roundtrip`: which revisions are proved, from what, and what is said of them."""

import json
import os
from pathlib import Path
from types import ModuleType

import pytest

from migbot.adapters import trip_guests
from migbot.databases import postgresql_server
from migbot.errors import MigbotError
from support.command import Command
from support.parts import need
from support.projects import INI, SYNC, table
from support.repos import Repo

ENV = {"alembic.ini": INI.format(url="sqlite:///real.db"), "migrations/env.py": SYNC}


def path(name: str) -> str:
    return f"migrations/versions/{name}.py"


def chain(root: Path, *names: str) -> Repo:
    """A repository whose history is these revisions in a line, on main."""
    repo = Repo.init(root)
    parents = (None, *names)
    texts = {path(name): table(name, parent) for name, parent in zip(names, parents, strict=False)}
    repo.put({**ENV, **texts})
    return repo


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def roundtrip(repo: Repo, *arguments: str) -> tuple[int, dict]:
        said = Command(capsys, repo.root)("roundtrip", "--json", *arguments)
        return said.code, json.loads(said.out) if said.out else {"error": said.err}

    return roundtrip


def proved(report: dict) -> dict[str, str]:
    return {
        each["revision"]: each["verdict"]
        for trip in report["round_trips"]
        for each in trip["revisions"]
    }


def test_what_the_branch_adds_is_proved_on_top_of_the_base(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1", "b2")
    repo.switch("feature", create=True)
    repo.put({path("c3"): table("c3", "b2")})
    code, report = run(repo)
    assert (code, proved(report)) == (0, {"c3": "pass"})
    assert not (tmp_path / "real.db").exists()


def test_a_file_that_is_not_committed_yet_is_proved_too(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.write(path("b2"), table("b2", "a1"))
    assert proved(run(repo)[1]) == {"b2": "pass"}


def test_all_is_the_whole_history_from_an_empty_database(tmp_path: Path, run) -> None:
    code, report = run(chain(tmp_path, "a1", "b2", "c3"), "--all")
    assert (code, proved(report)) == (0, dict.fromkeys(["a1", "b2", "c3"], "pass"))


def test_one_in_the_middle_is_proved_alone_when_it_is_named(tmp_path: Path, run) -> None:
    code, report = run(chain(tmp_path, "a1", "b2", "c3"), "b2")
    assert (code, proved(report)) == (0, {"b2": "pass"})


def test_what_lies_between_two_that_are_named_is_proved_with_them(tmp_path: Path, run) -> None:
    code, report = run(chain(tmp_path, "a1", "b2", "c3", "d4"), "b2", "d4")
    assert (code, list(proved(report))) == (0, ["b2", "c3", "d4"])


def test_an_edited_revision_is_proved_on_what_it_stands_on(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1", "b2", "c3")
    repo.switch("feature", create=True)
    repo.put({path("b2"): table("b2", "a1").replace("String(20)", "String(30)")})
    code, report = run(repo)
    assert (code, proved(report)) == (0, {"b2": "pass"})


def test_the_merge_result_is_what_is_proved(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.switch("feature", create=True)
    repo.put({path("b2"): table("b2", "a1")})
    repo.switch("main")
    repo.put({path("c3"): table("c3", "a1")})
    repo.switch("feature")
    code, report = run(repo)
    assert (code, proved(report)) == (0, {"b2": "pass"})
    assert report["findings"] == []  # the fork is told with --check


def test_nothing_new_is_nothing_to_prove(tmp_path: Path, run) -> None:
    code, report = run(chain(tmp_path, "a1"))
    assert (code, report["round_trips"]) == (0, [])


def test_a_broken_history_is_unknown_and_not_run(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.write(path("b2"), table("b2", "nowhere"))
    code, report = run(repo)
    assert code == 2
    assert report["round_trips"][0]["verdict"] == "unknown"


def test_what_env_py_connects_to_is_found_again_when_it_has_changed(tmp_path: Path, run) -> None:
    need("postgresql")
    repo = chain(tmp_path, "a1", "b2")
    assert run(repo, "--all")[1]["round_trips"][0]["database"] == "sqlite"
    for url, database in (
        ("postgresql+psycopg://nobody@db.invalid/app", "postgresql"),
        ("sqlite:///real.db", "sqlite"),
    ):
        repo.write("alembic.ini", INI.format(url=url))
        assert run(repo, "--all")[1]["round_trips"][0]["database"] == database
    assert run(repo, "--all")[1]["round_trips"][0]["database"] == database


def test_another_database_is_never_replaced_by_sqlite(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.write(path("b2"), table("b2", "a1"))
    code, report = run(repo, "--database", "postgresql")
    assert (code, proved(report)) == (2, {"b2": "unknown"})


def test_the_database_is_the_one_that_env_py_connects_to_in_the_version_that_is_deployed(
    tmp_path: Path, run
) -> None:
    need("postgresql")
    repo = chain(tmp_path, "a1")
    url = "postgresql+psycopg://app:secret@db.example.com/prod"
    compose = "services:\n  db:\n    image: postgres:9.6\n"
    repo.put({"alembic.ini": INI.format(url=url), "compose.yaml": compose})
    repo.write(path("b2"), table("b2", "a1"))
    code, report = run(repo)
    assert (code, proved(report)) == (0, {"b2": "pass"}), report
    (trip,) = report["round_trips"]
    assert trip["database"] == "postgresql"
    assert trip["notes"] == [
        f"compose.yaml:3 says PostgreSQL 9.6, and this was tried on {trip['server_version']}."
    ]


@pytest.mark.parametrize(
    ("place", "name"), [(postgresql_server, "started"), (trip_guests, "start_guest")]
)
def test_what_does_not_start_is_unknown_with_the_reason(
    tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch, place: ModuleType, name: str
) -> None:
    def fails(*positional: object, **more: object) -> None:
        raise MigbotError("It does not start.", "Mend it.")

    monkeypatch.setattr(place, name, fails)
    repo = chain(tmp_path, "a1", "b2")
    code, report = run(repo, "b2", "--database", "postgresql")
    assert (code, proved(report)) == (2, {"b2": "unknown"})
    (told,) = report["round_trips"][0]["unknown"]
    assert (told["reason"], told["hint"]) == ("It does not start.", "Mend it.")


def test_a_kind_of_database_that_migbot_does_not_have_is_unknown(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.write(path("b2"), table("b2", "a1"))
    code, report = run(repo, "--database", "oracle")
    assert (code, proved(report)) == (2, {"b2": "unknown"})
    (told,) = report["round_trips"][0]["unknown"]
    assert "oracle" in told["reason"]
    assert "postgresql" in told["hint"]


def test_a_revision_that_is_not_there_is_told(tmp_path: Path, run) -> None:
    code, report = run(chain(tmp_path, "a1"), "zz")
    assert code == 2
    assert "No migration has the id 'zz'" in report["error"]


def test_nothing_is_left_behind(tmp_path: Path, run, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    repo = chain(tmp_path / "app", "a1", "b2")
    run(repo, "b2")
    assert os.listdir(scratch) == []
    assert repo.git("status", "--porcelain") == ""


def test_with_check_one_report_has_the_findings_and_the_proof(tmp_path: Path, run) -> None:
    repo = chain(tmp_path, "a1")
    repo.switch("feature", create=True)
    repo.put({path("b2"): table("b2", "a1")})
    repo.switch("main")
    repo.put({path("c3"): table("c3", "a1")})
    repo.switch("feature")
    code, report = run(repo, "--check")
    assert code == 1
    assert [each["code"] for each in report["findings"]] == ["MB101"]
    assert proved(report) == {"b2": "pass"}


def test_with_check_a_proof_that_cannot_begin_leaves_the_findings_and_is_unknown(
    tmp_path: Path, run
) -> None:
    repo = chain(tmp_path, "a1")
    repo.put({"pyproject.toml": '[tool.migbot]\npython = "no-such-python"\n'})
    repo.switch("feature", create=True)
    repo.put({path("b2"): table("b2", "a1")})
    assert "No Python that can run" in run(repo)[1]["error"]
    code, report = run(repo, "--check")
    assert code == 2
    assert [each["added"] for each in report["environments"]] == [["b2"]]
    assert [each["verdict"] for each in report["round_trips"]] == ["unknown"]
