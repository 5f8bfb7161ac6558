"""Which revisions databases may have run: those that any ref of the setting `published` has."""

from __future__ import annotations

from functools import cached_property

from migbot.adapters.git_process import Repository, git
from migbot.adapters.git_read import is_shallow, is_single_branch, refs_matching
from migbot.adapters.git_trees import commit
from migbot.core.environment import Environment
from migbot.core.history import Change, Memory, read_history
from migbot.core.settings import Settings


class PublishedHere:
    """What a repository knows of what is published, each answer found once and only if asked."""

    def __init__(self, repo: Repository, settings: Settings, memory: Memory) -> None:
        self._asked = repo, settings, memory
        self._known: dict[tuple[str, ...], frozenset[str]] = {}

    @cached_property
    def certain(self) -> bool:
        """Whether it can be known: not where history or branches were left behind."""
        repo, _, _ = self._asked
        return not (is_shallow(repo) or is_single_branch(repo))

    def ids(self, change: Change) -> frozenset[str]:
        """The revisions of a change's environment that any published ref has."""
        environment = change.after.environment
        if environment.versions not in self._known:
            repo, settings, memory = self._asked
            ids = published_ids(repo, settings, environment, memory)
            self._known[environment.versions] = ids
        return self._known[environment.versions]


def published_ids(
    repo: Repository, settings: Settings, environment: Environment, memory: Memory
) -> frozenset[str]:
    """The revisions of `environment` that any ref of the setting `published` has."""
    refs = refs_matching(repo, settings.published)
    unlike = _by_content(repo, [ref.id for ref in refs], environment.versions)
    histories = (read_history(commit(repo, each), environment, memory) for each in unlike)
    return frozenset(name for history in histories for name in history.graph.by_id)


def _by_content(repo: Repository, commits: list[str], folders: tuple[str, ...]) -> list[str]:
    """One commit for each different content of the folders: a hundred tags are a few histories."""
    asked = [f"{each}:{folder}" for each in commits for folder in folders]
    if not asked:
        return []
    stdin = "".join(f"{each}\n" for each in asked).encode(errors="surrogateescape")
    said = git(repo, "cat-file", "--batch-check=%(objectname)", stdin=stdin).splitlines()
    count = len(folders)
    contents = {tuple(said[n * count : (n + 1) * count]): each for n, each in enumerate(commits)}
    return list(contents.values())
