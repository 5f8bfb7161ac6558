"""The command line: what a person types, what it prints and how it exits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from migbot.__main__ import _run
from support.command import Command
from support.hooked import forked, migrate, path, project, revision
from support.repos import Repo

Run = Callable[[Repo], Command]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda repo: Command(capsys, repo.root)


def merged(root: Path) -> Repo:
    """On main, with the fork that git merged silently, before there was a migbot."""
    repo = forked(project(root))
    repo.git("merge", "--quiet", "--no-edit", "feature")
    return repo


def test_a_sound_history_passes_in_one_line(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("check")
    assert (said.code, said.err) == (0, "")
    assert said.out.count("\n") == 1
    assert said.out.startswith("migbot: pass")


def test_a_fork_that_only_the_merge_would_show_fails_the_check(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path))
    repo.switch("feature")
    said = run(repo)("check")
    assert said.code == 1
    assert "MB101 error: 2 heads" in said.out
    assert "mine1" in said.out
    assert "migbot resolve" in said.out


def test_old_sins_of_the_base_are_not_the_newcomers(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    empty = revision("old1", "base2").replace("Create the table old1", "")
    repo.put({path("old1"): empty}, "An old sin")
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "old1")
    said = run(repo)("check")
    assert said.code == 0
    assert "old1" not in said.out.replace("base", "")


def test_the_report_as_json_has_the_schema_and_the_subject(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path))
    repo.switch("feature")
    report = json.loads(run(repo)("check", "--json").out)
    assert report["schema"] == 1
    assert report["verdict"] == "fail"
    assert report["subject"]["head"] == repo.sha()
    assert report["subject"]["base"] == repo.sha("main")
    assert report["environments"][0]["heads"] == ["mine1", "their1"]
    assert [each["code"] for each in report["findings"]] == ["MB101"]


def test_the_report_goes_to_a_file_whole(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "report.json"
    said = run(project(tmp_path / "app"))("check", "--json", "--output", str(target))
    assert (said.code, said.out) == (0, "")
    assert json.loads(target.read_text())["verdict"] == "pass"


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("check", "--output", str(tmp_path / "no" / "such"))
    assert said.code == 2
    assert "cannot be written" in said.err


def test_markdown_is_what_a_pull_request_would_show(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("check", "--format", "markdown")
    assert said.code == 0
    assert "Migrations" in said.out


def test_heads_of_the_files_of_a_ref_and_of_a_merge(tmp_path: Path, run: Run) -> None:
    migbot = run(forked(project(tmp_path)))
    assert migbot("heads").out == "their1  Create the table their1\n"
    assert migbot("heads", "--at", "feature").out == "mine1  Create the table mine1\n"
    both = migbot("heads", "--at", "feature", "--merged-into", "main")
    assert both.code == 1
    assert both.out.splitlines()[:2] == [
        "mine1  Create the table mine1",
        "their1  Create the table their1",
    ]


def test_heads_in_a_bare_repository_need_a_ref(tmp_path: Path, run: Run) -> None:
    bare = project(tmp_path / "app").clone(tmp_path / "bare", "--bare")
    assert run(bare)("heads", "--at", "main").out.startswith("base2")
    refused = run(bare)("heads")
    assert refused.code == 2
    assert "--at REF" in refused.err


@pytest.mark.parametrize("form", ["text", "mermaid", "svg", "json"])
def test_the_graph_is_drawn_in_every_form(tmp_path: Path, run: Run, form: str) -> None:
    said = run(merged(tmp_path))("graph", "--format", form)
    assert said.code == 0
    assert "mine1" in said.out


def test_resolve_re_points_what_only_this_branch_has(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path))
    repo.switch("feature")
    repo.git("merge", "--quiet", "--no-edit", "main")
    said = run(repo)("resolve")
    assert said.code == 0, said
    assert "alembic downgrade base2" in said.out
    assert run(repo)("heads").out.startswith("mine1")
    assert "down_revision = 'their1'" in (repo.root / path("mine1")).read_text()


def test_resolve_merges_what_is_published(tmp_path: Path, run: Run) -> None:
    repo = merged(tmp_path)
    said = run(repo)("resolve")
    assert said.code == 0, said
    assert said.out.startswith("merge: ")
    assert len(run(repo)("heads").out.splitlines()) == 1
    assert repo.git("status", "--porcelain").startswith("?? migrations/versions/")


def test_a_tag_counts_as_published(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path))
    repo.git("tag", "v1", "feature")
    repo.switch("feature")
    repo.git("merge", "--quiet", "--no-edit", "main")
    assert run(repo)("resolve").out.startswith("merge: ")


def test_a_shallow_clone_cannot_know_and_merges(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path / "app"))
    repo.git("switch", "-q", "feature")
    repo.git("merge", "--quiet", "--no-edit", "main")
    clone = repo.clone(tmp_path / "clone", "--depth=1", "--no-single-branch")
    assert "does not have everything" in run(clone)("resolve").out


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tmp_path: Path, run: Run) -> None:
    repo = merged(tmp_path)
    said = run(repo)("resolve", "--dry-run")
    assert said.code == 1
    assert "create migrations/versions/" in said.out
    assert repo.git("status", "--porcelain") == ""


def test_nothing_to_resolve_is_said(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("resolve")
    assert said.code == 0
    assert "Nothing to resolve" in said.out


def test_a_fork_that_is_not_merged_yet_is_pointed_at(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path))
    repo.switch("feature")
    said = run(repo)("resolve")
    assert said.code == 1
    assert "git merge main\nmigbot resolve\n" in said.out


def test_init_writes_settings_once_and_keeps_what_is_there(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    repo.write("pyproject.toml", "[project]\nname = 'app'\n")
    assert run(repo)("init").code == 0
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith("[project]\nname = 'app'\n\n[tool.migbot]\n")
    assert "nothing was changed" in run(repo)("init").out
    assert (tmp_path / "pyproject.toml").read_text() == text
    assert run(repo)("check").code == 0


def test_init_in_a_repository_without_alembic_is_an_error(tmp_path: Path, run: Run) -> None:
    said = run(Repo.init(tmp_path))("init")
    assert said.code == 2
    assert "No Alembic environment" in said.err


def test_install_and_uninstall_say_each_step(tmp_path: Path, run: Run) -> None:
    migbot = run(project(tmp_path))
    assert "pre-commit" in migbot("install", "--dry-run").out
    assert not (tmp_path / ".git/hooks/pre-commit").exists()
    assert "pre-commit" in migbot("install").out
    assert "installed already" in migbot("install").out
    assert "pre-commit" in migbot("uninstall").out
    assert not (tmp_path / ".git/hooks/pre-commit").exists()


def test_explain_prints_the_page_by_code_or_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["explain", "MB101"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("# MB101")
    assert _run(["explain", "single-head"]) == 0
    assert capsys.readouterr().out == page


def test_explain_suggests_the_nearest_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["explain", "single-haed"]) == 2
    assert "migbot explain single-head" in capsys.readouterr().err


def test_a_missing_parent_is_told_with_the_ref_that_has_it(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    repo.switch("elsewhere", create=True)
    migrate(repo, "far1", "base2")
    repo.switch("main")
    migrate(repo, "near1", "far1")
    said = run(repo)("check")
    assert said.code == 1
    assert "far1" in said.out
    assert "elsewhere" in said.out


def test_a_deleted_parent_is_told_with_the_commit_that_deleted_it(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    migrate(repo, "gone1", "base2")
    repo.git("rm", "-q", path("gone1"))
    repo.put({path("near1"): revision("near1", "gone1")}, "Remove gone1")
    said = run(repo)("check")
    assert said.code == 1
    assert "deleted by Ada" in said.out


def test_outside_of_a_repository(tmp_path: Path, run: Run) -> None:
    said = run(Repo(tmp_path))("check")
    assert said.code == 2
    assert "not in a git repository" in said.err


def test_a_folder_that_is_none(tmp_path: Path, run: Run) -> None:
    said = run(Repo(tmp_path / "none"))("check")
    assert said.code == 2
    assert "is not a folder" in said.err


def test_a_repository_without_alembic_is_unknown_and_not_green(tmp_path: Path, run: Run) -> None:
    repo = Repo.init(tmp_path)
    repo.put({"README": "x"})
    said = run(repo)("check")
    assert said.code == 2
    assert "no Alembic environment" in said.out


@pytest.mark.parametrize("verb", ["check", "heads", "graph", "resolve", "init", "install"])
def test_a_repository_without_a_commit(tmp_path: Path, run: Run, verb: str) -> None:
    said = run(Repo.init(tmp_path))(verb)
    assert said.code in (0, 2)
    assert "Traceback" not in said.err


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "a..b", "", "HEAD~999", "$(id)"])
def test_a_base_that_names_no_commit(tmp_path: Path, run: Run, ref: str) -> None:
    said = run(project(tmp_path))("check", f"--base={ref}")
    assert said.code == (2 if ref else 0)
    assert "Traceback" not in said.err
    assert not (tmp_path / "x").exists()


def test_an_alembic_ini_that_is_none(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("check", "-c", "no.ini")
    assert said.code == 2
    assert "no.ini is not a file" in said.err


def test_an_unknown_environment_lists_those_that_there_are(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path))("check", "-n", "nope")
    assert said.code == 2
    assert "alembic" in said.err


def test_a_way_out_of_several_lines_can_be_pasted(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    repo.write("alembic.ini", "[alembic]\nscript_location = /etc\n")
    said = run(repo)("check")
    assert said.code == 2
    assert "\n  [tool.migbot.environments.main]\n" in said.err


def test_wrong_settings_are_told_with_the_key(tmp_path: Path, run: Run) -> None:
    said = run(project(tmp_path, settings="strateg = 'merge'"))("check")
    assert said.code == 2
    assert "did you mean 'strategy'?" in said.err


def test_a_migration_that_cannot_be_read_is_unknown_with_its_place(
    tmp_path: Path, run: Run
) -> None:
    repo = project(tmp_path)
    repo.write(path("odd1"), "revision = make()\ndown_revision = 'base2'\n")
    said = run(repo)("check")
    assert said.code == 2
    assert f"{path('odd1')}:1" in said.out
    assert "migbot: unknown" in said.out


def test_migrations_that_the_configuration_misses_are_unknown(tmp_path: Path, run: Run) -> None:
    repo = project(tmp_path)
    repo.write("alembic.ini", "[alembic]\nscript_location = migrations\nversion_locations = x\n")
    said = run(repo)("check")
    assert said.code == 2
    assert "version_locations" in said.out


def test_nobody_waives_their_own_gate(tmp_path: Path, run: Run) -> None:
    repo = forked(project(tmp_path, settings="base = 'main'\n"))
    repo.switch("feature")
    repo.write("migbot.toml", "base = 'main'\nexpected_heads = 2\nrules = {MB101 = 'off'}\n")
    assert run(repo)("check").code == 1


def test_colours_only_on_a_terminal(tmp_path: Path, run: Run) -> None:
    assert "\x1b" not in run(forked(project(tmp_path)))("check").out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("migbot ")


def test_a_bug_in_migbot_is_called_one(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migbot.faces.judging.check", lambda ask: 1 / 0)
    said = run(project(tmp_path))("check")
    assert said.code == 3
    assert "a bug in migbot" in said.err
