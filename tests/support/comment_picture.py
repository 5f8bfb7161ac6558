"""docs/pictures/comment.png: a real report's comment as GitHub shows it (`make picture`)."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from migbot.core.course import Trial
from migbot.faces import judging, proving
from migbot.render.markdown import comment
from support.browser import chromium
from support.github_markdown import rendered
from support.projects import INI, SYNC, table
from support.repos import Repo

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "comment.png"
WIDTH = 900

STYLE = """
body { margin: 16px; background: #fff; color: #1f2328;
  font: 14px/1.5 "Liberation Sans", "DejaVu Sans", Arial, sans-serif }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; width: 860px }
.head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
  padding: 8px 16px; color: #59636e }
.head b { color: #1f2328 } .head i { font-style: normal; font-size: 12px; margin-left: 4px;
  border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 7px }
.body { padding: 16px } h3 { font-size: 1.25em; margin: 0 0 16px } h4 { margin: 24px 0 12px }
p, ul, table, details, pre { margin: 0 0 14px }
code, pre { font: 85% "Liberation Mono", "DejaVu Sans Mono", monospace; background: #eff1f3;
  border-radius: 6px } code { padding: .2em .4em } pre { padding: 14px }
pre code { padding: 0; font-size: 100% }
table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: 6px 13px }
ul { padding-left: 2em } sub { font-size: 75%; color: #59636e } a { color: #0969da }
"""


def body(folder: Path) -> str:
    """The comment on a pull request whose parent another one has taken."""
    repo = Repo.init(folder)
    repo.put({"alembic.ini": INI.format(url="sqlite:///app.db"), "migrations/env.py": SYNC})
    repo.put(_revision("3f9a1c07d2b4", None, "customers"))
    repo.switch("feature", create=True)
    repo.put(_revision("8f2a64c1e09b", "3f9a1c07d2b4", "orders"))
    repo.switch("main")
    repo.put(_revision("c41e7b52a6d0", "3f9a1c07d2b4", "invoices"))
    repo.switch("feature")
    ask = judging.Ask(repo.root)
    report = proving.check_and_prove(ask, Trial())
    trips = tuple(trip._replace(interpreter="") for trip in report.round_trips)  # of no reader's
    return comment(report._replace(round_trips=trips), graphs=judging.graphs(ask))


def _revision(name: str, parent: str | None, made: str) -> dict[str, str]:
    text = table(name, parent, made).replace(f"make {name}", f"Create the table of {made}")
    return {f"migrations/versions/{name}_add_{made}.py": text}


def page(text: str) -> str:
    """What GitHub makes of the comment, with its look and the round trip unfolded; it knows its
    height."""
    head = "<b>github-actions</b> <i>bot</i> commented now"
    trip = "<details><summary>Round trip"
    unfolded = rendered(text).replace(trip, trip.replace("<details>", "<details open>"))
    shown = f"<div class=comment><div class=head>{head}</div><div class=body>{unfolded}</div></div>"
    tell = "document.documentElement.dataset.height = document.documentElement.scrollHeight"
    style = f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
    return f"{style}{shown}<script>{tell}</script>"


def drawn(path: Path, profile: Path, *flags: str) -> str:
    """What a browser prints that opens the page."""
    command = [chromium() or "chromium", "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--hide-scrollbars", f"--user-data-dir={profile}", *flags, path.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120, text=True)
    return done.stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "comment.html"
        path.write_text(page(body(Path(made) / "shop")), encoding="utf-8")
        PICTURE.parent.mkdir(exist_ok=True)
        profile = Path(made) / "profile"
        tall = re.search(
            r'data-height="(\d+)"', drawn(path, profile, f"--window-size={WIDTH},200", "--dump-dom")
        )
        assert tall is not None
        window = f"--window-size={WIDTH},{tall.group(1)}"
        drawn(path, profile, window, f"--screenshot={PICTURE}")
