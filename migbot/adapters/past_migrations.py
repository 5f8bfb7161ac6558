"""Which heads had migrations of their own, whatever a merge of them would leave now."""

from __future__ import annotations

from collections.abc import Collection

from migbot.adapters.git_process import Repository, git


def had_migrations(
    repo: Repository, base: str, heads: Collection[str], folders: Collection[str]
) -> frozenset[str]:
    """Those of the commits `heads` with a commit below them that is not in `base` and changes
    something in one of `folders`.

    One process says so of all where none has; where one has, each is asked about alone.
    Merges do not count: they bring what others did. Raises MigbotError where git fails.
    """
    if not heads or not folders or not _any(repo, base, heads, folders):
        return frozenset()
    return frozenset(head for head in heads if _any(repo, base, [head], folders))


def _any(repo: Repository, base: str, heads: Collection[str], folders: Collection[str]) -> bool:
    # a side of a merge that is equal now is not passed by: what was taken back was there
    flags = ("--max-count=1", "--full-history", "--no-merges", "--stdin")
    paths = [folder or "." for folder in folders]
    question = "".join(f"{commit}\n" for commit in (*heads, f"^{base}")).encode()
    return bool(git(repo, "--literal-pathspecs", "rev-list", *flags, "--", *paths, stdin=question))
