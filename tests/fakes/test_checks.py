"""Check runs and statuses of the fake: who may make them, limits, pages and filters."""

from __future__ import annotations

import pytest
from github import GithubException

CHECKS = "/repos/ada/shop/check-runs"
NOTE = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "notice"}


def output(notes=0, **rest):
    told = [NOTE | {"message": f"note {number}"} for number in range(notes)]
    return {"title": "t", "summary": "s", **({"annotations": told} if notes else {}), **rest}


def make(shop, name="migbot / graph", token=None, **rest):
    body = {"name": name, "head_sha": shop.pull.head, **rest}
    return shop.ask("POST", CHECKS, body, token)


def test_a_check_run_is_started_and_finished(shop, repo):
    made = repo.create_check_run("migbot / graph", shop.pull.head, status="in_progress")
    assert (made.status, made.conclusion, made.app.slug) == ("in_progress", None, "github-actions")
    made.edit(conclusion="success", output={"title": "fine", "summary": "all of it"})
    read = repo.get_check_run(made.id)
    assert (read.status, read.conclusion, read.output.title) == ("completed", "success", "fine")
    suites = shop.ask("GET", f"/repos/ada/shop/commits/{shop.pull.head}/check-suites").json()
    assert [suite["conclusion"] for suite in suites["check_suites"]] == ["success"]


def test_a_personal_token_may_make_no_check_run_and_may_set_a_status(shop):
    ada = shop.github.world.token("ada")
    refused = make(shop, token=ada)
    assert (refused.status_code, refused.json()["message"]) == (
        403, "You must authenticate via a GitHub App.",
    )  # fmt: skip
    set_ = shop.ask("POST", f"/repos/ada/shop/statuses/{shop.pull.head}", {"state": "error"}, ada)
    assert (set_.status_code, set_.json()["creator"]["login"]) == (201, "ada")


def test_only_the_app_that_made_a_check_run_may_change_it(shop):
    world = shop.github.world
    other = world.app("other", "no key")
    number = make(shop).json()["id"]
    theirs = world.token("other[bot]", app_id=other.id)
    path = f"{CHECKS}/{number}"
    assert shop.ask("PATCH", path, {"conclusion": "success"}, theirs).status_code == 403
    assert shop.ask("PATCH", path, {"conclusion": "success"}).status_code == 200


def test_a_finished_check_run_needs_a_conclusion(shop):
    assert make(shop, status="completed").status_code == 422


@pytest.mark.parametrize(
    "rest",
    [
        {"output": output(51)},
        {"output": output(summary="x" * 65_536)},
        {"output": {"title": "no summary"}},
        {"actions": [{"label": "x" * 21, "description": "d", "identifier": "i"}]},
    ],
    ids=["51 annotations", "a long summary", "no summary", "a long label"],
)
def test_what_is_too_much_for_one_request_is_a_violation(shop, rest):
    assert make(shop, **rest).status_code == 422
    assert shop.github.world.violations
    shop.github.world.violations.clear()


def test_annotations_of_several_requests_add_up_and_come_in_pages(shop, repo):
    made = repo.get_check_run(make(shop, conclusion="failure", output=output(50)).json()["id"])
    made.edit(output=output(20))
    read = repo.get_check_run(made.id)
    assert read.output.annotations_count == 70
    assert len(list(read.get_annotations())) == 70


def test_the_newest_of_each_name_is_listed_unless_all_are_asked_for(shop):
    numbers = [make(shop).json()["id"] for _ in range(3)]
    make(shop, "another")
    path = f"/repos/ada/shop/commits/{shop.pull.head}/check-runs"
    told = shop.ask("GET", f"{path}?check_name=migbot%20%2F%20graph").json()
    assert [run["id"] for run in told["check_runs"]] == numbers[2:]
    told = shop.ask("GET", f"{path}?check_name=migbot%20%2F%20graph&filter=all").json()
    assert [run["id"] for run in told["check_runs"]] == numbers
    assert shop.ask("GET", f"{path}?app_id=15368&filter=all").json()["total_count"] == 4
    assert shop.ask("GET", f"{path}?app_id=7").json()["total_count"] == 0
    assert shop.ask("GET", f"{path}?status=completed").json()["total_count"] == 0
    by_branch = shop.ask("GET", "/repos/ada/shop/commits/feature/check-runs?per_page=1")
    assert by_branch.json()["total_count"] == 2
    assert 'rel="next"' in by_branch.headers["Link"]


def test_statuses_are_listed_newest_first_and_combined(shop):
    path = f"/repos/ada/shop/statuses/{shop.pull.head}"
    for state in ("failure", "success"):
        shop.ask("POST", path, {"state": state, "context": "migbot / graph"})
    commit = f"/repos/ada/shop/commits/{shop.pull.head}"
    listed = shop.ask("GET", f"{commit}/statuses").json()
    assert [one["state"] for one in listed] == ["success", "failure"]
    assert shop.ask("GET", f"{commit}/status").json()["state"] == "success"
    shop.ask("POST", path, {"state": "pending", "context": "another"})
    assert shop.ask("GET", f"{commit}/status").json()["state"] == "pending"


def test_a_status_with_too_long_a_description_is_refused(shop):
    path = f"/repos/ada/shop/statuses/{shop.pull.head}"
    long = {"state": "error", "description": "x" * 141}
    assert shop.ask("POST", path, long).status_code == 422


def test_a_check_on_a_commit_that_is_nowhere_is_refused(shop, repo):
    with pytest.raises(GithubException, match="No commit found"):
        repo.create_check_run("x", "0" * 40)
