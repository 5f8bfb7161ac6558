"""Which database an environment was found to connect to: what to try first the next time."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path


class KnownDialects:
    """A guess for each environment of a repository: to try another first costs a start of env.py.

    Nothing is believed that is guessed here: env.py says what it connects to, every time.
    """

    def __init__(self, cache: Path, repository: Path) -> None:
        self._folder = cache / "dialects"
        self._repository = repository

    def guess(self, environment: str) -> str:
        """The database that the environment was proved on; "" where that is not known."""
        try:
            return self._place(environment).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def note(self, environment: str, database: str) -> None:
        """Keep what an environment has turned out to connect to."""
        place = self._place(environment)
        with suppress(OSError):  # a cache that cannot be written costs time only
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_text(database, encoding="utf-8")

    def _place(self, environment: str) -> Path:
        text = f"{self._repository}\0{environment}"
        return self._folder / hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:32]
