"""A real browser that lays pages out, and what it measures."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")

# A window is never narrower than 500 pixels, so each page is in a frame of its own width. The
# frame's document is of the same origin, so that it can be asked from outside: it runs no script.
_MEASURE = """
const wide = (frame, each) => !each.ownerSVGElement &&
  each.getBoundingClientRect().right > frame.clientWidth + 0.5
const said = [...document.querySelectorAll('iframe')].map(frame => {
  const page = frame.contentDocument
  return {
    name: frame.name,
    width: page.documentElement.scrollWidth,
    room: frame.clientWidth,
    outside: [...page.querySelectorAll('body *')].filter(each => wide(frame, each))
      .map(each => each.outerHTML.slice(0, 200)),
    rows: getComputedStyle(page.querySelector('tr') || page.body).display,
    requests: frame.contentWindow.performance.getEntriesByType('resource').length,
    style: getComputedStyle(page.querySelector('h1')).fontSize,
  }
})
document.body.innerHTML = '<pre></pre>'
document.querySelector('pre').textContent = JSON.stringify(said)
"""


def chromium() -> str | None:
    """The browser on PATH."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def measured(pages: Mapping[str, str], width: int, folder: Path) -> dict[str, dict[str, object]]:
    """What the browser says of each page, laid out `width` pixels wide."""
    frames = (
        f'<iframe name="{name}" width="{width}" height="100" style="border: 0" '
        f'srcdoc="{escape(text)}"></iframe>'
        for name, text in pages.items()
    )
    wrapper = folder / "wrapper.html"
    script = f"<script>addEventListener('load', () => {{{_MEASURE}}})</script>"
    wrapper.write_text(f"<!doctype html><meta charset=utf-8>{''.join(frames)}{script}")
    ran = subprocess.run(
        [
            chromium() or "chromium",
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--user-data-dir={folder / 'profile'}",
            "--dump-dom",
            wrapper.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = unescape(ran.stdout.partition("<pre>")[2].partition("</pre>")[0])
    return {each["name"]: each for each in json.loads(said)}
