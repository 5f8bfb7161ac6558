"""The written workflows at work: each `run:` by bash, on a real repository and the fake GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakes.github.environment import workflow
from fakes.github.pulls import Pull
from fakes.github.repository import Repository
from fakes.github.runs import Run
from migbot.core.files import FileTree
from migbot.core.report import Report, Verdict, to_json
from migbot.core.trips import RevisionTrip, RevisionVerdict, RoundTrip
from migbot.faces.workflow_files import project_of, workflow_files
from support import expressions
from support.github import Scene, scene
from support.projects import INI, SYNC, table
from support.repos import Repo
from support.reusable import ROOT
from support.workflow_run import Runner, parsed

GRAPH, TRIP = "migbot / graph", "migbot / round-trip"
PASSED = {GRAPH: "success", TRIP: "success"}
SITE = "https://github.example"
VERSIONS = "migrations/versions"
PROJECT = {
    "alembic.ini": INI.format(url="sqlite:///real.db"),
    "requirements.txt": "",
    "migrations/env.py": SYNC,
    f"{VERSIONS}/a1.py": table("a1", None),
}
FORK = {f"{VERSIONS}/b2.py": table("b2", "a1")}
LOSSY = {f"{VERSIONS}/c3.py": table("c3", "a1").replace('"t_c3")', '"t_a1")')}
"""Its downgrade drops the wrong table."""
OTHER = {f"{VERSIONS}/d4.py": table("d4", "a1")}
"""What the base gets meanwhile."""
QUICK = 'python -m venv --without-pip "$RUNNER_TEMP/project"'
"""How a project without requirements is installed: pip alone takes seconds to be put there."""

Workflow = dict[str, Any]


def checked_out(repository: Repository, commit: str, into: Path) -> Path:
    """The work tree that actions/checkout leaves with `fetch-depth: 0`: every branch, a commit."""
    made = Repo.init(into)
    every = "+refs/heads/*:refs/remotes/origin/*"
    made.git("fetch", "--quiet", repository.git.url, every, commit)
    made.git("checkout", "--quiet", "--detach", commit)
    return into


def written(*, trusted: bool, install: str = "") -> dict[str, Workflow]:
    """The workflows that `migbot init --workflow` writes for the project, by the file's name."""
    tree = FileTree({path: text.encode() for path, text in PROJECT.items()})
    project = project_of(tree, (), "main")
    if install:  # the step is the project's own to adapt
        project = project._replace(install=install)
    texts = workflow_files(project, trusted=trusted)
    return {Path(path).stem: parsed(text) for path, text in texts.items()}


def with_project(made: Scene) -> None:
    """The project is on main, and pull request 1 has nothing but that."""
    made.work.switch("main")
    made.work.put(PROJECT)
    made.work.git("push", "--quiet", str(made.repository.git.root), "HEAD:refs/heads/main")
    made.work.switch("feature")
    made.work.git("reset", "--quiet", "--hard", "main")


@dataclass
class Shop:
    """A repository on GitHub, and the machines that its workflows run on, each once."""

    scene: Scene
    workflows: dict[str, Workflow]
    root: Path
    runner: Runner = field(init=False)
    trusts: bool = True

    def begin(self, event: str, action: str = "", **about: Any) -> None:
        """GitHub starts what runs for an event, on a machine of its own."""
        folder = self.root / f"run-{len(list(self.root.glob('run-*')))}"
        made = self.scene.repository, self.scene.token, event, action
        self.runner = Runner(folder, workflow(folder, *made, **about), self.mint)
        self.runner.environ = {**self.runner.environ, "GITHUB_SERVER_URL": SITE}

    def mint(self, asked: Mapping[str, str]) -> str:
        """GITHUB_TOKEN with the rights that a job asks for, and no others."""
        reads = not self.trusts and self.runner.environ["GITHUB_EVENT_NAME"] == "pull_request"
        rights = {key.replace("-", "_"): "read" if reads else of for key, of in asked.items()}
        return self.scene.github.world.token(permissions=rights).value

    def judge(self, commit: str) -> dict[str, Any]:
        """The report of the judge's job; what failed is in `runner.failed`."""
        workspace = checked_out(self.scene.repository, commit, self.runner.root / "checkout")
        self.runner.job(self.workflows["migbot"], "judge", workspace)
        kept = self.runner.artifacts.get("migbot-report")
        return json.loads(kept.read_text()) if kept else {}

    def do(self, name: str, job: str) -> None:
        """Run a job that checks nothing out; nothing of it may fail."""
        empty = self.runner.root / "empty"
        empty.mkdir(parents=True)
        self.runner.job(self.workflows[name], job, empty)
        assert self.runner.failed == [], self.runner.log

    def checks(self, commit: str = "") -> dict[str, str]:
        """The newest conclusion of each check, on one commit or on any."""
        made = self.scene.repository.checks
        return {run["name"]: run["conclusion"] for run in made if commit in ("", run["head_sha"])}


NEW_BASE = {"action": "edited", "changes": {"base": {"ref": {"from": "release"}}}}


@pytest.mark.parametrize(
    ("text", "event", "meant"),
    [
        ("github.event.action != 'edited'", {"action": "Edited"}, False),
        ("github.event.changes.base.ref.from != ''", NEW_BASE, True),
        ("github.event.changes.base.ref.from != ''", {"changes": {"title": {}}}, False),
        ("github.event.a || format('origin/{0}', github.event.b)", {"b": "main"}, "origin/main"),
        ('contains(fromJSON(\'["push", "x"]\'), github.event.e)', {"e": "x"}, True),
        ("(github.event.a && 'yes') || !github.event.a", {}, True),
        ("github.event.a && 'it''s' || 'no'", {"a": "1"}, "it's"),
    ],
)
def test_an_expression_means_here_what_it_means_on_github(
    text: str, event: dict[str, Any], meant: object
) -> None:
    assert expressions.value(text, {"github": {"event": event}}) == meant


# ----------------------------------------------------------------- both jobs in one run: trusted


class Trusted(Shop):
    """Somebody of the house pushes to pull request 1."""

    def pushed(self, files: dict[str, str]) -> str:
        head = self.scene.push(files)
        self.begin("pull_request", "synchronize", pull=self.scene.pull, before=head, after=head)
        return head

    def publish(self) -> None:
        self.do("migbot", "publish")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Trusted]:
    with scene(tmp_path) as made:
        with_project(made)
        yield Trusted(made, written(trusted=True), tmp_path)


def quickly(shop: Trusted) -> None:
    """Let the project be installed in a moment, where it does not matter how."""
    shop.workflows = written(trusted=True, install=QUICK)


def test_a_good_migration_is_proved_and_published(shop: Trusted) -> None:
    quickly(shop)
    report = shop.judge(shop.pushed(FORK))
    assert shop.runner.failed == [], shop.runner.log
    assert report["verdict"] == "pass"
    assert report["subject"]["dirty"] is False
    assert [each["revision"] for each in report["round_trips"][0]["revisions"]] == ["b2"]
    shop.publish()
    assert shop.checks() == PASSED
    assert len(shop.scene.ours()) == 1
    assert shop.runner.summary.count("round trip") == 1
    assert shop.runner.groups == {"judge": "migbot-judge-1", "publish": "migbot-publish-1"}


def test_what_fails_fails_the_job_and_is_published(shop: Trusted) -> None:
    quickly(shop)
    shop.judge(shop.pushed(LOSSY))
    assert shop.runner.failed == ["Say the verdict"], shop.runner.log
    assert "::error" in shop.runner.log
    shop.publish()
    assert shop.checks() == {GRAPH: "success", TRIP: "failure"}


def test_nothing_is_installed_for_a_change_without_migrations(shop: Trusted) -> None:
    report = shop.judge(shop.pushed({"README.md": "More\n"}))
    assert shop.runner.failed == [], shop.runner.log
    assert (report["verdict"], report["round_trips"]) == ("pass", [])
    assert "Install the project" not in shop.runner.log
    assert not (shop.runner.root / "temp-judge/project").exists()
    shop.publish()
    assert shop.checks() == PASSED
    assert shop.scene.ours() == []


@pytest.mark.real  # long
def test_a_project_that_cannot_be_installed_is_unknown(shop: Trusted) -> None:
    needs = {"requirements.txt": "no-such-thing==1\n", "migrations/env.py": "import no_such_thing"}
    report = shop.judge(shop.pushed({**FORK, **needs}))
    assert shop.runner.failed == ["Install the project", "Say the verdict"], shop.runner.log
    assert [trip["verdict"] for trip in report["round_trips"]] == ["unknown"]
    shop.publish()
    assert shop.checks() == {GRAPH: "success", TRIP: "action_required"}


def test_a_judge_that_left_no_report_is_never_green(shop: Trusted) -> None:
    shop.pushed(FORK)
    shop.runner.results["judge"] = "cancelled"
    shop.publish()
    assert shop.checks() == {GRAPH: "action_required", TRIP: "action_required"}


def test_a_new_title_starts_neither_job_and_a_new_base_both(shop: Trusted) -> None:
    head = shop.scene.push(FORK)
    for changes, result in (
        ({"title": {"from": "Add order"}}, "skipped"),
        ({"base": {"ref": {"from": "release"}, "sha": {"from": head}}}, "success"),
    ):
        shop.begin("pull_request", "edited", pull=shop.scene.pull, changes=changes)
        for job in shop.workflows["migbot"]["jobs"].values():
            job["steps"] = []
        shop.judge(head)
        shop.publish()
        assert shop.runner.results == {"judge": result, "publish": result}


@pytest.mark.real  # long
def test_what_the_installation_writes_is_not_taken_for_the_pull_request(shop: Trusted) -> None:
    head = shop.pushed(FORK)
    install = next(
        step
        for step in shop.workflows["migbot"]["jobs"]["judge"]["steps"]
        if step["name"] == "Install the project"
    )
    install["run"] = "mkdir -p build && echo made > build/made.txt\n" + install["run"]
    assert shop.judge(head)["subject"]["dirty"] is False
    assert (shop.runner.root / "checkout/build/made.txt").exists()


@pytest.mark.parametrize(("roundtrip", "proved"), [("true", ["b2"]), ("false", [])])
def test_the_action_judges_what_a_job_of_ones_own_has_checked_out(
    shop: Trusted, roundtrip: str, proved: list[str]
) -> None:
    action = yaml.safe_load((ROOT / ".github/actions/migbot/action.yml").read_text())
    inputs = {name: about["default"] for name, about in action["inputs"].items()}
    jobs = {"judge": {"steps": action["runs"]["steps"]}}
    shop.workflows["migbot"] = {"on": {"pull_request": None}, "env": {}, "jobs": jobs}
    head = shop.pushed(FORK)
    shop.runner.inputs = inputs | {"roundtrip": roundtrip}
    report = shop.judge(head)
    assert shop.runner.failed == [], shop.runner.log
    assert [
        each["revision"] for trip in report["round_trips"] for each in trip["revisions"]
    ] == proved
    assert report["environments"][0]["added"] == ["b2"]
    assert "### Migrations" in shop.runner.summary


# ------------------------------------------- a run without rights, and one after it: the fork's


class Forked(Shop):
    """Pull request 2 comes from `grace/shop`, whose runs have no rights."""

    fork: Repository
    pull: Pull

    def offer(self, files: dict[str, str]) -> str:
        """A push to the fork's branch; the first opens the pull request."""
        self.scene.work.switch("orders")
        head = self.scene.work.put(files)
        self.scene.work.git("push", "--quiet", str(self.fork.git.root), "+HEAD:refs/heads/orders")
        if not hasattr(self, "pull"):
            base = self.scene.repository.tip("main")
            made = {"head_ref": "orders", "fork": self.fork}
            self.pull = self.scene.repository.open_pull(head, base, **made)
        else:
            self.pull.push(head)
        return head

    def judged(self) -> Run:
        """The run for what was offered, once it has ended."""
        self.begin("pull_request", "opened", pull=self.pull)
        self.judge(self.pull.head)
        return self.ended()

    def ended(self, **about: Any) -> Run:
        """What GitHub keeps of the run that has just ended."""
        results, home = self.runner.results, self.scene.repository
        made = home.run(
            self.pull,
            name=self.workflows["migbot"]["name"],
            conclusion=results["judge"],
            **about,
        )
        for name, path in self.runner.artifacts.items():
            home.artifact(made, {path.name: path.read_bytes()}, name)
        return made

    def proved(self) -> Run:
        """A run for what was offered as it ends well, without the seconds that it takes."""
        trip = RevisionTrip("b2", "b2", RevisionVerdict.PASS)
        report = Report(
            Verdict.PASS, round_trips=(RoundTrip("alembic", "sqlite", "3", Verdict.PASS, (trip,)),)
        )
        run = self.scene.repository.run(self.pull)
        left = {"migbot-report.json": to_json(report)}
        self.scene.repository.artifact(run, left, "migbot-report")
        return run

    def publish(self, run: Run) -> None:
        self.begin("workflow_run", "completed", run=run)
        self.do("migbot-publish", "publish")

    def sweep(self, files: dict[str, str]) -> None:
        """What runs when somebody pushes to main."""
        home, work = self.scene.repository, self.scene.work
        work.switch("main")
        before, after = home.tip("main"), work.put(files)
        work.git("push", "--quiet", str(home.git.root), "HEAD:refs/heads/pushed")
        home.move("main", after)
        self.begin("push", branch="main", before=before, after=after)
        self.do("migbot-sweep", "sweep")

    def comment(self) -> str:
        (only,) = self.pull.comments
        return only.body


@pytest.fixture
def forked(tmp_path: Path) -> Iterator[Forked]:
    with scene(tmp_path) as made:
        with_project(made)
        shop = Forked(made, written(trusted=False, install=QUICK), tmp_path, trusts=False)
        shop.fork = made.github.world.fork(made.repository, "grace")
        made.work.switch("main")
        made.work.switch("orders", create=True)
        yield shop


def test_a_fork_s_migration_is_proved_without_rights_and_published_after_it(
    forked: Forked,
) -> None:
    head = forked.offer(FORK)
    run = forked.judged()
    assert run.conclusion == "success", forked.runner.log
    assert forked.scene.github.world.calls_since() == []  # it asks nobody, and tells nobody
    forked.publish(run)
    assert forked.checks(head) == PASSED
    comment = forked.comment()
    assert "1 new revision, 1 head, round trip passed on SQLite" in comment
    assert f"Reported by the run {run.id}" in comment
    assert f"[report]({SITE}/ada/shop/actions/runs/{run.id})" in comment
    assert forked.runner.groups == {"publish": f"migbot-publish-{head}"}


def test_when_the_base_moves_the_sweep_turns_what_was_green(forked: Forked) -> None:
    head = forked.offer(FORK)
    forked.publish(forked.proved())
    assert forked.checks(head) == PASSED
    forked.sweep(OTHER)
    assert forked.checks(head) == {GRAPH: "failure", TRIP: "success"}
    comment, ping = (each.body for each in forked.pull.comments)
    assert "2 heads after the merge" in comment
    assert "Round trip on SQLite" in comment  # what was proved of this commit stays
    assert "@grace" in ping
    assert forked.scene.pull.comments == []  # which brings no migration
    assert forked.runner.groups == {"sweep": "migbot-sweep-refs/heads/main"}


def queued(forked: Forked) -> str:
    """The commit of a merge queue with pull request 2, once its run and the one after it ended."""
    home = forked.scene.repository
    ref, merged = home.enqueue(forked.pull)
    about = {"pull": forked.pull, "ref": ref, "head": merged, "base": home.tip("main")}
    forked.begin("merge_group", "checks_requested", **about)
    forked.judge(merged)
    branch = ref.removeprefix("refs/heads/")
    run = {"event": "merge_group", "head": merged, "head_ref": branch, "head_repository": home}
    forked.publish(forked.ended(**run))
    return merged


def test_a_merge_queue_s_commit_gets_the_checks_of_the_same_names(forked: Forked) -> None:
    forked.offer(FORK)
    merged = queued(forked)
    assert forked.checks(merged) == PASSED
    assert {each["head_sha"] for each in forked.scene.repository.checks} == {merged}
    assert forked.pull.comments == []


def test_the_publisher_keeps_out_of_runs_that_judged_nothing(forked: Forked) -> None:
    forked.offer(FORK)
    for event, result, wanted in (
        ("push", "success", "skipped"),
        ("pull_request", "skipped", "skipped"),
        ("pull_request", "cancelled", "success"),
    ):
        run = forked.scene.repository.run(forked.pull, event=event, conclusion=result)
        forked.begin("workflow_run", "completed", run=run)
        forked.workflows["migbot-publish"]["jobs"]["publish"]["steps"] = []
        forked.do("migbot-publish", "publish")
        assert forked.runner.results == {"publish": wanted}


@pytest.mark.real  # long
def test_a_fork_s_migration_that_cannot_be_undone_fails_its_run_and_its_check(
    forked: Forked,
) -> None:
    head = forked.offer(LOSSY)
    run = forked.judged()
    assert (run.conclusion, forked.runner.failed) == ("failure", ["Say the verdict"])
    forked.publish(run)
    assert forked.checks(head) == {GRAPH: "success", TRIP: "failure"}
    assert "`downgrade()` of `c3`" in forked.comment()


@pytest.mark.real  # long
def test_a_fork_s_run_that_was_cancelled_is_no_pass_and_the_next_one_counts(
    forked: Forked,
) -> None:
    head = forked.offer(FORK)
    forked.begin("pull_request", "opened", pull=forked.pull)
    forked.runner.results["judge"] = "cancelled"
    forked.publish(forked.ended())
    assert forked.checks(head) == {GRAPH: "success", TRIP: "action_required"}
    forked.publish(forked.judged())
    assert forked.checks(head) == PASSED
    assert "round trip passed on SQLite" in forked.comment()


@pytest.mark.real  # long
def test_a_fork_s_change_without_migrations_has_both_checks_and_no_comment(
    forked: Forked,
) -> None:
    head = forked.offer({"README.md": "More\n"})
    forked.publish(forked.judged())
    assert forked.checks(head) == PASSED
    assert forked.pull.comments == []


@pytest.mark.real  # long
def test_the_same_run_published_again_writes_nothing(forked: Forked) -> None:
    forked.offer(FORK)
    run = forked.proved()
    forked.publish(run)
    before = forked.scene.github.world.writes
    forked.publish(run)
    assert forked.scene.github.world.writes == before


@pytest.mark.real  # long
def test_a_pull_request_of_the_house_is_served_by_the_pair_too(forked: Forked) -> None:
    forked.fork = forked.scene.repository
    head = forked.offer(FORK)
    forked.publish(forked.judged())
    assert forked.checks(head) == PASSED
    assert "round trip passed on SQLite" in forked.comment()


@pytest.mark.real  # long
def test_a_merge_queue_s_commit_that_forks_fails_under_the_same_names(forked: Forked) -> None:
    forked.offer(FORK)
    forked.sweep(OTHER)
    merged = queued(forked)
    assert forked.checks(merged)[GRAPH] == "failure"
    assert set(forked.checks(merged)) == set(PASSED)


@pytest.mark.real  # long
def test_the_sweep_tells_of_a_conflict_for_which_github_starts_no_run(forked: Forked) -> None:
    head = forked.offer(FORK)
    forked.publish(forked.proved())
    forked.sweep({f"{VERSIONS}/b2.py": table("b2", "a1") + "# theirs\n"})
    assert forked.checks(head)[GRAPH] == "action_required"
    assert "conflict with the base" in forked.comment()
