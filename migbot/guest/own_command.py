"""Runs a command of the project's in this process: a program in Python, under its own name."""

from __future__ import annotations

import os
import runpy
import sys
from importlib import metadata
from typing import Any, List


def run(words: List[str]) -> None:
    """Run `python -m MODULE`, `python FILE`, `FILE.py` or an installed command, to its end.

    Raises what it raises, RuntimeError for another exit code than 0, and LookupError where no such
    program of Python's is found.
    """
    was = sys.argv
    try:
        _run(words[1:] if words[0] in ("python", "python3") else words)
    except SystemExit as ended:
        if ended.code not in (None, 0):
            what = (" ".join(words), ended.code)
            raise RuntimeError("`%s` ended with exit code %s" % what) from ended
    finally:
        sys.argv = was


def _run(words: List[str]) -> None:
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    elif os.path.isfile(words[0]):
        sys.argv = list(words)
        sys.path.insert(0, os.path.dirname(os.path.abspath(words[0])))
        runpy.run_path(words[0], run_name="__main__")
    else:
        sys.argv = list(words)
        sys.exit(_installed(words[0])())


def _installed(name: str) -> Any:
    """The function of an installed command, as its script would call it."""
    found: Any = metadata.entry_points()
    of_kind = getattr(found, "select", None)  # Python 3.10
    scripts = of_kind(group="console_scripts") if of_kind else found.get("console_scripts", ())
    for each in scripts:
        if each.name == name:
            return each.load()
    raise LookupError("%r is neither a file nor a command of an installed Python package" % name)
