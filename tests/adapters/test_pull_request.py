"""What becomes of a report on a pull request: one comment, one check a name, nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes.github.faults import Kind
from migbot.adapters.published import Outcome
from migbot.adapters.pull_request import post_on_commit, publish
from migbot.adapters.sticky_comment import Comment, Thread, keep_one
from migbot.core.model import NewLine
from migbot.core.report import Verdict
from migbot.errors import MigbotError
from migbot.render.comment_state import PING
from migbot.render.markdown import MARKER, comment
from support import reports
from support.github import scene

COMMENTS = "/repos/ada/shop/issues/1/comments"
GRAPH = "migbot / graph"
TRIP = "migbot / round-trip"


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        yield made


def judged(shop, make=reports.green):
    return make(shop.pull.head, shop.pull.base)


def post(shop, make=reports.green, **options):
    return publish(shop.connection(), judged(shop, make), "ada/shop", 1, **options)


def conclusions(shop):
    return [(run["name"], run["conclusion"]) for run in shop.repository.checks]


def test_a_first_report_becomes_one_comment_and_a_check_for_each_judgement(shop):
    done = post(shop)
    assert [one.body for one in shop.ours()] == [comment(judged(shop))]
    assert conclusions(shop) == [(GRAPH, "success"), (TRIP, "success")]
    assert {run["head_sha"] for run in shop.repository.checks} == {shop.pull.head}
    assert done.outcomes == dict.fromkeys((GRAPH, TRIP, "comment"), Outcome.CREATED)
    assert done.notes == ()


def test_the_same_report_again_writes_nothing(shop):
    post(shop)
    before = list(shop.github.world.writes)
    done = post(shop)
    assert shop.github.world.writes == before
    assert set(done.outcomes.values()) == {Outcome.UNCHANGED}


def test_another_verdict_edits_the_comment_and_the_check_in_place(shop):
    post(shop, reports.forked)
    done = post(shop, reports.swept)
    assert [one.body for one in shop.ours()] == [comment(judged(shop, reports.swept))]
    assert conclusions(shop) == [(GRAPH, "success")]
    assert set(done.outcomes.values()) == {Outcome.UPDATED}


@pytest.mark.parametrize(
    ("make", "conclusion"),
    [
        (reports.swept, "success"),
        (reports.forked, "failure"),
        (reports.unknown, "action_required"),
    ],
)
def test_the_conclusion_of_each_verdict(shop, make, conclusion):
    post(shop, make)
    assert conclusions(shop) == [(GRAPH, conclusion)]


def test_a_pull_request_without_migrations_gets_both_checks_and_no_comment(shop):
    done = post(shop, reports.untouched)
    assert shop.pull.comments == []
    assert conclusions(shop) == [(GRAPH, "success"), (TRIP, "success")]
    assert done.outcomes["comment"] is Outcome.NOT_NEEDED


def test_our_comment_is_found_behind_130_others_and_on_any_page(shop):
    someone = shop.github.world.account("grace")
    for number in range(130):
        shop.comment(someone, f"comment {number}")
    post(shop, reports.forked)
    for number in range(130):
        shop.comment(someone, f"later comment {number}")
    post(shop, reports.untouched)
    assert len(shop.pull.comments) == 261
    assert [one.body for one in shop.ours()] == [comment(judged(shop, reports.untouched))]


def test_a_marker_that_somebody_else_copied_is_left_alone(shop):
    mallory = shop.comment(shop.github.world.account("mallory"), f"{MARKER}{{}} -->\nall is well")
    post(shop, reports.forked)
    assert mallory.body.endswith("all is well")
    assert len(shop.ours()) == 1


def test_our_own_comment_about_something_else_is_left_alone(shop):
    other = shop.comment(shop.token.account, f"Coverage is 81 %. {MARKER}")
    post(shop, reports.forked)
    assert other.body.startswith("Coverage")
    assert len(shop.ours()) == 2


def test_a_comment_that_somebody_edited_is_put_right(shop):
    post(shop, reports.forked)
    shop.ours()[0].body += "\n\nI disagree."
    assert post(shop, reports.forked).outcomes["comment"] is Outcome.UPDATED
    assert [one.body for one in shop.ours()] == [comment(judged(shop, reports.forked))]


def test_a_comment_that_a_browser_saved_unchanged_is_the_same_comment(shop):
    post(shop)
    only = shop.ours()[0]
    only.body = only.body.strip().replace("\n", "\r\n")
    assert post(shop).outcomes["comment"] is Outcome.UNCHANGED


def test_a_comment_that_somebody_deleted_is_made_again(shop):
    post(shop)
    shop.pull.comments.clear()
    assert post(shop).outcomes["comment"] is Outcome.CREATED


def test_two_comments_of_ours_become_one_the_older(shop):
    post(shop)
    first = shop.ours()[0]
    shop.comment(shop.token.account, first.body)
    post(shop)
    assert shop.ours() == [first]


@pytest.mark.parametrize(
    "kind",
    [Kind.BAD_GATEWAY_AFTER, Kind.BAD_GATEWAY_BEFORE, Kind.CUT_AFTER, Kind.CUT_BEFORE, Kind.HTML],
)
@pytest.mark.parametrize("path", [COMMENTS, "/repos/ada/shop/check-runs"])
def test_a_write_whose_answer_was_lost_leaves_one_comment_and_one_check_of_each_name(
    shop, kind, path
):
    shop.github.faults.add("POST", path, kind)
    post(shop)
    assert len(shop.ours()) == 1
    assert conclusions(shop) == [(GRAPH, "success"), (TRIP, "success")]


def test_an_edit_whose_answer_was_lost_has_happened(shop):
    post(shop, reports.forked)
    comment_id = shop.ours()[0].id
    shop.github.faults.add(
        "PATCH", f"/repos/ada/shop/issues/comments/{comment_id}", Kind.BAD_GATEWAY_AFTER
    )
    post(shop, reports.untouched)
    assert [one.body for one in shop.ours()] == [comment(judged(shop, reports.untouched))]


def test_a_github_that_stays_in_trouble_is_one_clear_error_and_no_flood(shop):
    shop.github.faults.add("POST", COMMENTS, Kind.BAD_GATEWAY_BEFORE, times=99)
    with pytest.raises(MigbotError, match="in trouble"):
        post(shop)
    assert shop.github.world.writes.count(f"POST {COMMENTS}") == 3


def test_a_result_about_an_older_head_is_dropped(shop):
    old = judged(shop, reports.forked)
    shop.push({"more.txt": "more"})
    done = publish(shop.connection(), old, "ada/shop", 1)
    assert shop.github.world.writes == []
    assert "has moved on" in done.notes[0]


def test_a_slow_result_does_not_overwrite_a_newer_one(shop):
    old = judged(shop, reports.forked)
    shop.push({"more.txt": "more"})
    post(shop)
    publish(shop.connection(), old, "ada/shop", 1)
    assert [one.body for one in shop.ours()] == [comment(judged(shop))]


def test_a_report_that_names_no_commit_is_never_taken_for_the_head(shop):
    assert publish(shop.connection(), reports.green(head=""), "ada/shop", 1).notes
    assert shop.github.world.writes == []


def test_nothing_is_posted_on_a_closed_pull_request(shop):
    shop.pull.state = "closed"
    assert "closed" in post(shop).notes[0]
    assert shop.github.world.writes == []


def test_a_new_head_gets_checks_of_its_own(shop):
    post(shop, reports.swept)
    first = shop.pull.head
    second = shop.push({"more.txt": "more"})
    post(shop, reports.swept)
    assert [run["head_sha"] for run in shop.repository.checks] == [first, second]


def test_a_check_of_our_name_that_another_program_made_is_left_alone(shop):
    foreign = {
        "id": 5,
        "name": GRAPH,
        "head_sha": shop.pull.head,
        "external_id": "ci-77",
        "status": "completed",
        "conclusion": "success",
        "output": {"title": "x", "summary": "x"},
    }
    shop.repository.checks.append(dict(foreign))
    post(shop, reports.forked)
    assert shop.repository.checks[0] == foreign
    assert conclusions(shop)[1:] == [(GRAPH, "failure")]


def limited(shop, **permissions):
    return shop.connection(shop.github.world.token(permissions=permissions))


@pytest.mark.parametrize(
    ("make", "state"),
    [(reports.swept, "success"), (reports.forked, "failure"), (reports.unknown, "error")],
)
def test_a_token_that_may_not_make_check_runs_sets_a_commit_status(shop, make, state):
    github = limited(shop, pull_requests="write", statuses="write", checks="read")
    done = publish(github, judged(shop, make), "ada/shop", 1)
    assert [(s["context"], s["state"]) for s in shop.repository.statuses] == [(GRAPH, state)]
    assert "commit status" in done.notes[0]


def test_the_same_status_is_not_set_twice(shop):
    github = limited(shop, pull_requests="write", statuses="write")
    for _ in range(2):
        done = publish(github, judged(shop, reports.forked), "ada/shop", 1)
    assert len(shop.repository.statuses) == 1
    assert done.outcomes[GRAPH] is Outcome.UNCHANGED


def test_a_status_whose_verdict_changed_is_set_again(shop):
    github = limited(shop, pull_requests="write", statuses="write")
    publish(github, judged(shop, reports.forked), "ada/shop", 1)
    publish(github, judged(shop, reports.swept), "ada/shop", 1)
    assert [status["state"] for status in shop.repository.statuses] == ["failure", "success"]


def test_a_token_that_may_only_comment_comments_and_says_what_it_lacks(shop):
    github = limited(shop, pull_requests="write")
    done = publish(github, judged(shop), "ada/shop", 1)
    assert len(shop.pull.comments) == 1
    assert "checks: write" in done.notes[0]


def test_a_token_that_may_not_comment_sets_the_checks_and_says_what_it_lacks(shop):
    github = limited(shop, pull_requests="read", checks="write")
    done = publish(github, judged(shop), "ada/shop", 1)
    assert conclusions(shop) == [(GRAPH, "success"), (TRIP, "success")]
    assert "pull-requests: write" in done.notes[-1]


def test_a_token_that_may_write_nothing_is_an_error_with_the_way_out(shop):
    github = limited(shop, pull_requests="read", checks="read", statuses="read")
    with pytest.raises(MigbotError, match="may write nothing") as caught:
        publish(github, judged(shop, reports.forked), "ada/shop", 1)
    assert "permissions" in caught.value.hint


def test_a_first_publication_costs_at_most_eight_calls_and_three_writes(shop):
    post(shop, reports.green)
    assert len(shop.github.world.exchanges) <= 8
    assert len(shop.github.world.writes) == 3


def test_the_same_report_again_costs_at_most_four_calls(shop):
    post(shop, reports.green)
    before = len(shop.github.world.exchanges)
    post(shop, reports.green)
    assert len(shop.github.world.exchanges) - before <= 4


def test_another_base_with_the_same_verdict_writes_nothing(shop):
    post(shop, reports.green)
    before = list(shop.github.world.writes)
    moved = reports.green(shop.pull.head, "9" * 40)
    done = publish(shop.connection(), moved, "ada/shop", 1)
    assert shop.github.world.writes == before
    assert set(done.outcomes.values()) == {Outcome.UNCHANGED}


def test_another_time_of_the_same_run_writes_nothing(shop):
    post(shop, reports.green)
    before = list(shop.github.world.writes)
    slower = judged(shop)
    (trip,) = slower.round_trips
    (revision,) = trip.revisions
    legs = tuple(leg._replace(ms=leg.ms * 3) for leg in revision.legs)
    trip = trip._replace(revisions=(revision._replace(legs=legs),))
    publish(shop.connection(), slower._replace(round_trips=(trip,)), "ada/shop", 1)
    assert shop.github.world.writes == before


def shown(shop):
    """The check runs that GitHub shows: the newest of each name."""
    path = f"/repos/ada/shop/commits/{shop.pull.head}/check-runs"
    runs = shop.connection().pages(path, "check_runs")
    return [(run["name"], run["conclusion"], run["head_sha"]) for run in runs]


def test_runs_that_race_leave_one_comment_and_one_check_to_be_seen(shop):
    def race(_):
        return post(shop, reports.forked)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(race, range(4)))
    assert [one.body for one in shop.ours() if one.body.startswith(MARKER)] == [
        comment(judged(shop, reports.forked))
    ]
    assert shown(shop) == [(GRAPH, "failure", shop.pull.head)]


def test_a_comment_that_is_deleted_while_we_edit_it_is_made_again(shop):
    post(shop, reports.forked)
    (gone,) = (one for one in shop.ours() if one.body.startswith(MARKER))
    shop.pull.comments.remove(gone)
    thread = Thread(shop.connection(), "/repos/ada/shop", 1)
    listed = Comment(gone.id, "", None, gone.body)
    done = keep_one(thread, lambda old: comment(judged(shop)), [listed])
    assert done is Outcome.CREATED


def worse(shop):
    """The same head: fine on one base, forked on the next."""
    publish(shop.connection(), reports.swept(shop.pull.head), "ada/shop", 1)
    publish(shop.connection(), reports.forked(shop.pull.head, "9" * 40), "ada/shop", 1)


def pings(shop):
    return [one for one in shop.ours() if one.body.startswith(PING)]


def test_a_merge_of_somebody_elses_that_made_it_worse_pings_the_author_once(shop):
    worse(shop)
    (only,) = pings(shop)
    assert only.body.count(f"@{shop.pull.author.login}") == 1
    publish(shop.connection(), reports.forked(shop.pull.head, "8" * 40), "ada/shop", 1)
    assert pings(shop) == [only]


def test_a_push_of_the_author_that_made_it_worse_pings_nobody(shop):
    post(shop, reports.swept)
    shop.push({"more.txt": "more"})
    publish(shop.connection(), reports.forked(shop.pull.head, "9" * 40), "ada/shop", 1)
    assert pings(shop) == []


def test_a_draft_pings_nobody(shop):
    shop.pull.draft = True
    worse(shop)
    assert pings(shop) == []


def test_a_ping_is_folded_away_when_its_reason_is_over(shop):
    worse(shop)
    assert not pings(shop)[0].minimized
    publish(shop.connection(), reports.swept(shop.pull.head, "8" * 40), "ada/shop", 1)
    assert pings(shop)[0].minimized


MIGRATION = "migrations/versions/8f2a1c_add_orders.py"


def test_a_fork_that_one_line_mends_is_suggested_on_that_line_once(shop):
    shop.push({MIGRATION: "# a line\n" * 11 + 'down_revision = "a1b2c3"\n'})
    for _ in range(2):
        post(shop, reports.forked)
        shop.ours()[0].body += "\n\nI disagree."  # so that there is something to write again
    (only,) = shop.pull.review_comments
    assert (only.path, only.line) == (MIGRATION, 12)
    assert '```suggestion\ndown_revision = "c41e77"\n```' in only.body


def test_a_message_that_one_line_mends_is_suggested_on_that_line(shop):
    shop.push({MIGRATION: '"""update"""\n'})
    new = NewLine(1, '"""update"""', '"""add orders"""')

    def vague(*commits):
        (first, *_) = reports.forked().findings
        return reports.green(*commits)._replace(findings=(first._replace(instead=new),))

    post(shop, vague)
    (only,) = shop.pull.review_comments
    assert (only.path, only.line) == (MIGRATION, 1)
    assert '```suggestion\n"""add orders"""\n```' in only.body


def test_a_line_that_the_pull_request_does_not_show_gets_no_suggestion_and_no_error(shop):
    done = post(shop, reports.forked)
    assert shop.pull.review_comments == []
    assert done.outcomes["comment"] is Outcome.CREATED


def test_a_suggestion_whose_answer_was_lost_is_not_made_twice(shop):
    shop.push({MIGRATION: "# a line\n" * 11 + 'down_revision = "a1b2c3"\n'})
    path = "/repos/ada/shop/pulls/1/comments"
    shop.github.faults.add("POST", path, Kind.BAD_GATEWAY_AFTER)
    post(shop, reports.forked)
    assert len(shop.pull.review_comments) == 1


def test_what_was_found_stands_on_its_lines(shop):
    post(shop, reports.forked)
    (run,) = shop.repository.checks
    lines = {(each["path"], each["start_line"]) for each in run["output"]["annotations"]}
    assert lines == {
        ("migrations/versions/8f2a1c_add_orders.py", 1),
        ("migrations/versions/8f2a1c_add_orders.py", 12),
    }


def test_what_stands_on_its_lines_is_not_added_a_second_time(shop):
    post(shop, reports.forked)
    again = judged(shop, reports.forked)
    more = again.findings[0]._replace(message="Something else.", line=3)
    post(shop, lambda *commits: again._replace(findings=(*again.findings, more)))
    (run,) = shop.repository.checks
    assert "Something else." in run["output"]["summary"]
    assert len(run["output"]["annotations"]) == 2


def test_a_merge_queue_s_commit_gets_the_checks_and_no_comment(shop):
    done = post_on_commit(shop.connection(), judged(shop), "ada/shop", shop.pull.head)
    assert conclusions(shop) == [(GRAPH, "success"), (TRIP, "success")]
    assert shop.pull.comments == []
    assert set(done.outcomes) == {GRAPH, TRIP}


def test_a_verdict_that_got_worse_is_seen_in_the_check_whatever_the_report_claims(shop):
    claimed = judged(shop, reports.forked)._replace(verdict=Verdict.PASS)
    publish(shop.connection(), claimed, "ada/shop", 1)
    assert conclusions(shop) == [(GRAPH, "failure")]
