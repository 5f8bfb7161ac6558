"""Sends each catalog to the host once, as what it differs in from the last one."""

from __future__ import annotations

import hashlib
import json
from typing import Dict, Tuple

from .answer import Answer
from .catalog.snapshot import Catalog


class Catalogs:
    """The catalogs that were sent: of a hundred revisions, most change one table of many."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._known: Dict[str, Catalog] = {}
        self._names: Dict[int, Tuple[str, Catalog]] = {}
        self._last = ""

    def show(self, catalog: Catalog) -> str:
        """The id of `catalog`, which the host knows from now on: the digest of its content."""
        if id(catalog) in self._names:
            self._last = self._names[id(catalog)][0]
            return self._last
        text = json.dumps(sorted(catalog.items()))
        name = hashlib.sha256(text.encode()).hexdigest()
        if name not in self._known:
            base = self._known.get(self._last, {})
            changed = {key: each for key, each in catalog.items() if base.get(key) != each}
            gone = [key for key in base if key not in catalog]
            self._answer.say("objects", id=name, base=self._last, set=changed, drop=gone)
            self._known[name] = catalog
        self._last = name
        self._names[id(catalog)] = (name, catalog)  # held, so that the id stays its own
        return name
