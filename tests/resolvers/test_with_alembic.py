"""Tests of repairs against the real Alembic, a real SQLite and a real git."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings

from migbot.core.history import History
from migbot.core.plan import Plan
from migbot.core.settings import Strategy
from migbot.resolvers.choose import resolve
from migbot.resolvers.outcome import outcome, shortfall
from support.alembic_project import Parents, Project, name_of, table
from support.forks import forks
from support.repos import Repo

FORK: dict[str, Parents] = {"r0": None, "a1": "r0", "b1": "r0"}
CHAINS: dict[str, Parents] = {
    "r0": None, "r1": "r0", "a1": "r1", "a2": "a1", "x1": "r0", "x2": "x1", "y1": "r1",
    "m": ("x2", "y1"), "n": "m",
}  # fmt: skip


def plan_of(project: Project, strategy: Strategy, base: str) -> Plan:
    found = project.history
    on_base = found.graph.ancestors([base])
    return resolve(found, project.template, base_ids=on_base, strategy=strategy)


def everything(parents: dict[str, Parents]) -> set[str]:
    return {f"t_{id}" for id in parents}


@pytest.mark.parametrize("strategy", [Strategy.MERGE, Strategy.REBASE])
@pytest.mark.parametrize("parents", [FORK, CHAINS], ids=["fork", "chains"])
def test_alembic_sees_one_head_and_upgrades_a_fresh_database(
    parents: dict[str, Parents], strategy: Strategy, tmp_path: Path
) -> None:
    project = Project.make(tmp_path, parents)
    assert "Multiple head revisions" in project.alembic("upgrade", "head", check=False)
    before, plan = project.history, plan_of(project, strategy, "a1")
    project.apply(plan)
    assert project.heads() == project.history.graph.heads
    assert shortfall(before, plan, project.history) is None
    for line in plan.then:
        project.paste(line)
    assert project.tables() == everything(parents)
    assert project.current() == {*project.heads()}
    project.alembic("downgrade", "base")
    assert project.tables() == set()


@pytest.mark.parametrize(
    ("parents", "base"),
    [
        (FORK, "a1"),
        (CHAINS, "a2"),
        ({"r0": None, "p": "r0", "q": "r0", "a1": ("p", "q"), "x": "p", "y": "q", "m": ("x", "y")},
         "a1"),
        ({"r0": None, "p": "r0", "q": "r0", "a1": ("p", "q"), "m": ("q", "p"), "n": "m"}, "a1"),
        ({"r0": None, "a1": "r0", "x": "r0", "y": "x", "z": "x"}, "a1"),
        ({"r0": None, "a1": "r0", "b0": None, "b1": "b0"}, "a1"),
    ],
    ids=["fork", "chains", "two old parents", "own merge", "forked in itself", "own base"],
)  # fmt: skip
@pytest.mark.parametrize("also_base", [False, True], ids=["branch only", "with the base's"])
def test_a_database_that_ran_the_moved_revisions_is_right_after_the_printed_commands(
    parents: dict[str, Parents], base: str, also_base: bool, tmp_path: Path
) -> None:
    project = Project.make(tmp_path, parents)
    found = project.history
    mine = [head for head in found.graph.heads if head != base]
    for head in [*mine, *([base] if also_base else [])]:
        project.alembic("upgrade", head)
    plan = resolve(
        found,
        project.template,
        heads=found.graph.heads,
        base_ids=found.graph.ancestors([base]),
        strategy=Strategy.REBASE,
    )
    for line in plan.first:
        project.paste(line)
    moved = found.graph.ancestors(mine) - found.graph.ancestors([base])
    assert not project.tables() & {f"t_{id}" for id in moved}
    project.apply(plan)
    for line in plan.then:
        project.paste(line)
    assert project.tables() == everything(parents)


def test_a_merge_in_a_multidb_project_is_run_on_every_database(tmp_path: Path) -> None:
    project = Project.make(tmp_path, {})
    command.init(Config(tmp_path / "alembic.ini"), str(tmp_path / "multi"), template="multidb")
    for odd in ("migrations/versions/.keep", "migrations/env.py", "migrations/script.py.mako"):
        (tmp_path / odd).unlink()
    for made in ("env.py", "script.py.mako"):
        (tmp_path / "multi" / made).rename(tmp_path / "migrations" / made)
    urls = "".join(f"\n[{name}]\nsqlalchemy.url = sqlite:///{name}.db\n" for name in ENGINES)
    ini = f"[alembic]\nscript_location = migrations\ndatabases = {', '.join(ENGINES)}\n{urls}"
    (tmp_path / "alembic.ini").write_text(ini + LOGGING)
    for id, above in FORK.items():
        project.write({name_of(id): multidb_table(id, above)})
    project.apply(plan_of(project, Strategy.MERGE, "a1"))
    project.alembic("upgrade", "head")
    for name in ENGINES:
        assert project.tables(f"{name}.db") == everything(FORK)
        assert project.current(f"{name}.db") == {*project.heads()}
    project.alembic("downgrade", "base")
    assert project.tables("one.db") == set()


ENGINES = ("one", "two")

LOGGING = """
[loggers]
keys = root
[handlers]
keys =
[formatters]
keys =
[logger_root]
level = WARNING
handlers =
"""


def multidb_table(id: str, parents: Parents) -> bytes:
    """A revision of Alembic's multidb template that creates its table in both databases."""
    text = table(id, parents).decode()
    for verb in ("upgrade", "downgrade"):
        text = text.replace(
            f"def {verb}():",
            f"def {verb}(engine_name: str) -> None:\n    globals()[f'{verb}_{{engine_name}}']()\n\n"
            f"def {verb}_two(): {verb}_one()\n\ndef {verb}_one():",
        )
    return text.encode()


def test_without_the_printed_commands_a_migration_would_be_skipped(tmp_path: Path) -> None:
    """Why `first` is there: Alembic believes the database, which is at the moved revision."""
    project = Project.make(tmp_path, FORK)
    project.alembic("upgrade", "b1")
    project.apply(plan_of(project, Strategy.REBASE, "a1"))
    project.alembic("upgrade", "head")
    assert project.tables() == {"t_r0", "t_b1"}


def test_the_base_branch_runs_first_on_a_fresh_database(tmp_path: Path) -> None:
    """b1 needs a table that a1 makes and does not say so; it works in one order only."""
    for number, (base, other) in enumerate((("a1", "b1"), ("b1", "a1"))):
        project = Project.make(tmp_path / str(number), FORK)
        insert = f"def upgrade():\n    op.execute('insert into t_{base} values (1)')\n"
        needy = table(other, "r0").replace(b"def upgrade():\n", insert.encode())
        project.write({name_of(other): needy})
        project.apply(plan_of(project, Strategy.MERGE, base))
        project.alembic("upgrade", "head")
        assert project.tables() == everything(FORK)


def test_a_merge_is_what_alembic_would_have_written_in_this_project(tmp_path: Path) -> None:
    project = Project.make(tmp_path, FORK)
    (edit,) = plan_of(project, Strategy.MERGE, "a1").edits
    project.alembic(
        "merge", "-m", "merge a1 and b1", "--rev-id", edit.revision, *reversed(edit.parents)
    )
    made = {path.name for path in project.versions.glob("*.py")}
    written = (project.root / edit.path).read_bytes()
    assert Path(edit.path).name in made
    assert len(written.splitlines()) == len(edit.content.splitlines())


@given(forks())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_alembic_agrees_on_the_heads_after_every_repair(
    tmp_path_factory: pytest.TempPathFactory, fork: tuple[History, frozenset[str]]
) -> None:
    found, base = fork
    for strategy in (Strategy.MERGE, Strategy.AUTO):
        project = Project.make(tmp_path_factory.mktemp("project"), {})
        project.write({f"migrations/{path}": found.source(path) for path in found.entries})
        read = project.history
        plan = resolve(read, project.template, base_ids=base, strategy=strategy)
        project.apply(plan)
        assert project.heads() == outcome(read.graph, plan.edits).heads
        assert len(project.heads()) == 1


def repository(tmp_path: Path) -> tuple[Repo, Project]:
    """Two feature branches, both of which git has merged without a conflict."""
    repo = Repo.init(tmp_path / "app")
    project = Project.make(repo.root, {"r0": None})
    repo.put({".gitignore": "__pycache__\napp.db\n"}, "start")
    for name in ("a1", "b1"):
        repo.switch("main")
        repo.switch(f"feature-{name}", create=True)
        repo.put({name_of(name): table(name, "r0")}, f"add {name}")
    return repo, project


def test_two_people_who_repair_the_same_fork_agree(tmp_path: Path) -> None:
    repo, project = repository(tmp_path)
    contents = set()
    for mine, theirs in (("a1", "b1"), ("b1", "a1")):
        repo.switch(f"feature-{mine}")
        repo.switch(f"joined-{mine}", create=True)
        assert repo.merge(f"feature-{theirs}") == 0
        plan = plan_of(project, Strategy.MERGE, "r0")
        project.apply(plan)
        contents |= {(edit.path, edit.content) for edit in plan.edits}
        repo.commit("repair")
    assert len(contents) == 1
    assert repo.merge("joined-a1") == 0
    assert len(project.heads()) == 1
    assert repo.status() == ""


def test_two_people_who_re_point_the_same_fork_agree(tmp_path: Path) -> None:
    repo, project = repository(tmp_path)
    for mine, theirs in (("a1", "b1"), ("b1", "a1")):
        repo.switch(f"feature-{mine}")
        repo.switch(f"joined-{mine}", create=True)
        assert repo.merge(f"feature-{theirs}") == 0
        project.apply(plan_of(project, Strategy.AUTO, "r0"))
        repo.commit("repair")
    assert repo.merge("joined-a1") == 0
    assert project.heads() == ("b1",)


def test_two_repairs_with_different_messages_meet_as_a_conflict_not_as_a_fork(
    tmp_path: Path,
) -> None:
    repo, project = repository(tmp_path)
    for mine, theirs in (("a1", "b1"), ("b1", "a1")):
        repo.switch(f"feature-{mine}")
        repo.switch(f"joined-{mine}", create=True)
        assert repo.merge(f"feature-{theirs}") == 0
        project.apply(
            resolve(project.history, project.template, strategy=Strategy.MERGE, message=mine)
        )
        repo.commit("repair")
    assert repo.merge("joined-a1", check=False) == 1
    assert repo.status().startswith("AA migrations/versions/")
