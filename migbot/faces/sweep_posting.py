"""A sweep tells its pull requests, one after the other, until GitHub asks for patience."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migbot.adapters.github_api import Connection, Patience
from migbot.adapters.told_pull import tell
from migbot.errors import MigbotError
from migbot.faces.sweep_rows import Row
from migbot.faces.sweep_words import Word


def posted(
    github: Connection,
    repository: str,
    words: Mapping[int, Word],
    rows: Mapping[int, Row],
) -> Iterator[Row]:
    """Each row once its pull request was told; those without a word are left in peace.

    Where GitHub asks for patience the rest is left, and said to be.
    """
    left = ""
    for number, row in rows.items():
        if number not in words:
            yield row
            continue
        if left:
            yield row._replace(trouble=left)
            continue
        try:
            report, graphs, if_told = words[number]
            to = (repository, number, row.head)
            was, done = tell(github, *to, report, graphs, if_told=if_told)
            yield row._replace(was=was, done=done)
        except Patience as error:
            left = f"Left: {error.message}"
            yield row._replace(trouble=left)
        except MigbotError as error:
            yield row._replace(trouble=error.message)
