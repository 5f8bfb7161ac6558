"""The page in a real browser: on a phone and on a desk, nothing sticks out."""

from __future__ import annotations

from pathlib import Path

import pytest

from migbot.core.trips import Residue, RevisionVerdict
from migbot.render.html import render_html
from support import reports
from support.browser import measured
from support.every_field import report_of
from support.graphs import chain, everything, fork, graph, revision, star
from support.parts import need


def _hundred() -> str:
    """A hundred revisions, some of which have something to tell, with long names."""
    green = reports.green()
    run = green.round_trips[0]
    trips = [run.revisions[0]._replace(revision=f"r{n}") for n in range(100)]
    residue = (Residue("index", "ix_" + "long_" * 40, "changed", "(a) " * 90, "(b) " * 90),)
    for number, verdict in enumerate(RevisionVerdict):
        trips[40 + number] = trips[40 + number]._replace(verdict=verdict, residue=residue)
    report = green._replace(round_trips=(run._replace(revisions=tuple(trips)),))
    return render_html(report, {"alembic": chain(100)})


PAGES = {
    "green": render_html(reports.green(), {"alembic": everything()}),
    "forked": render_html(reports.forked(), {"alembic": fork()}),
    "broken downgrade": render_html(reports.broken_downgrade()),
    "unknown": render_html(reports.unknown()),
    "hundred": _hundred(),
    "long words": render_html(
        report_of("W" * 300, 1), {"W" * 300: graph(revision("W" * 300, message="M" * 300))}
    ),
    "wide history": render_html(reports.green(), {"alembic": star(100)}),
}


@pytest.mark.parametrize(("width", "rows"), [(360, "block"), (1280, "table-row")])
def test_nothing_sticks_out_of_a_page_and_nothing_is_fetched(
    width: int, rows: str, tmp_path: Path
) -> None:
    need("chromium")
    found = measured(PAGES, width, tmp_path)
    assert found.keys() == PAGES.keys()
    for name, said in found.items():
        assert (name, said["room"], said["outside"]) == (name, width, [])
        assert (name, said["width"]) == (name, width)
        assert (name, said["requests"], said["style"]) == (name, 0, "24px")
    assert found["broken downgrade"]["rows"] == rows
