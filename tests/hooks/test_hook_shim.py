"""The shell in front of Python: what a commit without migrations costs, and what can go missing."""

from __future__ import annotations

import re
import shutil
import stat
import sys
from pathlib import Path

import pytest

from migbot.adapters.git_hooks import install
from migbot.adapters.git_read import elsewhere, locate
from support.hooked import hook, migrate, path, project, revision
from support.parts import need
from support.repos import Repo

GONE = "/gone/bin/python"


@pytest.fixture
def repo(tmp_path) -> Repo:
    return project(tmp_path / "app")


def witness(tmp_path: Path) -> tuple[str, Path]:
    """An interpreter that leaves a line in a log when it is started, and the log."""
    log, python = tmp_path / "started", tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {sys.executable} "$@"\n')
    python.chmod(stat.S_IRWXU)
    return str(python), log


def fork(repo: Repo) -> None:
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.add()


def commit(repo: Repo, *options: str, env=None):
    return repo.run("git", "commit", "--quiet", "-m", "x", *options, check=False, env=env)


def gits(repo: Repo, tmp_path: Path, *command: str) -> list[str]:
    """The git processes that the hooks of a command start, by git's own trace."""
    trace = tmp_path / "trace"
    trace.unlink(missing_ok=True)
    repo.run(*command, env={"GIT_TRACE": str(trace)})
    lines = trace.read_text().split("\n")
    started = [line.partition("trace: built-in: ")[2] for line in lines]
    return [each for each in started if each and not each.startswith(f"git {command[1]}")]


@pytest.mark.parametrize(
    "options",
    [("-m", "x"), ("-m", "x", "--amend"), ("-m", "x", "--all"), ("-m", "x", "README.md")],
    ids=["commit", "amend", "all", "one file"],
)
def test_a_commit_without_migrations_starts_two_gits_at_most_and_no_python(repo, tmp_path, options):
    python, log = witness(tmp_path)
    hook(repo, python)
    repo.put({"README.md": "Something.\n"})
    repo.write("README.md", "Changed.\n")
    repo.add()
    git = gits(repo, tmp_path, "git", "commit", "--quiet", *options)
    ours = [each for each in git if each.startswith("git diff")]
    assert 1 <= len(ours) <= 2
    assert [each for each in git if not each.startswith(("git diff", "git maintenance"))] == []
    assert not log.exists()


def test_a_commit_without_migrations_starts_nothing_else(repo, tmp_path):
    need("strace")
    hook(repo)
    repo.write("README.md", "Changed.\n")
    repo.add()
    log = tmp_path / "execs"
    repo.run(
        "strace", "-f", "-qq", "-e", "trace=execve", "-o", str(log), *("git", "commit", "-qm", "x")
    )
    execs = re.findall(r'execve\("([^"]+)".*= 0$', log.read_text(), re.MULTILINE)
    hooks = [each for each in execs if "python" in each or Path(each).name not in ("git",)]
    assert [Path(each).name for each in hooks] == ["pre-commit", "sh"]
    assert sum(Path(each).name == "git" for each in execs) <= 3, "git commit itself, and two"


def test_a_merge_without_migrations_starts_no_python(repo, tmp_path):
    python, log = witness(tmp_path)
    repo.switch("feature", create=True)
    repo.put({"README.md": "Mine.\n"})
    repo.switch("main")
    repo.put({"other": "Theirs.\n"})
    hook(repo, python)
    repo.merge("feature")
    assert not log.exists()
    migrate(repo, "mine1", "base2")
    assert log.exists(), "the witness is no good otherwise"


def test_a_hook_inside_a_hook_does_nothing(repo):
    hook(repo)
    fork(repo)
    assert commit(repo, env={"MIGBOT_HOOK": "1"}).returncode == 0


def test_what_migbot_starts_knows_that_it_is_in_a_hook(repo, tmp_path):
    seen = tmp_path / "seen"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$MIGBOT_HOOK" > {seen}\ngit commit -qm inner\nexit 0\n')
    python.chmod(stat.S_IRWXU)
    hook(repo, str(python))
    fork(repo)
    commit(repo)
    assert seen.read_text() == "1\n"


@pytest.mark.parametrize("missing", ["deleted", "without migbot", "another language"])
def test_an_interpreter_that_is_no_good_never_blocks_and_says_so_in_one_line(
    repo, tmp_path, missing
):
    python = tmp_path / "python"
    if missing == "without migbot":
        python.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python3 -S -I "${{@#-E}}"\n')
        python.write_text(f'#!/bin/sh\nshift\nexec {sys.base_prefix}/bin/python3 -S -I "$@"\n')
    elif missing == "another language":
        python.write_text("#!/bin/sh\nexit 2\n")
    if python.exists():
        python.chmod(stat.S_IRWXU)
    hook(repo, str(python))
    fork(repo)
    done = commit(repo, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1
    assert b"migbot install" in done.stderr


def test_a_missing_interpreter_blocks_where_strict_is_set(repo):
    hook(repo, GONE)
    repo.git("config", "migbot.strict", "yes")
    fork(repo)
    done = commit(repo, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_a_missing_interpreter_says_nothing_to_a_commit_without_migrations(repo):
    hook(repo, GONE)
    repo.git("config", "migbot.strict", "yes")
    repo.write("README.md", "Changed.\n")
    repo.add()
    done = commit(repo)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_migbot_on_the_path_stands_in_for_a_missing_interpreter(repo, tmp_path):
    stand_in = tmp_path / "bin/migbot"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} -m migbot "$@"\n')
    stand_in.chmod(stat.S_IRWXU)
    hook(repo, GONE)
    fork(repo)
    done = commit(repo, env={"PATH": f"{stand_in.parent}:/usr/bin:/bin"})
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_an_empty_path_as_graphical_clients_have_it(repo):
    hook(repo)
    fork(repo)
    git = shutil.which("git")
    done = repo.run(git, "commit", "-qm", "x", check=False, env={"PATH": ""})
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_an_empty_path_and_a_hook_that_was_there_before(repo):
    before = repo.write(".git/hooks/pre-push", "#!/bin/sh\nwhile read line; do :; done\nexit 0\n")
    before.chmod(0o755)
    hook(repo)
    remote = Repo.init(repo.root.parent / "remote.git", bare=True)
    repo.git("remote", "add", "origin", str(remote.root))
    fork(repo)
    repo.git("commit", "--quiet", "--no-verify", "-m", "x")
    done = repo.run(shutil.which("git"), "push", "origin", "main", check=False, env={"PATH": ""})
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_modules_in_the_projects_root_are_not_imported(repo):
    for name in ("types", "json", "dataclasses", "migbot", "tomllib"):
        repo.write(f"{name}.py", "raise SystemExit('imported from the project')\n")
    repo.commit("Shadows")
    hook(repo)
    fork(repo)
    done = commit(repo)
    assert done.returncode == 1
    assert b"MB101" in done.stderr
    assert b"imported from the project" not in done.stderr


def test_python_variables_of_the_shell_have_no_say(repo, tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('imported')\n")
    hook(repo)
    fork(repo)
    done = commit(repo, env={"PYTHONPATH": str(tmp_path), "PYTHONHOME": "/gone"})
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_the_shim_that_is_gone_says_so_and_passes(repo):
    hook(repo)
    shutil.rmtree(repo.root / ".git/migbot")
    fork(repo)
    done = commit(repo)
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1
    assert b"migbot install" in done.stderr


@pytest.mark.parametrize(
    "settings", ["autofixed = true\n", "autofix = \n", "rules = 3\n", "base = 'nowhere'\n"]
)
def test_settings_that_cannot_be_read_pass_with_a_line_and_block_where_strict(repo, settings):
    hook(repo)
    fork(repo)
    repo.write("migbot.toml", settings)
    repo.add()
    strict = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "migbot.strict"}
    refused = commit(repo, env=strict | {"GIT_CONFIG_VALUE_0": "true"})
    assert refused.returncode == 1
    done = commit(repo)
    assert done.returncode == 0
    for each in (refused, done):
        assert each.stderr.count(b"\n") == 1
        assert each.stderr.startswith(b"migbot: ")


def test_a_config_that_cannot_be_read_passes_with_a_line(repo):
    hook(repo)
    fork(repo)
    repo.write("alembic.ini", b"\x00\xff[[[\n")
    repo.add()
    done = commit(repo)
    assert done.returncode == 0
    assert done.stderr.count(b"\n") == 1
    assert b"alembic.ini" in done.stderr


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_every_posix_shell_runs_it(repo, shell):
    need(shell)
    hook(repo)
    fork(repo)
    done = repo.run(shell, ".git/migbot/hook", "pre-commit", check=False)
    assert done.returncode == 1
    assert b"MB101" in done.stderr


def test_a_generic_message_of_a_commit_with_migrations_is_stopped_where_asked_for(repo):
    install(locate(repo.root, elsewhere()), sys.executable, events=["commit-msg"])
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.add()
    done = repo.run("git", "commit", "-m", "update migrations", check=False)
    assert done.returncode == 1
    assert b"update migrations" in done.stderr
    repo.git("commit", "--quiet", "-m", "Add the table of customers")
    repo.write("README.md", "Changed.\n")
    repo.add()
    assert commit(repo).returncode == 0, "no migration, no rule"
