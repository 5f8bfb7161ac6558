"""Sends each catalog to the host once, as what it differs in from the last one."""

from __future__ import annotations

import hashlib
import json
from typing import Dict, Tuple

from .answer import Answer
from .catalog.snapshot import Catalog, Object


class Catalogs:
    """The catalogs that were sent: of a hundred revisions, most change one table of many.

    The id of a catalog is the sum of its objects' digests, so that it costs what has changed.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._known: Dict[str, Catalog] = {"": {}}
        self._names: Dict[int, Tuple[str, Catalog]] = {}
        self._last = ""

    def show(self, catalog: Catalog) -> str:
        """The id of `catalog`, which the host knows from now on."""
        if id(catalog) not in self._names:
            self._names[id(catalog)] = (self._send(catalog), catalog)  # held: the id stays its own
        self._last = self._names[id(catalog)][0]
        return self._last

    def _send(self, catalog: Catalog) -> str:
        base = self._known[self._last]
        changed = {key: each for key, each in catalog.items() if base.get(key) != each}
        gone = [key for key in base if key not in catalog]
        lost = [(key, base[key]) for key in [*gone, *changed] if key in base]
        total = int(self._last or "0", 16) + sum(map(_digest, changed.items()))
        name = "%064x" % ((total - sum(map(_digest, lost))) % 2**256)
        if name not in self._known:
            self._answer.say("objects", id=name, base=self._last, set=changed, drop=gone)
            self._known[name] = catalog
        return name


def _digest(each: Tuple[str, Object]) -> int:
    return int(hashlib.sha256(json.dumps(each).encode()).hexdigest(), 16)
