"""Which files of the project were read: what a base was built from, and nothing else."""

from __future__ import annotations

import os
import sys
from typing import Any, List, Set, Tuple


class Reads:
    """The files below `root` that this process has opened since; Python's own imports too.

    An audit hook (PEP 578) sees every `open` of Python code; what a foreign program reads, it
    does not.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root) + os.sep
        self._seen: Set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: Tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            self._seen.add(os.path.abspath(os.fsdecode(arguments[0])))

    def files(self) -> List[str]:
        """The files that are in the project, from its root, with `/`."""
        places = {os.path.realpath(path) for path in self._seen}
        inside = (path[len(self._root) :] for path in places if path.startswith(self._root))
        return sorted(path.replace(os.sep, "/") for path in inside)
