"""The commits of many pull requests and of their base, fetched at once, and gone again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from migbot.adapters.git_process import Repository, git
from migbot.adapters.git_read import is_shallow, locate, refs_matching
from migbot.adapters.git_repo import bare, fetch_refs
from migbot.adapters.github_api import Connection
from migbot.adapters.temporary import temporary_folder
from migbot.core.value import Value
from migbot.errors import MigbotError

_OURS = f"refs/migbot/sweep-{os.getpid()}/"


class Fetched(Value):
    """A repository that has the commits: the base's id, and each pull request's head by number.

    A pull request that could not be fetched is not among them. `alone` says that this is no clone
    of the user's, and why.
    """

    repo: Repository
    base: str
    heads: Mapping[int, str]
    alone: str = ""


@contextmanager
def fetched(
    github: Connection, url: str, branch: str, numbers: Sequence[int], folder: Path
) -> Iterator[Fetched]:
    """Fetch the branch and the heads of pull requests into the clone around `folder`.

    Where that is none, or a shallow one, which has not what a merge needs, they go into a
    repository of their own. Either way nothing is left of it: neither refs nor the folder. Raises
    MigbotError where the branch cannot be fetched.
    """
    with _repository(folder) as (repo, alone):
        _forget(repo)  # another process of this number may have been killed
        try:
            _fetch(github, repo, url, branch, numbers)
            there = {ref.name.removeprefix(_OURS): ref.id for ref in refs_matching(repo, (_OURS,))}
            heads = {number: there[str(number)] for number in numbers if str(number) in there}
            yield Fetched(repo, there["base"], heads, alone)
        finally:
            _forget(repo)


@contextmanager
def _repository(folder: Path) -> Iterator[tuple[Repository, str]]:
    try:
        repo = locate(folder)
    except MigbotError:
        alone = "This is no clone: everything is fetched for this run alone."
    else:
        if not is_shallow(repo):
            yield repo, ""
            return
        alone = "This clone is shallow: everything is fetched for this run alone."
    with temporary_folder() as made:
        yield bare(made / "sweep.git"), alone


def _fetch(
    github: Connection, repo: Repository, url: str, branch: str, numbers: Sequence[int]
) -> None:
    """All in one fetch; one by one where one of them is not there."""
    base = {f"refs/heads/{branch}": f"{_OURS}base"}
    pulls = [{f"refs/pull/{number}/head": f"{_OURS}{number}"} for number in numbers]
    try:
        _get(github, repo, url, {key: ref for each in (base, *pulls) for key, ref in each.items()})
    except MigbotError:
        _get(github, repo, url, base)
        for each in pulls:
            try:
                _get(github, repo, url, each)
            except MigbotError:  # told by its head being missing
                continue


def _get(github: Connection, repo: Repository, url: str, refs: Mapping[str, str]) -> None:
    schemes = (urlsplit(github.api_url).scheme,)
    fetch_refs(repo, url, refs, token=github.auth.token, protocols=schemes)


def _forget(repo: Repository) -> None:
    lines = git(repo, "for-each-ref", "--format=delete %(refname)", _OURS)
    git(repo, "-c", f"core.hooksPath={os.devnull}", "update-ref", "--stdin", stdin=lines)
