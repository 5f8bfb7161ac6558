"""A payload becomes a job, or nothing, or an error; and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migbot.app.events import Job, read_event
from support.webhooks import payload

SHOP = Job(installation=7, repository_id=1296269, repository="ada/shop", pull=1)


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_what_changes_the_answer_is_a_job(action):
    assert read_event("pull_request", payload(action)) == SHOP


def test_another_base_is_a_job_and_another_title_is_none():
    retargeted = payload("edited", changes={"base": {"ref": {"from": "main"}}})
    assert read_event("pull_request", retargeted) == SHOP
    assert read_event("pull_request", payload("edited", changes={"title": {"from": "x"}})) is None


@pytest.mark.parametrize("action", ["closed", "labeled", "assigned", "locked", "invented"])
def test_an_action_that_changes_nothing_is_no_job(action):
    assert read_event("pull_request", payload(action)) is None


@pytest.mark.parametrize("event", ["push", "ping", "issue_comment", "invented", ""])
def test_an_event_that_is_not_ours_is_no_job_whatever_it_holds(event):
    assert read_event(event, payload()) is None
    assert read_event(event, ["anything"]) is None


def test_a_deleted_fork_is_a_job_as_any_other():
    made = payload(pull_request={"head": {"repo": None, "sha": "0" * 40}})
    assert read_event("pull_request", made) == SHOP


@pytest.mark.parametrize(
    "changes",
    [
        {"installation": None},
        {"installation": {}},
        {"installation": {"id": "7"}},
        {"installation": {"id": True}},
        {"installation": {"id": 7.0}},
        {"installation": {"id": -7}},
        {"installation": {"id": 0}},
        {"installation": {"id": 2**63}},
        {"number": "1"},
        {"number": None},
        {"number": -1},
        {"repository": None},
        {"repository": "ada/shop"},
        {"repository": {"id": 1, "full_name": "ada/.."}},
        {"repository": {"id": 1, "full_name": "../../user"}},
        {"repository": {"id": 1, "full_name": "ada/shop\nERROR forged"}},
        {"repository": {"id": 1, "full_name": "--upload-pack=x"}},
        {"repository": {"id": 1, "full_name": None}},
        {"repository": {"id": None, "full_name": "ada/shop"}},
        {"action": None},
        {"action": ["opened"]},
        {"action": "edited"},
    ],
    ids=str,
)
def test_a_payload_without_githubs_shape_is_an_error(changes):
    with pytest.raises(ValueError, match=r"missing|range|name"):
        read_event("pull_request", payload() | changes)


@pytest.mark.parametrize("data", [None, [], "opened", 7, {}, [[[]]]], ids=str)
def test_what_is_no_payload_is_an_error(data):
    with pytest.raises(ValueError, match="action is missing"):
        read_event("pull_request", data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(payload())), JSON))
def test_no_payload_makes_anything_but_a_job_nothing_or_a_value_error(changes):
    try:
        job = read_event("pull_request", payload() | changes)
    except ValueError:
        return
    assert job is None or (job.repository == "ada/shop" and 0 < job.pull < 2**63)
