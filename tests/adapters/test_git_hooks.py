"""Installing and removing the hooks, beside whatever else looks after hooks."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from migbot.adapters.git_hooks import ANYWHERE, EVENTS, install, pathspecs, uninstall
from migbot.adapters.git_read import elsewhere, locate
from migbot.adapters.hook_steps import Configure, Tell, Write
from migbot.core.environment import Environment
from migbot.errors import MigbotError
from support.hooked import INI, hook, migrate, path, project, revision
from support.parts import need
from support.repos import Repo

OLD, NEW = (2, 39, 5), (2, 54, 0)


@pytest.fixture
def repo(tmp_path) -> Repo:
    return project(tmp_path / "app")


def put_in(repo: Repo, **options):
    located = locate(repo.root, elsewhere())
    return install(located, sys.executable, **{"version": OLD, **options})


def take_out(repo: Repo, **options):
    return uninstall(locate(repo.root, elsewhere()), **options)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: its mode and content (for a link, where it leads)."""
    found = {}
    for each in sorted(folder.rglob("*")):
        if each.is_symlink():
            found[str(each)] = (0, os.fsencode(os.readlink(each)))
        elif each.is_file():
            found[str(each)] = (stat.S_IMODE(each.stat().st_mode), each.read_bytes())
    return found


def script(repo: Repo, name: str, body: str, folder: str = ".git/hooks") -> Path:
    """An executable hook of somebody else."""
    written = repo.write(f"{folder}/{name}", f"#!/bin/sh\n{body}\n")
    written.chmod(0o755)
    return written


def forks(repo: Repo) -> bool:
    """Whether a commit that forks the history is stopped."""
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()
    done = repo.run("git", "commit", "--message=fork", check=False)
    return done.returncode == 1 and b"MB101" in done.stderr


def test_hooks_are_executable_files_with_unix_line_ends(repo):
    steps = put_in(repo)
    files = [step.path for step in steps if isinstance(step, Write)]
    hooks = repo.root / ".git/hooks"
    assert set(files) == {repo.root / ".git/migbot/hook", *(hooks / event for event in EVENTS)}
    for file in files:
        assert os.access(file, os.X_OK)
        assert b"\r" not in file.read_bytes()
        assert file.read_bytes().startswith(b"#!/bin/sh\n")
    assert forks(repo)


def test_installing_a_second_time_changes_nothing(repo):
    put_in(repo)
    before = snapshot(repo.root / ".git")
    assert put_in(repo) == ()
    assert snapshot(repo.root / ".git") == before


def test_installing_again_takes_a_new_interpreter(repo):
    put_in(repo)
    install(locate(repo.root, elsewhere()), "/elsewhere/bin/python", version=OLD)
    assert "/elsewhere/bin/python" in (repo.root / ".git/migbot/hook").read_text()


def test_uninstalling_leaves_the_repository_as_it_was(repo):
    before = snapshot(repo.root / ".git")
    put_in(repo)
    take_out(repo)
    assert snapshot(repo.root / ".git") == before
    assert take_out(repo) == ()


def test_a_dry_run_says_the_same_and_does_nothing(repo):
    script(repo, "pre-commit", "exit 0")
    before = snapshot(repo.root / ".git")
    said = put_in(repo, dry_run=True)
    assert snapshot(repo.root / ".git") == before
    assert said == put_in(repo)
    assert take_out(repo, dry_run=True) == take_out(repo)
    assert snapshot(repo.root / ".git") == before


def test_the_steps_say_what_they_do(repo):
    script(repo, "pre-commit", "exit 0")
    said = "\n".join(str(step) for step in put_in(repo))
    assert "rename" in said
    assert "pre-commit.migbot-legacy" in said
    assert "write" in said


def test_a_hook_that_was_there_runs_first_with_its_arguments_and_its_word_counts(repo):
    put_in(repo)
    take_out(repo)
    log = repo.root / "log"
    script(repo, "commit-msg", f'echo "$#:$1" >> {log}')
    script(repo, "pre-commit", f"echo legacy >> {log}; exit $(cat {repo.root}/answer)")
    put_in(repo, events=(*EVENTS, "commit-msg"))
    repo.write("answer", "0")
    repo.write("README.md", "Changed.\n")
    repo.git("commit", "--quiet", "--all", "--message=Say something")
    assert log.read_text() == "legacy\n1:.git/COMMIT_EDITMSG\n"
    repo.write("answer", "3")
    repo.write("README.md", "Changed again.\n")
    done = repo.run("git", "commit", "--all", "--message=x", check=False)
    assert done.returncode == 1
    repo.write("answer", "0")
    assert forks(repo)


def test_a_pre_push_that_was_there_gets_its_lines_too(repo, tmp_path):
    origin = Repo.init(tmp_path / "origin.git", bare=True)
    repo.git("remote", "add", "origin", origin.url)
    log = tmp_path / "log"
    script(repo, "pre-push", f'cat > {log}; echo "$1" >> {log}')
    put_in(repo)
    repo.git("push", "--quiet", "origin", "main", "main:refs/heads/a b".replace(" ", "-"))
    tip, zeros = repo.sha(), "0" * 40
    assert log.read_text().split("\n")[:3] == [
        f"refs/heads/main {tip} refs/heads/main {zeros}",
        f"refs/heads/main {tip} refs/heads/a-b {zeros}",
        "origin",
    ]
    migrate(repo, "mine1", "base2")
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()
    repo.git("commit", "--quiet", "--no-verify", "--message=fork")
    log.unlink()
    done = repo.run("git", "push", "origin", "main", check=False)
    assert done.returncode == 1, "ours got the lines as well"
    assert log.exists()


def test_a_hook_that_is_not_executable_stays_without_a_say(repo):
    script(repo, "pre-commit", "exit 1").chmod(0o644)
    put_in(repo)
    repo.put({"README.md": "Changed.\n"})


@pytest.mark.parametrize("kind", ["file", "link", "broken link"])
def test_uninstalling_puts_the_hook_of_before_back(repo, kind):
    target = repo.root / ".git/hooks/pre-commit"
    if kind == "file":
        script(repo, "pre-commit", "exit 0").chmod(0o700)
    else:
        script(repo, "check", "exit 0", "scripts")
        target.parent.mkdir(exist_ok=True)
        target.symlink_to("../../scripts/check" if kind == "link" else "../../gone")
    before = snapshot(repo.root / ".git")
    put_in(repo)
    assert forks(repo)
    repo.git("reset", "--quiet", "--hard")
    take_out(repo)
    after = snapshot(repo.root / ".git/hooks")
    assert after == {name: was for name, was in before.items() if "/.git/hooks/" in name}


def test_two_hooks_that_both_want_to_be_kept_are_refused_before_anything_is_written(repo):
    script(repo, "post-merge", "exit 0")
    script(repo, "post-merge.migbot-legacy", "exit 0")
    before = snapshot(repo.root / ".git")
    with pytest.raises(MigbotError) as told:
        put_in(repo)
    assert "post-merge" in told.value.message
    assert told.value.hint
    assert snapshot(repo.root / ".git") == before


@pytest.mark.parametrize("folder", [".husky/_", ".githooks"])
def test_a_folder_of_the_team_is_not_written_to(repo, folder):
    by_hand = ".husky" if folder == ".husky/_" else folder
    ours = script(repo, "pre-commit", "exit 0", by_hand)
    if folder == ".husky/_":
        script(
            repo, "pre-commit", '[ ! -f .husky/pre-commit ] || sh -e .husky/pre-commit "$@"', folder
        )
    repo.git("config", "core.hooksPath", folder)
    before = snapshot(repo.root / by_hand)
    told = [step for step in put_in(repo) if isinstance(step, Tell)]
    assert snapshot(repo.root / by_hand) == before
    assert len(told) == len(EVENTS)
    assert str(ours) in told[0].message
    ours.write_text(f"#!/bin/sh\n{told[0].paste}\n")
    assert forks(repo), "the line that was told works"
    said = [step for step in take_out(repo) if isinstance(step, Tell)]
    assert len(said) == 1
    assert str(ours) in str(said[0])
    assert repo.run("git", "commit", "--quiet", "--message=fork").returncode == 0, "and is harmless"


def test_a_folder_for_all_repositories_is_not_written_to(repo, tmp_path):
    shared = tmp_path / "everybodys"
    shared.mkdir()
    repo.git("config", "core.hooksPath", str(shared))
    assert any(isinstance(step, Tell) for step in put_in(repo))
    assert list(shared.iterdir()) == []


def test_a_hooks_folder_inside_the_git_folder_is_ours_to_write(repo):
    repo.git("config", "core.hooksPath", ".git/my/hooks")
    put_in(repo)
    assert forks(repo)
    take_out(repo)
    assert list((repo.root / ".git/my/hooks").iterdir()) == []


def test_a_hooks_path_that_is_set_later_does_not_keep_the_hooks_from_being_removed(repo):
    before = snapshot(repo.root / ".git/hooks")
    put_in(repo)
    repo.git("config", "core.hooksPath", ".husky/_")
    take_out(repo)
    assert snapshot(repo.root / ".git/hooks") == before


def test_lefthook_gets_a_block_to_add_and_keeps_its_files(repo):
    repo.write("lefthook.yml", "pre-commit:\n  commands: {}\n")
    script(repo, "pre-commit", "exec lefthook run pre-commit")
    before = snapshot(repo.root / ".git/hooks")
    told = {step.paste.split(":")[0] for step in put_in(repo) if isinstance(step, Tell)}
    assert told == set(EVENTS)
    assert snapshot(repo.root / ".git/hooks") == before


def test_a_hook_that_another_tool_moved_and_runs_stays_where_it_put_it(repo):
    put_in(repo)
    hooks = repo.root / ".git/hooks"
    (hooks / "pre-commit").rename(hooks / "pre-commit.legacy")
    other = script(repo, "pre-commit", 'exec "$0.legacy" "$@"')
    text = other.read_text()
    assert put_in(repo) == ()
    assert forks(repo)
    take_out(repo)
    assert other.read_text() == text
    assert not (hooks / "pre-commit.legacy").exists()


def test_linked_worktrees_share_the_hooks(repo, tmp_path):
    tree = repo.worktree(tmp_path / "linked", "-b", "feature")
    put_in(tree)
    assert (repo.root / ".git/hooks/pre-commit").is_file()
    assert forks(tree)
    assert put_in(repo) == ()


def test_a_repository_that_is_moved_keeps_its_hooks(repo, tmp_path):
    put_in(repo)
    repo.root.rename(tmp_path / "moved")
    assert forks(Repo(tmp_path / "moved", repo.env, repo.clock))


def test_a_path_with_quotes_spaces_and_dollars(tmp_path):
    repo = project(tmp_path / 'it\'s $HOME "here" `now`')
    put_in(repo)
    assert forks(repo)


def test_installing_inside_another_repositorys_hook_writes_to_the_one_that_is_meant(repo, tmp_path):
    other = project(tmp_path / "other")
    env = {**os.environ, "GIT_DIR": str(other.root / ".git")}
    install(locate(repo.root, elsewhere(env)), sys.executable, version=OLD)
    assert (repo.root / ".git/hooks/pre-commit").is_file()
    assert not (other.root / ".git/hooks/pre-commit").exists()


def test_a_git_with_hooks_in_its_configuration_gets_no_files(repo):
    before = snapshot(repo.root / ".git/hooks")
    steps = put_in(repo, version=NEW)
    assert snapshot(repo.root / ".git/hooks") == before
    assert repo.git("config", "hook.migbot-pre-push.event") == "pre-push"
    command = repo.git("config", "hook.migbot-pre-push.command")
    assert command.endswith("/.git/migbot/hook pre-push")
    assert '"$@"' not in command, "git appends the arguments itself"
    assert len([step for step in steps if isinstance(step, Configure)]) == 2 * len(EVENTS)
    assert put_in(repo, version=NEW) == ()


def test_the_command_in_the_configuration_does_what_the_file_does(repo):
    put_in(repo, version=NEW)
    command = repo.git("config", "hook.migbot-pre-commit.command")
    assert not forks(repo), "this git passes the configuration over, so nothing stopped it"
    repo.git("reset", "--quiet", "--soft", "HEAD~1")
    # as git runs it (run-command.c, prepare_shell_cmd)
    done = repo.run("sh", "-c", f'{command} "$@"', command, check=False)
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    (repo.root / ".git/migbot/hook").unlink()
    done = repo.run("sh", "-c", f'{command} "$@"', command, check=False)
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1


def test_changing_the_way_leaves_nothing_of_the_other(repo):
    before = snapshot(repo.root / ".git/hooks")
    put_in(repo)
    put_in(repo, version=NEW)
    assert snapshot(repo.root / ".git/hooks") == before
    put_in(repo)
    assert repo.run("git", "config", "--get-regexp", "^hook[.]", check=False).stdout == b""
    assert forks(repo)


def test_uninstalling_takes_the_configuration_away(repo):
    before = snapshot(repo.root / ".git")
    put_in(repo, version=NEW)
    take_out(repo)
    assert snapshot(repo.root / ".git") == before


def test_a_real_git_runs_the_hooks_of_its_configuration(repo):
    need("git-2.54")
    script(repo, "pre-commit", f"echo legacy >> {repo.root}/log")
    put_in(repo, version=None)
    assert forks(repo)
    repo.git("reset", "--quiet", "--hard")
    repo.put({"README.md": "Changed.\n"})
    assert (repo.root / "log").read_text() == "legacy\n"


def test_pathspecs_name_the_environments_and_what_any_environment_looks_like():
    one = Environment("one", ("db/versions", "db/more"), config="db/alembic.ini")
    rootless = Environment("two", ("",))
    found = pathspecs([one, rootless])
    assert found[:4] == ("db/versions", "db/more", "db/alembic.ini", ":(glob)*.py")
    assert found[4:] == ANYWHERE


def test_a_versions_folder_with_a_name_that_git_could_misread(tmp_path):
    repo = project(tmp_path / "app")
    folder = "db [x]/ver*sions"
    where = f"version_locations = {folder}\nversion_path_separator = newline\n"
    repo.write("alembic.ini", f"{INI}{where}")
    repo.commit("Move")
    hook(repo)
    repo.write(f"{folder}/a.py", revision("a"))
    repo.write(f"{folder}/b.py", revision("b"))
    repo.add()
    assert repo.run("git", "commit", "--message=x", check=False).returncode == 1
