"""The job: what stands on the pull request afterwards, and that nothing of it was run."""

from __future__ import annotations

import pytest

from fakes.github.faults import Kind
from migbot.adapters.github_api import AppKey
from migbot.adapters.judge import Judgement, judge_commits
from migbot.adapters.published import Outcome
from migbot.app.events import Job
from migbot.app.pull import Server, look
from migbot.core.report import Verdict
from migbot.errors import MigbotError
from support import reports
from support.github import scene
from support.histories import migration
from support.keys import key_pair

INI = "[alembic]\nscript_location = migrations\n"
VERSIONS = "migrations/versions"
GRAPH = "migbot / graph"


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        yield made


@pytest.fixture
def server(shop, tmp_path):
    keys = key_pair()
    app = shop.github.world.app("migbot", keys.public)
    shop.token.account = app.bot
    installation = shop.github.world.install(app, shop.repository)
    key = AppKey(str(app.id), keys.private)
    made = Server(key, tmp_path / "data", shop.github.api_url, pause=0)
    return made, Job(installation, shop.repository.id, "ada/shop", 1)


def forked(shop):
    """Both sides add a migration on a1; git merges them without a word."""
    shop.work.switch("main")
    shop.work.put({"alembic.ini": INI, f"{VERSIONS}/a1.py": migration("a1", message="add users")})
    shop.work.switch("feature")
    shop.work.merge("main")
    shop.push({f"{VERSIONS}/b2.py": migration("b2", "a1", message="add orders")})
    shop.work.switch("main")
    shop.work.put({f"{VERSIONS}/c3.py": migration("c3", "a1", message="add invoices")})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")
    shop.work.switch("feature")


def conclusions(shop):
    return [(run["name"], run["conclusion"], run["head_sha"]) for run in shop.repository.checks]


def test_a_fork_that_git_does_not_see_is_said_on_the_pull_request(shop, server):
    forked(shop)
    done = look(*server)
    assert conclusions(shop) == [(GRAPH, "failure", shop.pull.head)]
    (only,) = shop.ours()
    assert "2 heads after the merge" in only.body
    assert done.outcomes["comment"] is Outcome.CREATED


def test_the_base_is_judged_as_it_is_now_and_not_as_the_pull_request_remembers_it(shop, server):
    forked(shop)
    assert shop.pull.base != shop.repository.git.sha("refs/heads/main")
    look(*server)
    assert shop.repository.git.sha("refs/heads/main") in shop.ours()[0].body


def onto(shop, branch, files):
    """A branch on GitHub that goes on from the first migration with `files`; the pull request's."""
    shop.work.git("checkout", "--quiet", "-B", branch, shop.work.sha("main~1"))
    shop.work.put(files, "another line")
    shop.work.git("push", "--quiet", str(shop.repository.git.root), f"HEAD:refs/heads/{branch}")
    shop.work.switch("feature")
    shop.pull.retarget(branch)


def told(shop):
    """What the newest check says: its conclusion and its title."""
    newest = shop.repository.checks[-1]
    return newest["conclusion"], newest["output"]["title"]


def test_into_a_release_branch_it_is_judged_with_what_that_branch_has(shop, server):
    forked(shop)
    onto(shop, "release/1.0", {"NEWS": "1.0.1\n"})
    look(*server)
    assert told(shop) == ("success", "1 new revision, 1 head")


def test_a_backport_has_the_revision_of_the_main_branch_and_is_no_double(shop, server):
    forked(shop)
    shop.work.git("reset", "--quiet", "--hard", "main~1")
    shop.push({f"{VERSIONS}/c3.py": migration("c3", "a1", message="add invoices")})
    onto(shop, "release/1.0", {"NEWS": "1.0.1\n"})
    look(*server)
    assert told(shop) == ("success", "1 new revision, 1 head")


def test_one_of_a_stack_is_judged_on_the_branch_that_it_stands_on(shop, server):
    forked(shop)
    onto(shop, "orders", {f"{VERSIONS}/d4.py": migration("d4", "a1", message="add prices")})
    shop.work.git("merge", "--quiet", "--no-edit", "orders")
    shop.push({f"{VERSIONS}/b2.py": migration("b2", "d4", message="add orders")})
    look(*server)
    assert told(shop) == ("success", "1 new revision, 1 head")
    shop.pull.retarget("main")  # as GitHub does when the branch below was merged and deleted
    look(*server)
    assert told(shop)[0] == "failure"


def test_the_same_job_twice_writes_nothing_more_and_fetches_nothing_more(shop, server):
    forked(shop)
    look(*server)
    before = list(shop.github.world.writes)
    fetches = [e for e in shop.github.world.exchanges if "upload-pack" in e.path]
    look(*server)
    assert shop.github.world.writes == before
    assert [e for e in shop.github.world.exchanges if "upload-pack" in e.path] == fetches


def test_a_mended_fork_turns_green_in_the_same_comment(shop, server):
    forked(shop)
    look(*server)
    shop.work.merge("main")
    shop.push({f"{VERSIONS}/b2.py": migration("b2", "c3", message="add orders")})
    look(*server)
    assert conclusions(shop)[-1] == (GRAPH, "success", shop.pull.head)
    (only,) = shop.ours()
    assert "1 new revision, 1 head" in only.body


def test_a_repository_without_alembic_is_left_in_peace(shop, server):
    done = look(*server)
    assert shop.github.world.writes == []
    assert "no Alembic environment" in done.notes[0]


def test_a_pull_request_without_migrations_gets_a_green_check_and_no_comment(shop, server):
    forked(shop)
    shop.work.switch("main")
    shop.work.switch("docs", create=True)
    shop.push({"README.md": "A better shop\n"})
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["success", "success"]
    assert shop.pull.comments == []


def test_the_judge_is_asked_about_the_pull_requests_head_and_the_bases_tip(shop, server):
    asked = []

    def judge(repo, head, base):
        asked.append((head, base, repo.root))
        return Judgement(reports.green(head, base), {})

    look(*server, judge)
    assert asked == [(shop.pull.head, shop.repository.git.sha("refs/heads/main"), None)]
    assert {name for name, _, _ in conclusions(shop)} == {GRAPH, "migbot / round-trip"}


def test_nothing_of_the_repository_is_run(shop, server, tmp_path):
    """Everything that Alembic, Python or git would run plants a file."""
    planted = tmp_path / "planted"
    code = f"open({str(planted)!r}, 'w')\n"
    shell = f"touch {planted}"
    forked(shop)
    shop.push(
        {
            "migrations/env.py": code,
            "migrations/__init__.py": code,
            "migrations/script.py.mako": f"<% {code} %>",
            f"{VERSIONS}/b2.py": code.encode() + migration("b2", "a1", message="add orders"),
            f"{VERSIONS}/__init__.py": code,
            "conftest.py": code,
            "sitecustomize.py": code,
            ".gitattributes": "* filter=x diff=x merge=x\n",
            ".gitconfig": f'[filter "x"]\nsmudge = {shell}\n',
            ".gitmodules": f'[submodule "s"]\npath = s\nurl = ext::{shell}\n',
            "pyproject.toml": "[tool.migbot]\npython = 'touch'\n",
        }
    )
    look(*server)
    assert [name for name, *_ in conclusions(shop)] == [GRAPH]
    assert not planted.exists()


def test_the_settings_are_the_bases(shop, server):
    """A pull request that turns every rule off is judged by them all."""
    forked(shop)
    shop.push({"migbot.toml": "expected_heads = 9\n[rules]\nsingle-head = 'off'\nMB101 = 'off'\n"})
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["failure"]


def test_settings_of_the_base_that_cannot_be_read_are_unknown_and_not_green(shop, server):
    shop.work.switch("main")
    shop.work.put({"migbot.toml": "no_such_key = 1\n"})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["action_required"]
    assert "no\\_such\\_key" in shop.ours()[0].body


def test_a_base_branch_that_was_deleted_is_unknown_and_not_green(shop, server):
    shop.repository.git.git("update-ref", "-d", "refs/heads/main")
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["action_required"]


def test_a_defect_of_ours_is_unknown_and_not_green(shop, server):
    def judge(repo, head, base):
        raise ZeroDivisionError("secret detail")

    look(*server, judge)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["action_required"]
    assert "secret detail" not in shop.ours()[0].body


def test_a_push_while_judging_drops_the_result(shop, server):
    def judge(repo, head, base):
        shop.push({"more.txt": "more"})
        return Judgement(reports.forked(head, base), {})

    done = look(*server, judge)
    assert "has moved on" in done.notes[0]
    assert shop.github.world.writes == []


def test_a_closed_pull_request_is_not_fetched(shop, server):
    shop.pull.state = "closed"
    look(*server)
    assert [e for e in shop.github.world.exchanges if ".git/" in e.path] == []
    assert shop.github.world.writes == []


def test_a_deleted_fork_is_judged_all_the_same(shop, server):
    forked(shop)
    shop.pull.head_repository = None
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] == ["failure"]


def test_an_installation_that_is_gone_ends_the_job_with_one_error(shop, server):
    made, job = server
    with pytest.raises(MigbotError, match="no such thing"):
        look(made, Job(999, job.repository_id, job.repository, job.pull))
    assert shop.github.world.writes == []


def test_a_github_that_cuts_the_line_after_the_comment_leaves_one(shop, server):
    forked(shop)
    shop.github.faults.add("POST", "/issues/1/comments", Kind.CUT_AFTER)
    look(*server)
    assert len(shop.ours()) == 1


def test_the_token_is_left_in_no_file(shop, server, tmp_path):
    forked(shop)
    look(*server)
    minted = [value for value in shop.github.world.tokens if value.endswith("minted")]
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert len(minted) == 1
    assert files
    assert not [path for path in files if minted[0].encode() in path.read_bytes()]


def test_a_text_conflict_is_unknown_and_not_green(shop, server):
    forked(shop)
    shop.work.switch("main")
    shop.work.put({f"{VERSIONS}/b2.py": migration("b2", "c3", message="something else")})
    shop.work.git("push", "--quiet", str(shop.repository.git.root), "HEAD:refs/heads/main")
    look(*server)
    assert [conclusion for _, conclusion, _ in conclusions(shop)] != ["success"]


def test_two_commits_are_judged_without_a_pull_request(shop):
    forked(shop)
    from migbot.adapters.git_read import locate

    repo = locate(shop.repository.git.root)
    main = shop.repository.git.sha("refs/heads/main")
    report = judge_commits(repo, shop.pull.head, main)
    assert report.verdict is Verdict.FAIL
    assert (report.subject.head, report.subject.base) == (shop.pull.head, main)
    assert len(report.environments[0].heads) == 2
