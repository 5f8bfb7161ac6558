"""`migbot resolve` proves what it has written, and says so in a line; what it wrote stays."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command import Command, Said
from support.parts import need
from support.projects import INI, SYNC, Parents, revision, table
from support.repos import Repo


def path(name: str) -> str:
    return f"migrations/versions/{name}.py"


def resized(name: str, length: int) -> str:
    alter = 'with op.batch_alter_table("t_a1") as t: t.alter_column("name", type_=sa.String({}))'
    return revision(name, "a1", alter.format(length), alter.format(20))


def forked(root: Path, theirs: str, ours: str, *, url: str = "sqlite:///real.db") -> Repo:
    """On feature, with `their1` of main and its own `mine1` on a1, the merge made silently."""
    repo = Repo.init(root)
    frame = {"alembic.ini": INI.format(url=url), "migrations/env.py": SYNC, "README": "An app\n"}
    repo.put({**frame, path("a1"): table("a1")})
    repo.switch("feature", create=True)
    repo.put({path("mine1"): ours})
    repo.switch("main")
    repo.put({path("their1"): theirs})
    repo.switch("feature")
    repo.merge("main")
    return repo


def published(repo: Repo) -> Repo:
    """The same, where feature's revision is in a release: a merge revision has to join them."""
    repo.git("tag", "v1", "feature")
    return repo


@pytest.fixture
def resolve(capsys: pytest.CaptureFixture[str]):
    return lambda repo, *arguments: Command(capsys, repo.root)("resolve", *arguments)


def trips(said: Said) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said.out)["round_trips"]
    return found


def test_a_merge_revision_is_proved_in_a_line(tmp_path: Path, resolve) -> None:
    repo = published(forked(tmp_path, table("their1", "a1"), table("mine1", "a1")))
    said = resolve(repo)
    assert said.code == 0, said
    lines = said.out.splitlines()
    assert lines[0].startswith("merge: ")
    proof = " ".join(said.out.split())
    assert ": fresh, main first and feature first end in the same schema." in proof
    assert "Proved on SQLite 3." in proof
    assert lines[-1].startswith("migbot: pass (")
    assert not (tmp_path / "real.db").exists()


def test_sides_that_do_not_commute_are_told_and_the_repair_stays(tmp_path: Path, resolve) -> None:
    repo = published(forked(tmp_path, resized("their1", 5), resized("mine1", 9)))
    said = resolve(repo)
    told = " ".join(said.out.split())
    assert said.code == 1
    assert "their1 and mine1 do not commute: both touch column t_a1.name." in told
    assert "The repair is written, and its round trip fails. Mend what stands above" in told
    assert "migbot resolve --strategy rebase" in told
    assert repo.status().startswith("?? migrations/versions/")


def test_a_revision_that_was_re_pointed_is_proved_on_its_new_parent(
    tmp_path: Path, resolve
) -> None:
    repo = forked(tmp_path, table("their1", "a1"), table("mine1", "a1"))
    repo.put({path("mine2"): table("mine2", "mine1")})
    said = resolve(repo)
    assert said.code == 0, said
    told = " ".join(said.out.split())
    assert ": mine1 and mine2 go up, down and up again on their new parent." in told


def test_a_re_pointed_revision_that_fails_on_its_new_parent_is_told(
    tmp_path: Path, resolve
) -> None:
    same = table("mine1", "a1", name="t_their1")
    said = resolve(forked(tmp_path, table("their1", "a1"), same))
    assert said.code == 1
    assert "table t_their1 already exists" in said.out
    assert "down_revision = 'their1'" in (tmp_path / path("mine1")).read_text()


@pytest.mark.parametrize("option", ["--no-prove", "--dry-run"])
def test_nothing_is_run_where_that_is_not_wanted(tmp_path: Path, resolve, option: str) -> None:
    repo = published(forked(tmp_path, resized("their1", 5), resized("mine1", 9)))
    said = resolve(repo, "--json", option)
    assert trips(said) == []
    assert said.code == (1 if option == "--dry-run" else 0)


def without_alembic(repo: Repo) -> None:
    repo.write("migbot.toml", 'python = "no/such/python"\n')


def env_that_stops(repo: Repo) -> None:
    repo.write("migrations/env.py", "raise RuntimeError('no secrets here')\n")


UNPROVABLE = {
    "no interpreter": (without_alembic, "no/such/python"),
    "an env.py that stops": (env_that_stops, "no secrets here"),
}


@pytest.mark.parametrize(("hinder", "reason"), UNPROVABLE.values(), ids=UNPROVABLE)
def test_what_cannot_be_proved_is_said_and_the_repair_is_fine(
    tmp_path: Path, resolve, hinder, reason: str
) -> None:
    repo = published(forked(tmp_path, table("their1", "a1"), table("mine1", "a1")))
    hinder(repo)
    said = resolve(repo)
    assert said.code == 0, said
    told = [line for line in said.out.splitlines() if "not proved" in line]
    assert len(told) == 1
    assert reason in " ".join(said.out.split())
    assert "?? migrations/versions/" in repo.status()
    assert said.out.splitlines()[-1].startswith("migbot: pass (")


def test_a_merge_that_is_stopped_by_a_conflict_elsewhere_is_proved_all_the_same(
    tmp_path: Path, resolve
) -> None:
    repo = forked(tmp_path, table("their1", "a1"), table("mine1", "a1"))
    repo.git("reset", "--quiet", "--hard", "HEAD^")
    repo.put({"README": "Ours\n"})
    repo.switch("main")
    repo.put({"README": "Theirs\n"})
    repo.switch("feature")
    assert repo.merge("main", check=False) == 1
    said = resolve(repo)
    assert said.code == 0, said
    assert "mine1 goes up, down and up again on its new parent." in said.out
    assert "down_revision = 'their1'" in (tmp_path / path("mine1")).read_text()


def test_the_database_is_the_projects_own_kind(tmp_path: Path, resolve) -> None:
    need("postgresql")
    url = "postgresql+psycopg://app@db.example.com/prod"
    alter = 'op.alter_column("t_a1", "name", type_=sa.String({}))'

    def altered(name: str, parents: Parents, length: int) -> str:
        return revision(name, parents, alter.format(length), alter.format(20))

    repo = published(
        forked(tmp_path, altered("their1", "a1", 5), altered("mine1", "a1", 9), url=url)
    )
    said = resolve(repo, "--json")
    (trip,) = trips(said)
    assert (said.code, trip["database"]) == (1, "postgresql")
    (edit,) = json.loads(said.out)["plan"]["edits"]
    assert [each["revision"] for each in trip["revisions"]] == [edit["revision"]]
    assert [each["name"] for each in trip["orders"]] == ["fresh", "main first", "feature first"]
    conflicts = [each for order in trip["orders"] for each in order["conflicts"]]
    assert {(tuple(e["revisions"]), e["kind"], e["name"]) for e in conflicts} == {
        (("their1", "mine1"), "column", "t_a1.name")
    }
    assert {(each["usual"], each["here"]) for each in conflicts} <= {
        (f"character varying({a})", f"character varying({b})") for a, b in ((5, 9), (9, 5))
    }
