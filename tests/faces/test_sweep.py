"""`migbot sweep`: every open pull request on the fake GitHub, and the branches of a clone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from fakes.github.faults import Kind
from migbot.adapters.git_read import locate
from migbot.adapters.judge import judgement
from migbot.adapters.pull_request import publish
from migbot.errors import MigbotError
from migbot.faces.sweep import Ask, sweep_pulls, sweep_refs
from migbot.faces.sweep_rows import Row, as_json, exit_code
from migbot.render.markdown import comment as render
from support import reports
from support.command import Command
from support.github import scene
from support.histories import migration
from support.repos import Repo

INI = "[alembic]\nscript_location = migrations\n"
VERSIONS = "migrations/versions"


@pytest.fixture
def shop(tmp_path):
    """main has a1; pull request 1 touches no migration, 2 and 3 each add one on a1."""
    with scene(tmp_path) as made:
        made.work.switch("main")
        made.work.put({"alembic.ini": INI, f"{VERSIONS}/a1.py": migration("a1")})
        push(made, "main")
        for number, name in enumerate(("b2", "c3"), start=2):
            made.work.switch("main")
            made.work.switch(name, create=True)
            head = made.work.put({f"{VERSIONS}/{name}.py": migration(name, "a1")})
            push(made, name)
            assert made.repository.open_pull(head, made.work.sha("main")).number == number
        yield made


@pytest.fixture
def run(shop):
    """The environment of a workflow's run for a push to main."""
    return {
        "GITHUB_API_URL": shop.github.api_url,
        "GITHUB_TOKEN": shop.token.value,
        "GITHUB_REPOSITORY": "ada/shop",
        "GITHUB_REF": "refs/heads/main",
    }


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    """Writes do not wait a second for one another."""
    from migbot.adapters import github_api

    connect = github_api.connect
    monkeypatch.setattr(
        github_api, "connect", lambda token, api_url: connect(token, api_url=api_url, pause=0)
    )


def push(shop, name):
    shop.work.git("push", "--quiet", str(shop.repository.git.root), f"+HEAD:refs/heads/{name}")


def merge_c3(shop):
    """Pull request 3 is merged: 2 forks from now on."""
    shop.work.switch("main")
    shop.work.merge("c3")
    push(shop, "main")
    shop.repository.pulls[3].state = "closed"


def swept(run, folder, **ask):
    return {row.name: row for row in sweep_pulls(run, Ask(folder, **ask))}


def conclusions(shop, number):
    head = shop.repository.pulls[number].head
    return [
        check["conclusion"]
        for check in shop.repository.checks
        if check["head_sha"] == head and check["name"] == "migbot / graph"
    ]


def test_what_was_green_turns_red_when_another_is_merged(shop, run, tmp_path):
    first = swept(run, tmp_path)
    assert first["#2"].verdict == "pass"
    assert conclusions(shop, 2) == ["success"]
    merge_c3(shop)
    row = swept(run, tmp_path)["#2"]
    assert row.line().startswith("#2 fail (was pass): 2 heads after the merge")
    assert conclusions(shop, 2)[-1] == "failure"
    assert "2 heads" in shop.repository.pulls[2].comments[0].body
    assert exit_code([row]) == 0


def test_two_that_would_fork_are_told_of_one_another(shop, run, tmp_path):
    rows = swept(run, tmp_path)
    assert rows["#2"].others == ("would fork with #3",)
    assert rows["#3"].others == ("would fork with #2",)
    assert "#3" in shop.repository.pulls[2].comments[0].body


def test_one_that_touches_no_migration_is_left_in_peace(shop, run, tmp_path):
    assert swept(run, tmp_path)["#1"].done == ""
    assert shop.repository.pulls[1].comments == []
    assert conclusions(shop, 1) == []


def test_when_nothing_changed_one_question_is_asked_and_nothing_written(shop, run, tmp_path):
    swept(run, tmp_path)
    world = shop.github.world
    before, writes = len(world.exchanges), list(world.writes)
    shop.work.switch("main")
    shop.work.put({"README.md": "More\n"})
    push(shop, "main")
    rows = swept(run, tmp_path)
    assert world.writes == writes
    asked = [each.path for each in world.exchanges[before:] if ".git/" not in each.path]
    assert len(asked) == 1 + 2  # the list, and one check each of 2 and 3
    assert {rows["#2"].done, rows["#3"].done} == {"as it was"}


def test_a_dry_run_writes_nothing(shop, run, tmp_path):
    assert swept(run, tmp_path, dry_run=True)["#2"].verdict == "pass"
    assert shop.github.world.writes == []


def test_everything_is_fetched_at_once_and_nothing_is_left_in_the_clone(shop, run):
    before = shop.work.git("for-each-ref")
    swept(run, shop.work.root)
    fetches = [e for e in shop.github.world.exchanges if e.path.endswith("git-upload-pack")]
    assert len(fetches) <= 2  # the refs, and the pack
    assert shop.work.git("for-each-ref") == before
    assert not (shop.work.root / ".git" / "FETCH_HEAD").exists()


def test_a_shallow_clone_is_not_used(shop, run, tmp_path):
    clone = shop.work.clone(tmp_path / "shallow", "--depth=1")
    before = clone.objects()
    assert swept(run, clone.root)["#2"].verdict == "pass"
    assert clone.objects() == before


def test_only_pull_requests_of_the_branch_are_judged_and_held_against_one_another(
    shop, run, tmp_path
):
    shop.repository.pulls[3].base_ref = "release"
    rows = swept(run, tmp_path)
    assert set(rows) == {"#1", "#2"}
    assert rows["#2"].others == ()


def test_drafts_count(shop, run, tmp_path):
    shop.repository.pulls[3].draft = True
    assert swept(run, tmp_path)["#2"].others == ("would fork with #3",)


def test_one_whose_commit_is_gone_does_not_stop_the_others(shop, run, tmp_path):
    shop.repository.git.git("update-ref", "-d", "refs/pull/2/head")
    rows = swept(run, tmp_path)
    assert rows["#2"].trouble == "It could not be fetched."
    assert rows["#3"].verdict == "pass"
    assert conclusions(shop, 2) == ["action_required"]
    assert exit_code(rows.values()) == 2


def test_one_that_github_refuses_does_not_stop_the_others(shop, run, tmp_path):
    shop.github.faults.add("POST", "/issues/2/comments", Kind.ERROR_BEFORE, times=9)
    rows = swept(run, tmp_path)
    assert "in trouble" in rows["#2"].trouble
    assert rows["#3"].trouble == ""
    assert len(shop.repository.pulls[3].comments) == 1


def test_when_github_asks_for_patience_the_rest_is_left_and_said_to_be(shop, run, tmp_path):
    shop.github.faults.add("POST", "/check-runs", Kind.SLOW_DOWN)
    rows = swept(run, tmp_path)
    assert rows["#2"].trouble.startswith("Left: GitHub asks for patience")
    assert rows["#3"].trouble == rows["#2"].trouble
    assert rows["#3"].verdict == "pass"
    assert shop.github.world.writes == ["POST /repos/ada/shop/check-runs"]
    assert exit_code(rows.values()) == 2


# ---------------------------------------------------------------- where nothing could be judged


def break_settings(shop):
    """The base's settings cannot be read any more."""
    shop.work.switch("main")
    shop.work.put({"migbot.toml": "nosuchkey = 1\n"})
    push(shop, "main")


def publish_no_migrations(shop, number):
    """As the job of a pull request without migrations leaves it."""
    report = reports.untouched(shop.repository.pulls[number].head)
    publish(shop.connection(), report, "ada/shop", number)


def test_where_the_base_cannot_be_read_nothing_with_migrations_stays_green(shop, run, tmp_path):
    publish_no_migrations(shop, 1)
    swept(run, tmp_path)
    break_settings(shop)
    rows = swept(run, tmp_path)
    for number in (2, 3):
        assert conclusions(shop, number)[-1] == "action_required"
        (comment,) = shop.repository.pulls[number].comments
        assert "nosuchkey" in comment.body
        assert rows[f"#{number}"].was == "pass"
    assert "nosuchkey" in rows["#2"].trouble
    assert exit_code(rows.values()) == 2
    assert conclusions(shop, 1) == ["success"]
    assert shop.repository.pulls[1].comments == []


def test_where_the_base_cannot_be_read_nothing_is_said_twice(shop, run, tmp_path):
    swept(run, tmp_path)
    break_settings(shop)
    swept(run, tmp_path)
    writes = list(shop.github.world.writes)
    assert swept(run, tmp_path)["#2"].done == "as it was"
    assert shop.github.world.writes == writes


def test_where_the_base_cannot_be_read_one_of_which_nothing_was_said_is_left_in_peace(
    shop, run, tmp_path
):
    break_settings(shop)
    assert {row.done for row in swept(run, tmp_path).values()} == {""}
    assert shop.github.world.writes == []


def test_a_comment_tells_of_migrations_where_the_token_reads_no_checks(shop, run, tmp_path):
    run["GITHUB_TOKEN"] = shop.github.world.token(
        permissions={"pull_requests": "write", "contents": "read", "statuses": "write"}
    ).value
    swept(run, tmp_path)
    break_settings(shop)
    swept(run, tmp_path)
    assert [each["state"] for each in statuses(shop, 2)] == ["success", "error"]
    assert statuses(shop, 1) == []


def statuses(shop, number):
    head = shop.repository.pulls[number].head
    return [each for each in shop.repository.statuses if each["sha"] == head]


def test_once_the_base_can_be_read_again_it_is_judged_again(shop, run, tmp_path):
    swept(run, tmp_path)
    break_settings(shop)
    swept(run, tmp_path)
    shop.work.put({"migbot.toml": ""})
    push(shop, "main")
    assert swept(run, tmp_path)["#2"].was == "unknown"
    assert conclusions(shop, 2)[-1] == "success"


def test_a_base_that_cannot_be_fetched_leaves_nothing_green(shop, run, tmp_path):
    swept(run, tmp_path)
    shop.repository.git.git("update-ref", "-d", "refs/heads/main")
    rows = swept(run, tmp_path)
    assert "fetch failed" in rows["#2"].trouble
    assert conclusions(shop, 2)[-1] == "action_required"


def test_a_defect_leaves_nothing_green_and_is_told_as_one(shop, run, tmp_path, monkeypatch):
    swept(run, tmp_path)
    monkeypatch.setattr("migbot.faces.sweep.sweep", lambda *any: 1 / 0)
    rows = []
    with pytest.raises(ZeroDivisionError):
        rows.extend(sweep_pulls(run, Ask(tmp_path)))
    assert conclusions(shop, 2)[-1] == "action_required"
    assert "defect of migbot" in shop.repository.pulls[2].comments[0].body


def test_a_dry_run_that_could_not_judge_is_an_error(shop, run, tmp_path):
    break_settings(shop)
    with pytest.raises(MigbotError, match="nosuchkey"):
        swept(run, tmp_path, dry_run=True)


# -------------------------------------------------------------- migrations that are there no more


def asked(shop, since=0):
    """What GitHub's interface was asked for, but for git's own questions."""
    return [each.path for each in shop.github.world.exchanges[since:] if ".git/" not in each.path]


def land(shop, number, name):
    """What a pull request brings lands on main by another way, as one new commit."""
    shop.work.switch("main")
    shop.work.put({f"{VERSIONS}/{name}.py": migration(name, "a1")})
    push(shop, "main")


def test_one_whose_migration_landed_by_another_way_has_none_any_more(shop, run, tmp_path):
    swept(run, tmp_path)
    land(shop, 2, "b2")
    row = swept(run, tmp_path)["#2"]
    assert row.title == "No migration changes"
    checks = [each for each in shop.repository.checks if each["head_sha"] == row.head]
    assert {each["name"]: each["conclusion"] for each in checks} == {
        "migbot / graph": "success",
        "migbot / round-trip": "success",
    }
    assert {each["output"]["title"] for each in checks} == {"No migration changes"}
    (comment,) = shop.repository.pulls[2].comments
    assert "No migration changes" in comment.body
    assert "would fork" not in comment.body


def test_one_that_took_its_migration_back_has_its_comment_brought_up_to_date(shop, run, tmp_path):
    swept(run, tmp_path)
    shop.work.switch("b2")
    shop.work.git("rm", "-q", f"{VERSIONS}/b2.py")
    head = shop.work.commit("Take it back")
    push(shop, "b2")
    shop.repository.push(shop.repository.pulls[2], head)
    swept(run, tmp_path)
    assert conclusions(shop, 2) == ["success"]
    assert "No migration changes" in shop.repository.pulls[2].comments[0].body


def test_of_one_that_took_its_migration_back_before_it_was_told_of_nothing_is_said(
    shop, run, tmp_path
):
    shop.work.switch("b2")
    shop.work.git("rm", "-q", f"{VERSIONS}/b2.py")
    head = shop.work.commit("Take it back")
    push(shop, "b2")
    shop.repository.push(shop.repository.pulls[2], head)
    assert swept(run, tmp_path)["#2"].done == ""
    assert conclusions(shop, 2) == []
    assert shop.repository.pulls[2].comments == []


def test_github_is_not_asked_about_one_that_never_had_a_migration(shop, run, tmp_path):
    publish_no_migrations(shop, 1)
    land(shop, 2, "b2")
    since = len(shop.github.world.exchanges)
    swept(run, tmp_path)
    heads = shop.repository.pulls[1].head
    assert not [path for path in asked(shop, since) if heads in path or "/1/" in path]


def test_the_comment_on_a_fork_draws_it_as_publish_does(shop, run, tmp_path):
    merge_c3(shop)
    swept(run, tmp_path)
    (comment,) = shop.repository.pulls[2].comments
    assert "```mermaid" in comment.body
    found = judgement(locate(shop.work.root), shop.repository.pulls[2].head, shop.work.sha("main"))
    assert comment.body == render(found.report, graphs=found.graphs)


def test_a_picture_alone_is_no_news(shop, run, tmp_path):
    merge_c3(shop)
    head, base = shop.repository.pulls[2].head, shop.work.sha("main")
    report = judgement(locate(shop.work.root), head, base).report
    publish(shop.connection(), report, "ada/shop", 2)
    writes = list(shop.github.world.writes)
    assert swept(run, tmp_path)["#2"].done == "as it was"
    assert shop.github.world.writes == writes


def test_where_nothing_says_which_branch_it_is_the_default(shop, run, tmp_path):
    for ref in ("", "refs/pull/2/merge", "refs/heads/gh-readonly-queue/main/pr-2-abc"):
        assert set(swept(run | {"GITHUB_REF": ref}, tmp_path, dry_run=True)) == {"#1", "#2", "#3"}
    assert swept(run | {"GITHUB_REF": "refs/heads/release"}, tmp_path) == {}


def test_outside_of_a_workflow_the_repository_is_named(shop, run, tmp_path):
    del run["GITHUB_REPOSITORY"]
    with pytest.raises(MigbotError, match="Which repository"):
        swept(run, tmp_path)
    assert swept(run, tmp_path, repository="ada/shop", dry_run=True)


def test_the_token_is_left_in_no_file_of_the_clone(shop, run):
    swept(run, shop.work.root)
    files = [path for path in (shop.work.root / ".git").rglob("*") if path.is_file()]
    assert not [path for path in files if shop.token.value.encode() in path.read_bytes()]


# ------------------------------------------------------------------------------- without GitHub


@pytest.fixture
def clone(tmp_path) -> Repo:
    made = Repo.init(tmp_path / "clone")
    made.put({"alembic.ini": INI, f"{VERSIONS}/a1.py": migration("a1")})
    for name, parent in (("b2", "a1"), ("c3", "a1"), ("d4", "gone")):
        made.switch("main")
        made.switch(name, create=True)
        made.put({f"{VERSIONS}/{name}.py": migration(name, parent)})
    made.switch("main")
    return made


def test_branches_of_a_clone_are_judged_without_github(clone):
    rows = {row.name: row for row in sweep_refs(Ask(clone.root, base="main"), ["refs/heads/"])}
    assert set(rows) == {"b2", "c3", "d4"}
    assert rows["b2"].line() == "b2 pass: 1 new revision, 1 head; would fork with c3"
    assert rows["d4"].verdict == "fail"


REFS = ("--refs", "refs/heads/*", "--base", "main")


def test_the_command_prints_a_line_each_and_a_red_branch_is_no_failure_of_its_own(clone, capsys):
    command = Command(capsys, clone.root)
    done = command("sweep", *REFS)
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("b2 pass: ")
    for form in (["--json"], ["--format", "json"]):
        done = command("sweep", *REFS, *form)
        assert [row["name"] for row in json.loads(done.out)] == ["b2", "c3", "d4"]


def test_one_that_cannot_be_merged_is_told_and_ends_with_2(clone, capsys):
    clone.git("switch", "-q", "--orphan", "alone")
    clone.put({"x": "x"})
    done = Command(capsys, clone.root)("sweep", *REFS)
    assert done.code == 2
    assert "alone not judged: The two sides have no common ancestor" in done.out


def test_looking_at_refs_does_not_import_pygithub(clone):
    code = (
        "import sys; from pathlib import Path; from migbot.faces.sweep import Ask, sweep_refs\n"
        f"assert list(sweep_refs(Ask(Path({str(clone.root)!r}), base='main'), ['refs/heads/']))\n"
        "assert 'github' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_row_obeys_nothing_that_a_stranger_wrote():
    assert "\x1b" not in Row("evil\x1b[2J", "1" * 40, "pass", title="x").line()
    assert json.loads(as_json([Row("a", "1")]))[0]["verdict"] == ""
