"""What holds for every test of a face: no base is taken that other code has built."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture(autouse=True)
def bases(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The cache of one test: kept bases outlast the code that built them."""
    with TemporaryDirectory() as made:
        for module in ("kept_bases", "proving_one"):
            monkeypatch.setattr(f"migbot.faces.{module}.cache_folder", lambda: Path(made))
        yield Path(made)
