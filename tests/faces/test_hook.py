"""What a hook imports and what it answers, started as the shim starts it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support.hooked import path, project, revision
from support.repos import CONFIG, Repo

HEAVY = {
    "alembic", "sqlalchemy", "git", "github", "typer", "click", "rich", "pydantic", "requests",
    "urllib3", "starlette", "mako", "cryptography", "asyncio", "http", "email",
}  # fmt: skip

UNASKED = {
    "difflib", "tempfile", "shutil", "random", "hashlib", "tomllib", "datetime", "textwrap",
    "migbot.render.text", "migbot.core.trips", "migbot.core.plan", "migbot.core.trip",
    "migbot.adapters.git_work_tree", "migbot.faces.hook_mend",
}  # fmt: skip
"""What a commit that nothing stops has no need of, once the base is known."""


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = project(tmp_path / "app")
    repo.write(path("mine1"), revision("mine1", "base2"))
    repo.add()
    return repo


def imported(repo: Repo, *argv: str, stdin: bytes = b"") -> set[str]:
    """The modules that a run of the hook has loaded at its end."""
    code = (
        "import sys\nfrom migbot.faces.hook import main\n"
        "answer = main(sys.argv[1:])\nprint('\\n'.join(sys.modules))\nsys.exit(answer)"
    )
    done = repo.run(sys.executable, "-E", "-c", code, *argv, stdin=stdin)
    return set(done.stdout.decode().split())


@pytest.mark.parametrize("event", ["pre-commit", "pre-merge-commit", "post-merge", "post-rewrite"])
def test_a_hook_imports_nothing_heavy(repo, event):
    modules = imported(repo, event)
    assert "migbot.rules.single_head" in modules, "it did judge"
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()


def test_a_commit_that_nothing_stops_imports_only_what_judges_it(repo):
    imported(repo, "pre-commit")  # what is learnt is written with tempfile
    started = imported(repo, "")  # what Python itself and the locating of the repository load
    modules = imported(repo, "pre-commit")
    assert "migbot.rules.single_head" in modules, "it did judge"
    assert (modules - started) & UNASKED == set()


def test_pre_push_imports_nothing_heavy(repo):
    line = f"refs/heads/main {repo.sha()} refs/heads/main {'0' * 40}\n".encode()
    modules = imported(repo, "pre-push", "origin", "url", stdin=line)
    assert "migbot.rules.single_head" in modules
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()


def test_the_repair_imports_nothing_heavy_and_is_not_imported_without_need(repo):
    assert "migbot.faces.hook_mend" not in imported(repo, "pre-commit")
    code = "import migbot.faces.hook_mend, sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & HEAVY == set()


def run(folder, *argv: str) -> subprocess.CompletedProcess[str]:
    code = "import sys\nfrom migbot.faces.hook import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-E", "-c", code, *argv],
        cwd=folder,
        env={**os.environ, **CONFIG},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("argv", [(), ("post-checkout",), ("--help",), ("pre_commit",)])
def test_an_event_that_is_none_passes_with_a_line(repo, argv):
    done = run(repo.root, *argv)
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "pre-commit" in done.stderr


def test_a_folder_that_is_no_repository_passes_with_a_line(tmp_path):
    done = run(tmp_path, "pre-commit")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1


def test_a_repository_without_alembic_passes_in_silence(tmp_path):
    repo = Repo.init(tmp_path / "plain")
    repo.write("docs/versions/one.py", "text = 1\n")
    repo.add()
    done = run(repo.root, "pre-commit")
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_that_a_file_says_reaches_the_terminal_raw(repo):
    repo.write(path("mine2"), revision("mine2", "base2", message="\x1b[2J\u202eevil"))
    repo.add()
    done = run(repo.root, "pre-commit")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr


def test_warnings_on_what_is_new_are_shown_and_do_not_stop(repo):
    repo.write(path("mine1"), revision("mine1", "base2", message="update"))
    repo.add()
    done = run(repo.root, "pre-commit")
    assert done.returncode == 0
    assert "MB302" in done.stderr


def test_a_shallow_clone_is_judged(repo, tmp_path):
    repo.git("commit", "--quiet", "-m", "Add mine1")
    clone = repo.clone(tmp_path / "shallow", "--depth=1")
    clone.write(path("mine2"), revision("mine2", "base2"))
    clone.add()
    done = run(clone.root, "pre-commit")
    assert done.returncode == 1
    line = f"refs/heads/x {clone.sha()} refs/heads/x {'0' * 40}"
    assert clone.run(sys.executable, "-m", "migbot", "hook", "pre-push", "origin", "u",
                     stdin=f"{line}\n".encode()).returncode == 0  # fmt: skip


def test_a_sparse_checkout_is_judged_by_its_index(repo):
    repo.git("commit", "--quiet", "-m", "Add mine1")
    repo.git("sparse-checkout", "set", "docs")
    repo.git("sparse-checkout", "add", "migrations")
    repo.write(path("mine2"), revision("mine2", "base2"))
    repo.git("sparse-checkout", "set", "docs")
    repo.run("git", "add", "--sparse", "--", path("mine2"), check=False)
    blob = repo.git("hash-object", "-w", "--stdin", stdin=revision("mine2", "base2").encode())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path('mine2')}")
    assert run(repo.root, "pre-commit").returncode == 1


@pytest.mark.parametrize("form", ["--object-format=sha256"])
def test_a_repository_of_another_object_format(tmp_path, form):
    repo = Repo.init(tmp_path / "new", form)
    repo.put({"alembic.ini": "[alembic]\nscript_location = migrations\n", "migrations/env.py": ""})
    for name, parents in (("a", ()), ("b", ("a",)), ("c", ("a",))):
        repo.write(path(name), revision(name, *parents))
    repo.add()
    assert run(repo.root, "pre-commit").returncode == 1
