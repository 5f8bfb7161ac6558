"""Tells of files that were refused: of a folder of bytecode once, and not of each file in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migbot.core.model import Unreadable


def told_once(refused: Iterable[Unreadable]) -> Iterator[Unreadable]:
    """The same, but of each `__pycache__` only the first file, with the command for all of them."""
    together: dict[str, list[Unreadable]] = {}
    for each in refused:
        together.setdefault(_cache_of(each.path) or each.path, []).append(each)
    for place, (first, *more) in together.items():
        yield first if not more else _of_all(first, len(more), place)


def _of_all(first: Unreadable, more: int, folder: str) -> Unreadable:
    beside = "is one more" if more == 1 else f"are {more} more"
    hint = f'Run: git rm -r --cached -- "{folder}"'
    return first._replace(reason=f"{first.reason}; so {beside} in its folder", hint=hint)


def _cache_of(path: str) -> str:
    """The `__pycache__` that a file lies in; '' where it lies elsewhere."""
    folder, _, _ = path.rpartition("/")
    return folder if folder.rpartition("/")[2] == "__pycache__" else ""
