"""Workflow runs and artifacts of the fake, and the environment that a workflow runs in."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import requests

from fakes.github.environment import workflow

ACTIONS = "/repos/ada/shop/actions"


@pytest.fixture
def run(shop):
    return shop.repository.run(shop.pull)


def test_runs_are_found_by_head_and_event(shop, repo, run):
    older = shop.repository.run(shop.pull, event="push", conclusion="failure", attempt=2)
    assert [one.id for one in repo.get_workflow_runs(head_sha=shop.pull.head)] == [older.id, run.id]
    assert [one.id for one in repo.get_workflow_runs(event="push")] == [older.id]
    assert [one.id for one in repo.get_workflow_runs(status="success")] == [run.id]
    assert [one.id for one in repo.get_workflow_runs(head_sha="0" * 40)] == []
    read = repo.get_workflow_run(run.id)
    assert (read.head_sha, read.event, read.path) == (
        shop.pull.head, "pull_request", ".github/workflows/migbot.yml",
    )  # fmt: skip
    assert [pull.number for pull in read.pull_requests] == [1]


def test_the_run_of_a_fork_names_no_pull_request_and_its_repository(shop, repo):
    fork = shop.github.world.fork(shop.repository, "grace")
    shop.work.git("push", "--quiet", str(fork.git.root), "HEAD:refs/heads/feature")
    pull = shop.repository.open_pull(shop.pull.head, shop.pull.base, fork=fork, head_ref="feature")
    read = repo.get_workflow_run(shop.repository.run(pull).id)
    assert (read.pull_requests, read.head_repository.full_name) == ([], "grace/shop")


def test_an_artifact_is_fetched_from_another_host_without_the_token(shop, run):
    made = shop.repository.artifact(run, {"report.json": "{}"}, "migbot-report")
    shop.repository.artifact(run, {"x": "y"}, "another")
    listed = shop.ask("GET", f"{ACTIONS}/runs/{run.id}/artifacts?name=migbot-report").json()
    assert [one["id"] for one in listed["artifacts"]] == [made.id]
    assert listed["artifacts"][0]["workflow_run"]["head_sha"] == shop.pull.head
    answer = shop.ask("GET", f"{ACTIONS}/artifacts/{made.id}/zip")
    place = answer.headers["Location"]
    assert (answer.status_code, place.startswith("http://localhost:")) == (302, True)
    archive = zipfile.ZipFile(io.BytesIO(requests.get(place, timeout=10).content))
    assert archive.read("report.json") == b"{}"
    assert len(shop.github.world.calls_since(0)) == 2


def test_a_token_that_is_taken_to_the_other_host_is_refused_and_a_violation(shop, run):
    made = shop.repository.artifact(run, b"no zip at all", "migbot-report")
    place = shop.ask("GET", f"{ACTIONS}/artifacts/{made.id}/zip").headers["Location"]
    told = requests.get(place, headers={"Authorization": "token x"}, timeout=10)
    assert told.status_code == 400
    assert shop.github.world.violations == [
        "a token was sent to the host that stores the artifacts"
    ]
    shop.github.world.violations.clear()


def test_an_archive_is_not_given_out_without_its_signature(shop, run):
    made = shop.repository.artifact(run, b"bytes", "migbot-report")
    place = shop.ask("GET", f"{ACTIONS}/artifacts/{made.id}/zip").headers["Location"]
    assert requests.get(place, timeout=10).content == b"bytes"
    assert requests.get(place.partition("?")[0], timeout=10).status_code == 403
    here = place.replace("localhost", "127.0.0.1")
    assert requests.get(here, timeout=10).status_code == 403


def test_an_expired_artifact_is_listed_and_gone(shop, repo, run):
    made = shop.repository.artifact(run, {}, "migbot-report")
    made.expired = True
    assert [one.expired for one in repo.get_artifacts()] == [True]
    assert shop.ask("GET", f"{ACTIONS}/artifacts/{made.id}/zip").status_code == 410


def test_a_token_without_the_permission_sees_no_run(shop, run):
    token = shop.github.world.token(permissions={"contents": "read"})
    assert shop.ask("GET", f"{ACTIONS}/runs", token=token).status_code == 403


def environment(shop, tmp_path, event, action="", **about):
    made = workflow(tmp_path / "run", shop.repository, shop.token, event, action, **about)
    return made, json.loads((tmp_path / "run" / "event.json").read_text())


def test_the_environment_of_a_pull_request_has_githubs_own_merge_of_it(shop, tmp_path):
    env, event = environment(shop, tmp_path, "pull_request", "opened", pull=shop.pull)
    assert (event["number"], event["pull_request"]["head"]["sha"]) == (1, shop.pull.head)
    parents = shop.repository.git.git("log", "-1", "--format=%P", env["GITHUB_SHA"]).split()
    assert parents == [shop.pull.base, shop.pull.head]
    assert (env["GITHUB_REF"], env["GITHUB_REPOSITORY"]) == ("refs/pull/1/merge", "ada/shop")
    assert env["GITHUB_API_URL"] == shop.github.api_url


def test_the_environment_of_the_other_events(shop, tmp_path, run):
    env, event = environment(shop, tmp_path, "workflow_run", "completed", run=run)
    assert (event["workflow_run"]["id"], env["GITHUB_REF"]) == (run.id, "refs/heads/main")
    ref, merged = shop.repository.enqueue(shop.pull)
    env, event = environment(
        shop, tmp_path, "merge_group", "checks_requested", pull=shop.pull, ref=ref, head=merged,
        base=shop.pull.base,
    )  # fmt: skip
    assert event["merge_group"]["head_ref"] == env["GITHUB_REF"] == ref
    assert env["GITHUB_SHA"] == merged
    before, after = shop.pull.base, shop.pull.merge()
    env, event = environment(shop, tmp_path, "push", branch="main", before=before, after=after)
    assert (event["before"], event["after"], env["GITHUB_SHA"]) == (before, after, after)


def test_the_merge_queue_has_a_branch_for_the_group(shop):
    ref, merged = shop.repository.enqueue(shop.pull)
    assert ref == f"refs/heads/gh-readonly-queue/main/pr-1-{shop.pull.base}"
    assert shop.repository.git.sha(ref) == merged
