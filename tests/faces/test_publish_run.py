"""`migbot publish` after another run: the graph is judged here, of the report nothing is believed
but the round trips, and whatever is wrong with it is never a pass."""

from __future__ import annotations

import io
import tempfile
import zipfile

import pytest

from fakes.github.environment import workflow
from fakes.github.runs import zipped
from migbot.adapters.github_files import LARGEST_ZIP
from migbot.core.report import Report, Verdict, to_json
from migbot.core.trips import Leg, RevisionTrip, RevisionVerdict, RoundTrip
from migbot.faces.kept_reports import LARGEST_REPORT
from migbot.faces.publish import publish
from migbot.faces.publish_run import publish_run
from migbot.faces.workflow_event import event_of, workflow_run
from support.github import scene
from support.histories import migration
from support.repos import Repo

GRAPH, TRIP = "migbot / graph", "migbot / round-trip"
INI = "[alembic]\nscript_location = migrations\n"
ENV = "migrations/env.py"
VERSIONS = "migrations/versions"
NAME = "migbot-report"
LEGS = tuple(Leg(name, True, 1.0) for name in ("upgrade", "downgrade", "upgrade-again"))


@pytest.fixture
def shop(tmp_path):
    """A repository with one migration, and pull request 2 from a fork, which adds b2."""
    with scene(tmp_path) as made:
        work = made.work
        work.switch("main")
        files = {"alembic.ini": INI, ENV: "", f"{VERSIONS}/a1.py": migration("a1", message="users")}
        base = work.put(files)
        work.git("push", "--quiet", str(made.repository.git.root), "HEAD:refs/heads/main")
        made.fork = made.github.world.fork(made.repository, "grace")
        work.switch("orders", create=True)
        head = offered(made, {f"{VERSIONS}/b2.py": migration("b2", "a1", message="orders")})
        made.pull = made.repository.open_pull(head, base, head_ref="orders", fork=made.fork)
        yield made


def offered(shop, files):
    """A push to the fork's branch; the commit."""
    sha = shop.work.put(files)
    shop.work.git("push", "--quiet", str(shop.fork.git.root), "+HEAD:refs/heads/orders")
    return sha


def forked(shop):
    """The base gets a migration on a1, too."""
    shop.work.switch("main")
    shop.work.put({f"{VERSIONS}/c3.py": migration("c3", "a1", message="invoices")})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")


def reported(verdict=Verdict.PASS, of=RevisionVerdict.PASS, revision="b2", name="alembic"):
    trip = RevisionTrip(revision, "orders", of, LEGS)
    return Report(verdict, round_trips=(RoundTrip(name, "postgresql", "16", verdict, (trip,)),))


def environment(shop, tmp_path, run):
    """That of the job which runs after `run` of the pull request."""
    where = (tmp_path / "run", run.repository, token(shop))
    return workflow(*where, "workflow_run", "completed", run=run)


def posted(shop, tmp_path, run):
    """What is posted after `run`, by name."""
    event = workflow_run(event_of(environment(shop, tmp_path, run)))
    return dict(publish_run(shop.connection(token(shop)), run.repository.full_name, event))


def after(shop, tmp_path, files=None, **run):
    """What is posted after a run that left `files` (a report that passes by default)."""
    made = shop.repository.run(shop.pull, **run)
    left = {f"{NAME}.json": to_json(reported())} if files is None else files
    if left:
        shop.repository.artifact(made, left, NAME)
    told = workflow(
        tmp_path / "run", shop.repository, token(shop), "workflow_run", "completed", run=made
    )
    event = workflow_run(event_of(told))
    github = shop.connection(token(shop))
    return dict(publish_run(github, "ada/shop", event))


def token(shop):
    """The one of a workflow_run job with the permissions that ours asks for."""
    if not hasattr(shop, "fresh"):
        granted = {
            "actions": "read",
            "contents": "read",
            "pull_requests": "write",
            "checks": "write",
        }
        shop.fresh = shop.github.world.token(permissions=granted)
    return shop.fresh


def conclusions(shop):
    return {run["name"]: run["conclusion"] for run in shop.repository.checks}


def test_a_fork_s_pull_request_gets_its_comment_and_checks(shop, tmp_path):
    done = after(shop, tmp_path)
    assert list(done) == ["#2"]
    assert conclusions(shop) == {GRAPH: "success", TRIP: "success"}
    (only,) = shop.pull.comments
    assert "Reported by the run" in only.body
    assert {run["head_sha"] for run in shop.repository.checks} == {shop.pull.head}


def test_it_is_the_whole_of_migbot_publish(shop, tmp_path):
    made = shop.repository.run(shop.pull)
    shop.repository.artifact(made, {f"{NAME}.json": to_json(reported())}, NAME)
    told = workflow(
        tmp_path / "run", shop.repository, token(shop), "workflow_run", "completed", run=made
    )
    assert publish(told).splitlines() == [
        f"#2: {GRAPH}: created", f"#2: {TRIP}: created", "#2: comment: created",
    ]  # fmt: skip


def test_the_graph_is_judged_here_whatever_the_report_says(shop, tmp_path):
    forked(shop)
    after(shop, tmp_path)
    assert conclusions(shop) == {GRAPH: "failure", TRIP: "success"}
    (only,) = shop.pull.comments
    assert "```mermaid" in only.body
    assert "re-point" in only.body


def test_a_round_trip_that_failed_there_has_failed(shop, tmp_path):
    bad = to_json(reported(Verdict.FAIL, RevisionVerdict.FAIL))
    after(shop, tmp_path, {f"{NAME}.json": bad})
    assert conclusions(shop) == {GRAPH: "success", TRIP: "failure"}


HUGE = zipped({f"{NAME}.json": b" " * (LARGEST_REPORT + 1)})
STRANGE = {
    "nothing": {},
    "no zip": b"PK not at all",
    "half a zip": zipped({f"{NAME}.json": to_json(reported())})[:-40],
    "another name": {"report.json": to_json(reported())},
    "two files": {f"{NAME}.json": to_json(reported()), "more.json": "{}"},
    "a path that leads out": {f"../{NAME}.json": to_json(reported())},
    "a report that unpacks to more than one can be": HUGE,
    "more than an archive can be": b"0" * (LARGEST_ZIP + 1),
    "no JSON": {f"{NAME}.json": "<html>"},
    "another schema": {f"{NAME}.json": '{"schema": 99}'},
    "nested without end": {f"{NAME}.json": "[" * 100_000},
    "bytes that are no text": {f"{NAME}.json": b"\xff\xfe\x00"},
    "a revision that nobody has": {f"{NAME}.json": to_json(reported(revision="zz"))},
}


@pytest.mark.parametrize("files", STRANGE.values(), ids=STRANGE)
def test_what_is_no_report_is_never_a_pass(shop, tmp_path, files):
    after(shop, tmp_path, files)
    assert conclusions(shop) == {GRAPH: "success", TRIP: "action_required"}
    (only,) = shop.pull.comments
    assert "not a verdict" in only.body


def test_an_archive_with_a_lie_about_its_size_is_not_unpacked_into_memory(shop, tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.json", b"0" * (LARGEST_REPORT * 4))
    lie = stream.getvalue().replace((LARGEST_REPORT * 4).to_bytes(4, "little"), b"\x10\0\0\0")
    after(shop, tmp_path, lie)
    assert conclusions(shop)[TRIP] == "action_required"


def test_the_newest_attempt_counts(shop, tmp_path):
    made = shop.repository.run(shop.pull)
    for verdict, of in ((Verdict.FAIL, RevisionVerdict.FAIL), (Verdict.PASS, RevisionVerdict.PASS)):
        shop.repository.artifact(made, {f"{NAME}.json": to_json(reported(verdict, of))}, NAME)
    told = workflow(
        tmp_path / "run", shop.repository, token(shop), "workflow_run", "completed", run=made
    )
    dict(publish_run(shop.connection(token(shop)), "ada/shop", workflow_run(event_of(told))))
    assert conclusions(shop)[TRIP] == "success"


def test_an_expired_report_is_no_pass(shop, tmp_path):
    made = shop.repository.run(shop.pull)
    shop.repository.artifact(made, {f"{NAME}.json": to_json(reported())}, NAME).expired = True
    told = workflow(
        tmp_path / "run", shop.repository, token(shop), "workflow_run", "completed", run=made
    )
    dict(publish_run(shop.connection(token(shop)), "ada/shop", workflow_run(event_of(told))))
    assert conclusions(shop)[TRIP] == "action_required"


def test_a_pull_request_that_changes_how_the_check_runs_says_so(shop, tmp_path):
    shop.pull.push(offered(shop, {ENV: "print('all is well')\n"}))
    after(shop, tmp_path)
    (only,) = shop.pull.comments
    assert "changes how the check itself runs" in only.body


def test_a_run_about_an_older_head_posts_nothing(shop, tmp_path):
    old = shop.pull.head
    shop.pull.push(offered(shop, {"more.txt": "more"}))
    assert after(shop, tmp_path, head=old) == {}
    assert shop.repository.checks == []


def test_the_same_branch_name_in_another_fork_is_another_pull_request(shop, tmp_path):
    other = shop.github.world.fork(shop.repository, "mallory")
    assert after(shop, tmp_path, head_repository=other) == {}
    assert shop.repository.checks == []


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch"])
def test_a_run_for_another_event_posts_nothing(shop, tmp_path, event):
    assert after(shop, tmp_path, event=event) == {}


def test_a_merge_queue_s_commit_gets_both_checks(shop, tmp_path):
    ref, merged = shop.repository.enqueue(shop.pull)
    branch = ref.removeprefix("refs/heads/")
    after(
        shop, tmp_path, event="merge_group", head=merged, head_ref=branch,
        head_repository=shop.repository,
    )  # fmt: skip
    assert conclusions(shop) == {GRAPH: "success", TRIP: "success"}
    assert {run["head_sha"] for run in shop.repository.checks} == {merged}
    assert shop.pull.comments == []


def test_nothing_of_the_pull_request_is_run_or_written_beside_it(shop, tmp_path, monkeypatch):
    trace = tmp_path / "was-run"
    evil = f"open({str(trace)!r}, 'w')\n"
    shop.pull.push(
        offered(
            shop,
            {
                f"{VERSIONS}/b2.py": migration("b2", "a1", message="orders").decode() + evil,
                ENV: evil,
            },
        )
    )
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    after(shop, tmp_path)
    assert conclusions(shop)[GRAPH] == "success"
    assert not trace.exists()
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_project_without_alembic_hears_nothing(shop, tmp_path):
    work = Repo.init(tmp_path / "plain")
    base = work.put({"README.md": "plain"})
    head = work.put({"README.md": "plainer"})
    plain = shop.github.world.repository("ada/plain")
    work.git("push", "--quiet", str(plain.git.root), f"{base}:refs/heads/main")
    work.git("push", "--quiet", str(plain.git.root), f"{head}:refs/heads/feature")
    pull = plain.open_pull(head, base)
    made = plain.run(pull)
    told = workflow(tmp_path / "run", plain, token(shop), "workflow_run", "completed", run=made)
    done = dict(
        publish_run(shop.connection(token(shop)), "ada/plain", workflow_run(event_of(told)))
    )
    assert done == {}
    assert plain.checks == pull.comments == []
