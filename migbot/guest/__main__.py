"""Runs one task of a round trip; started by its file path, so that migbot need not be installed."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys


def _load_guest() -> None:
    """Load this folder as the package `migbot_guest`, and take it off the path.

    A script's folder comes first on sys.path, where our `seed` would hide the project's `seed`.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if not place or os.path.abspath(place) != here]
    spec = importlib.util.spec_from_file_location(
        "migbot_guest", os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["migbot_guest"] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    _load_guest()
    importlib.import_module("migbot_guest.task").main()
