"""Pages whose sections are written by different runs: each keeps what the others have measured."""

from __future__ import annotations

import os
import re
from pathlib import Path


def sections(text: str) -> dict[str, str]:
    """A page's sections by their headings; what stands above the first has the heading ""."""
    parts = re.split(r"(?m)^(?=## )", text)
    return {_heading(part): part for part in parts}


def _heading(part: str) -> str:
    return part.partition("\n")[0].removeprefix("## ") if part.startswith("## ") else ""


def write(page: Path, text: str) -> None:
    """Put each section of `text` in the place of the one with its heading, or at the end.

    The page is replaced at once: whoever interrupts this finds the old one or the new one.
    """
    old = sections(page.read_text(encoding="utf-8")) if page.exists() else {}
    merged = {**old, **{name: part for name, part in sections(text).items() if part}}
    draft = page.with_suffix(".draft")
    draft.write_text("\n".join(each.rstrip("\n") + "\n" for each in merged.values()))
    os.replace(draft, page)
