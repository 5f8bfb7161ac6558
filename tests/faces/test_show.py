"""`migbot show`: a kept report in every form, with the exit code that its verdict has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migbot.__main__ import _run
from migbot.core.forecast import Clash, Forecast
from migbot.core.report import Report, to_json
from migbot.faces.cli_options import Format
from migbot.faces.kept_reports import left_nothing
from migbot.render.markdown import markdown
from support import reports


@pytest.fixture
def show(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run(report: Report | str, *arguments: str) -> tuple[int, str, str]:
        path = tmp_path / "report.json"
        path.write_text(report if isinstance(report, str) else to_json(report))
        code = _run(["show", str(path), *arguments])
        return (code, *capsys.readouterr())

    return run


@pytest.mark.parametrize("form", list(Format))
def test_every_form_is_made_of_the_file_alone(show, form: Format) -> None:
    code, said, _ = show(reports.forked(), "--format", form)
    assert code == 1
    assert "2 heads" in said


def test_as_json_it_is_the_report_itself(show) -> None:
    said = show(reports.green(), "--format", "json")[1]
    assert json.loads(said) == json.loads(to_json(reports.green()))


def test_as_markdown_it_is_the_page_of_the_summary(show) -> None:
    assert show(reports.forked(), "--format", "markdown")[1] == markdown(reports.forked())


@pytest.mark.parametrize(
    ("report", "code"),
    [(reports.green(), 0), (reports.forked(), 1), (left_nothing("1" * 40), 2)],
    ids=["pass", "fail", "unknown"],
)
def test_it_ends_as_the_judgement_did(show, report: Report, code: int) -> None:
    assert show(report)[0] == code


def test_the_form_goes_to_a_file(show, tmp_path: Path) -> None:
    assert show(reports.green(), "--output", str(tmp_path / "said.txt"))[:2] == (0, "")
    assert "pass" in (tmp_path / "said.txt").read_text()


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"schema": 99}), "null"])
def test_what_is_no_report_is_unknown(show, text: str) -> None:
    code, said, why = show(text)
    assert (code, said) == (2, "")
    assert "No report can be read" in why


@pytest.mark.parametrize("form", list(Format))
def test_a_report_of_before_there_were_forecasts_is_shown(show, form: Format) -> None:
    older = json.loads(to_json(reports.forked()))
    del older["forecast"]
    code, said, _ = show(json.dumps(older), "--format", form)
    assert (code, said) == show(reports.forked(), "--format", form)[:2]


def test_what_other_pull_requests_will_do_is_kept(show) -> None:
    clash = Forecast(Clash.FORK, 815, "alembic", ("8f2a1c",), ("d00d1e",))
    report = reports.green()._replace(forecast=(clash,))
    (kept,) = json.loads(show(report, "--format", "json")[1])["forecast"]
    assert (kept["clash"], kept["pull"], kept["others"]) == ("fork", 815, ["d00d1e"])
    assert "#815" in show(report, "--format", "markdown")[1]
