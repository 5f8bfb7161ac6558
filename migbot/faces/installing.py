"""The commands that set a repository up: init, install, uninstall."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from migbot.adapters import git_hooks
from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import default_base, elsewhere, locate
from migbot.adapters.git_work_tree import work_tree
from migbot.adapters.hook_steps import Step, Tell
from migbot.core.environments import find_environments, survey
from migbot.core.settings import read_settings
from migbot.errors import MigbotError
from migbot.faces.setup import propose, settings_file
from migbot.faces.workflow_files import Project, project_of, workflow_files


def install(folder: Path, *, commit_msg: bool = False, dry_run: bool = False) -> Iterator[str]:
    """Put the git hooks in; what was done, a line each. A second time nothing is done.

    Raises MigbotError, before anything is written, where an existing hook cannot be kept.
    """
    repo = _work_tree(folder)
    tree = work_tree(repo)
    paths = git_hooks.pathspecs(find_environments(tree, read_settings(tree)))
    events = (*git_hooks.EVENTS, *(git_hooks.OPTIONAL if commit_msg else ()))
    steps = git_hooks.install(repo, sys.executable, paths, events=events, dry_run=dry_run)
    return _told(steps, dry_run, "The hooks are installed already.")


def uninstall(folder: Path, *, dry_run: bool = False) -> Iterator[str]:
    """Take the git hooks out and put back what was there before; what was done, a line each."""
    steps = git_hooks.uninstall(_work_tree(folder), dry_run=dry_run)
    return _told(steps, dry_run, "No hooks of migbot are installed here.")


def init(folder: Path, *, dry_run: bool = False) -> Iterator[str]:
    """Write the settings that this repository needs; what was written, and where.

    Nothing that is there is changed: where `[tool.migbot]` exists it stays as it is. Raises
    MigbotError where there is no Alembic environment.
    """
    repo = _work_tree(folder)
    tree = work_tree(repo)
    name = settings_file(tree)
    text = propose(tree, name)
    target = folder_of(repo) / name
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    if _has_settings(before, name):
        yield f"{name} has settings of migbot already; nothing was changed."
        return
    if not dry_run:
        _replace(target, before.rstrip("\n") + "\n\n" * bool(before.strip()) + text)
    yield f"{'Would write' if dry_run else 'Wrote'} to {name}:\n\n{text}"
    yield "Next: migbot install   (git hooks), migbot check"


def add_workflows(folder: Path, *, trusted: bool = False, dry_run: bool = False) -> Iterator[str]:
    """Write the GitHub workflows, pinned; what was written, and where.

    They are those for a repository whose branches alone bring pull requests where `trusted`.
    Raises MigbotError, before anything is written, where a file of that name says something else.
    """
    repo = _work_tree(folder)
    texts = workflow_files(_project(repo), trusted=trusted)
    todo = dict(_missing(folder_of(repo), texts))
    for path, text in todo.items():
        if not dry_run:
            target = folder_of(repo) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, text)
        yield f"Would write {path}:\n\n{text}" if dry_run else f"Wrote {path}"
    yield _NEXT if todo else "The workflows are there already; nothing was changed."


_NEXT = (
    "Next: look at the step `Install the project`, commit, and make the checks `migbot / graph` "
    "and `migbot / round-trip` required."
)


def _project(repo: Repository) -> Project:
    tree = work_tree(repo)
    settings = read_settings(tree)
    base = default_base(repo, settings.base) or "main"
    found = survey(tree, settings)
    return project_of(tree, found.environments, _branch(base))


def _branch(ref: str) -> str:
    """The branch's name on GitHub, of a ref as `refs/remotes/origin/main` or `origin/main`."""
    short = ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    return short.removeprefix("origin/")


def _missing(root: Path, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Those that are not there. Raises MigbotError where another one is in its place."""
    for path, text in texts.items():
        if not os.path.lexists(root / path):
            yield path, text
        elif not (root / path).is_file() or (root / path).read_bytes() != text.encode():
            raise MigbotError(
                f"{path} is there already, and is another one than would be written.",
                "Look at what would be written with --dry-run after moving it away; nothing "
                "was changed.",
            )


def folder_of(repo: Repository) -> Path:
    """The top of the work tree; `repo` has one."""
    assert repo.root is not None
    return repo.root


def _work_tree(folder: Path) -> Repository:
    if not folder.is_dir():
        raise MigbotError(f"{folder} is not a folder.", "Give one that is, with -C.")
    repo = locate(folder, elsewhere())
    if repo.root is None:
        raise MigbotError("This is a bare repository: nobody commits here.", "Go into a clone.")
    return repo


def _told(steps: Iterable[Step], dry_run: bool, nothing: str) -> Iterator[str]:
    would = "would " if dry_run else ""
    lines = [str(step) if isinstance(step, Tell) else f"{would}{step}" for step in steps]
    return iter(lines or [nothing])


def _has_settings(text: str, name: str) -> bool:
    return bool(text.strip()) if name == "migbot.toml" else "[tool.migbot" in text


def _replace(target: Path, text: str) -> None:
    """Write the whole file or nothing of it."""
    new = target.with_name(f".{target.name}.migbot-{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8")
        if target.exists():
            new.chmod(target.stat().st_mode & 0o777)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise MigbotError(f"{target.name} cannot be written: {reason}.") from None
