"""Many heads at once are judged as each alone is, on real repositories."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from migbot.adapters import git_merges
from migbot.adapters import sweep as sweeping
from migbot.adapters.git_read import locate
from migbot.adapters.judge import judge_commits
from migbot.adapters.sweep import Swept, sweep
from migbot.core.forecast import Clash
from migbot.core.forecasting import forecasts
from migbot.core.report import Report, Verdict
from migbot.errors import MigbotError
from support.histories import migration
from support.repos import Repo

INI = "[alembic]\nscript_location = migrations\n"
VERSIONS = "migrations/versions"
OTHER = "billing/versions"


def at(id: str, folder: str = VERSIONS) -> str:
    return f"{folder}/{id}.py"


def write(repo: Repo, id: str, parent: str | tuple[str, ...] | None, **more: str) -> None:
    folder = more.pop("folder", VERSIONS)
    repo.write(at(more.pop("file", id), folder), migration(id, parent, **more))


def link(repo: Repo, path: str, to: str) -> None:
    repo.git("rm", "-rq", "--ignore-unmatch", path)
    (repo.root / path).parent.mkdir(parents=True, exist_ok=True)
    (repo.root / path).symlink_to(to)


SHAPES: dict[str, Callable[[Repo], object]] = {
    "nothing": lambda repo: None,
    "a file beside": lambda repo: repo.write("README", "feature\n"),
    "one on the head": lambda repo: write(repo, "n1", "c3"),
    "a chain": lambda repo: (write(repo, "n1", "c3"), write(repo, "n2", "n1")),
    "one on an old one": lambda repo: write(repo, "n1", "a1"),
    "a base of its own": lambda repo: write(repo, "n1", None),
    "a parent that nobody has": lambda repo: write(repo, "n1", "gone"),
    "a cycle": lambda repo: (write(repo, "n1", "n2"), write(repo, "n2", "n1")),
    "an id of the base": lambda repo: write(repo, "b2", "c3", file="again"),
    "an id twice": lambda repo: (write(repo, "n1", "c3"), write(repo, "n1", "c3", file="again")),
    "a label": lambda repo: write(repo, "n1", None, labels="billing"),
    "a dependency": lambda repo: write(repo, "n1", "c3", depends="a1"),
    "no message": lambda repo: write(repo, "n1", "c3", message=""),
    "a message of the base": lambda repo: write(repo, "n1", "c3", message="create table of b2"),
    "a waiver": lambda repo: write(
        repo, "n1", "c3", message="", extra="# migbot: allow MB301 it is told elsewhere\n"
    ),
    "an edit": lambda repo: write(repo, "b2", "a1", upgrade="op.drop_table('x')"),
    "an edit of nothing": lambda repo: repo.write(at("b2"), migration("b2", "a1") + b"# more\n"),
    "a re-pointed one": lambda repo: write(repo, "c3", "a1"),
    "one deleted": lambda repo: repo.git("rm", "-q", at("c3")),
    "one deleted in the middle": lambda repo: repo.git("rm", "-q", at("b2")),
    "one renamed": lambda repo: repo.git("mv", at("b2"), at("b2_renamed")),
    "one renamed and one new": lambda repo: (
        repo.git("mv", at("b2"), at("b2_renamed")),
        write(repo, "n1", "c3"),
    ),
    "an id changed": lambda repo: write(repo, "other", "a1", file="b2"),
    "everything deleted": lambda repo: repo.git("rm", "-rq", VERSIONS),
    "the folder moved": lambda repo: repo.git("mv", VERSIONS, "migrations/moved"),
    "the environment moved": lambda repo: (
        repo.git("mv", "migrations", "db"),
        repo.write("alembic.ini", "[alembic]\nscript_location = db\n"),
    ),
    "the configuration broken": lambda repo: repo.write("alembic.ini", "[alembic\n"),
    "the configuration gone": lambda repo: repo.git("rm", "-q", "alembic.ini"),
    "another template of names": lambda repo: (
        repo.write("alembic.ini", INI + "file_template = %%(slug)s\n"),
        write(repo, "n1", "c3"),
    ),
    "its own settings": lambda repo: (
        repo.write("migbot.toml", "expected_heads = 9\n"),
        write(repo, "n1", "a1"),
    ),
    "another environment": lambda repo: (
        repo.write("billing/env.py", "from alembic import context\n"),
        repo.write("billing/script.py.mako", ""),
        write(repo, "k1", None, folder=OTHER),
    ),
    "no Python": lambda repo: repo.write(at("n1"), "revision = (\n"),
    "a computed parent": lambda repo: repo.write(at("n1"), b"revision = 'n1'\ndown_revision = f()"),
    "no migration": lambda repo: repo.write(at("helper"), "x = 1\n"),
    "a package": lambda repo: repo.write(f"{VERSIONS}/__init__.py", ""),
    "below the folder": lambda repo: repo.write(
        at("n1", f"{VERSIONS}/deep"), migration("n1", "c3")
    ),
    "too large a file": lambda repo: repo.write(at("n1"), b"#" * 300_000),
    "bytecode": lambda repo: repo.write(
        f"{VERSIONS}/__pycache__/n1.cpython-311.pyc", migration("n1", "c3")
    ),
    "a link for a file": lambda repo: link(repo, at("n1"), "b2.py"),
    "a link for the folder": lambda repo: link(repo, VERSIONS, "../elsewhere"),
    "a link for a folder above": lambda repo: link(repo, "migrations", "elsewhere"),
    "a link where nothing was": lambda repo: (
        repo.write("billing/alembic.ini", "[alembic]\nscript_location = db\n"),
        link(repo, "billing/db", "../migrations"),
    ),
    "a name with bytes": lambda repo: repo.write(b"migrations/versions/n\xff1.py", migration("n1")),
    "a conflict": lambda repo: write(repo, "moved", "c3", message="mine"),
    "a conflict beside": lambda repo: repo.write("base.txt", "mine\n"),
    "an edit that the base deletes": lambda repo: write(repo, "loose", None, upgrade="x = 1"),
}


@pytest.fixture
def repo(tmp_path) -> Repo:
    """main with a1, b2, c3, and `start` where the branches begin: main goes on after it."""
    made = Repo.init(tmp_path / "app")
    made.write("alembic.ini", INI)
    made.write("migrations/env.py", "from alembic import context\n")
    made.write("migrations/script.py.mako", "")
    for id, parent in (("a1", None), ("b2", "a1"), ("c3", "b2")):
        write(made, id, parent)
    made.put({"README": "app\n", "base.txt": "one\n"}, "start")
    made.branch("start")
    return made


def go_on(repo: Repo) -> str:
    """The base moves: what several branches did not see coming."""
    repo.switch("main")
    write(repo, "moved", "c3")
    return repo.put({"base.txt": "two\n"}, "moved")


def branch(repo: Repo, name: str, shape: Callable[[Repo], object], start: str = "start") -> str:
    repo.git("checkout", "-q", "-f", "-B", name, start)
    shape(repo)
    return repo.commit(name)


def alone(repo: Repo, head: str, base: str) -> Report | str:
    try:
        return judge_commits(locate(repo.root), head, base)
    except MigbotError as error:
        return error.message


def together(repo: Repo, base: str, heads: list[str], **how: bool) -> list[Report | str]:
    found = sweep(locate(repo.root), base, heads, **how)
    return [each.report if isinstance(each, Swept) else each.message for each in found]


@pytest.mark.parametrize("moved", [False, True], ids=["the base stayed", "the base moved"])
def test_each_head_is_judged_as_it_is_alone(repo, moved):
    heads = [branch(repo, f"n{n}", shape) for n, shape in enumerate(SHAPES.values())]
    repo.git("checkout", "-q", "-f", "main")
    base = go_on(repo) if moved else repo.sha("main")
    for name, head, told in zip(SHAPES, heads, together(repo, base, heads), strict=True):
        assert told == alone(repo, head, base), name


def test_on_a_base_with_two_environments_and_a_fork_too(repo):
    repo.git("checkout", "-q", "main")
    repo.write("billing.ini", "[alembic]\nscript_location = billing\n")
    SHAPES["another environment"](repo)
    write(repo, "fork", "b2")
    base = repo.commit("two environments")
    shapes = [
        lambda repo: write(repo, "k2", "k1", folder=OTHER),
        lambda repo: (write(repo, "k2", "k1", folder=OTHER), write(repo, "n1", "c3")),
        lambda repo: write(repo, "n1", ("c3", "fork")),
        lambda repo: write(repo, "n1", "b2"),
        lambda repo: repo.git("rm", "-rq", "billing"),
    ]
    heads = [branch(repo, f"n{n}", shape, "main") for n, shape in enumerate(shapes)]
    assert together(repo, base, heads) == [alone(repo, head, base) for head in heads]


def test_on_a_base_that_cannot_be_read_whole_too(repo):
    repo.git("checkout", "-q", "main")
    repo.write(at("torn"), "revision = (\n")
    base = repo.commit("torn")
    shapes = [SHAPES["one on the head"], lambda repo: repo.git("rm", "-q", at("torn"))]
    heads = [branch(repo, f"n{n}", shape, "main") for n, shape in enumerate(shapes)]
    assert together(repo, base, heads) == [alone(repo, head, base) for head in heads]


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_are_judged_alike(repo, seed):
    dice = random.Random(seed)
    names = list(SHAPES)
    for name in dice.sample(names, 2):
        repo.git("checkout", "-q", "-f", "main")
        SHAPES[name](repo)
        repo.commit(name)
    base = repo.sha("main")
    heads = []
    for number in range(8):
        mixed = dice.sample(names, 2)
        start = dice.choice(["start", "main"])

        def both(repo: Repo, mixed: list[str] = mixed) -> None:
            for name in mixed:
                SHAPES[name](repo)

        try:
            heads.append(branch(repo, f"m{number}", both, start))
        except (AssertionError, OSError):  # two shapes that exclude one another
            repo.git("reset", "-q", "--hard")
    assert together(repo, base, heads) == [alone(repo, head, base) for head in heads]


def three(repo: Repo) -> tuple[str, list[str]]:
    heads = [branch(repo, f"n{n}", SHAPES["one on the head"]) for n in range(2)]
    repo.git("switch", "-q", "--orphan", "alone")
    unrelated = repo.put({"x": "x"})
    repo.git("checkout", "-q", "-f", "main")
    return go_on(repo), [heads[0], unrelated, "1" * 40, "no-such-branch", heads[1]]


@pytest.mark.parametrize("singly", [False, True], ids=["many", "singly"])
def test_one_that_cannot_be_merged_does_not_stop_the_others(repo, singly):
    base, heads = three(repo)
    told = together(repo, base, heads, singly=singly)
    assert [isinstance(each, Report) for each in told] == [True, False, False, False, True]
    assert told == [alone(repo, head, base) for head in heads]


@pytest.mark.parametrize("version", [(2, 37, 0), (2, 38, 0), (2, 39, 0)], ids=str)
def test_older_gits_come_to_the_same(repo, monkeypatch, version):
    """What each of them lacks is not asked of it."""
    heads = [branch(repo, f"n{n}", SHAPES[name]) for n, name in enumerate(list(SHAPES)[:6])]
    repo.git("checkout", "-q", "-f", "main")
    base = go_on(repo)
    wanted = together(repo, base, heads)
    asked = []
    ask = git_merges.attempt
    monkeypatch.setattr(git_merges, "git_version", lambda repo: version)
    monkeypatch.setattr(git_merges, "attempt", lambda *a, **k: asked.append(a) or ask(*a, **k))
    assert together(repo, base, heads) == wanted
    assert bool(asked) is (version >= git_merges.MANY)


def test_a_tree_without_end_is_judged_and_the_others_too(repo, monkeypatch):
    monkeypatch.setattr(git_merges, "LARGEST_CHANGE", 2000)
    repo.git("checkout", "-q", "-f", "main")
    leaf = "100644 blob " + repo.sha("HEAD:README")
    for _ in range(6):
        lines = "".join(f"{leaf}\t{name}\n" for name in range(6))
        leaf = "040000 tree " + repo.git("mktree", stdin=lines.encode())
    top = repo.git("ls-tree", "main") + f"\n{leaf}\tbomb\n"
    evil = repo.git(
        "commit-tree", "-p", "main", "-m", "evil", repo.git("mktree", stdin=top.encode())
    )
    good = branch(repo, "n1", SHAPES["one on the head"])
    base = repo.sha("main")
    assert together(repo, base, [evil, good]) == [alone(repo, each, base) for each in (evil, good)]


def test_nothing_is_written_into_the_repository_but_what_was_read(repo):
    head = branch(repo, "n1", SHAPES["one on the head"])
    repo.git("checkout", "-q", "-f", "main")
    base, before = go_on(repo), repo.objects()
    list(sweep(locate(repo.root), base, [head]))
    assert repo.objects() == before
    assert repo.status() == ""


def test_a_fork_that_the_head_makes_comes_with_the_way_out(repo):
    head = branch(repo, "n1", SHAPES["one on the head"])
    repo.git("checkout", "-q", "-f", "main")
    base = go_on(repo)
    (report,) = together(repo, base, [head])
    assert report.verdict is Verdict.FAIL
    assert report.plan.strategy == "rebase"
    assert [edit.path for edit in report.plan.edits] == [at("n1")]


def test_what_a_tag_has_is_not_re_pointed(repo):
    head = branch(repo, "n1", SHAPES["one on the head"])
    repo.git("tag", "v1", head)
    repo.git("checkout", "-q", "-f", "main")
    (report,) = together(repo, go_on(repo), [head])
    assert report.plan.strategy == "merge"


def test_a_base_that_was_forked_before_has_no_plan(repo):
    repo.git("checkout", "-q", "main")
    write(repo, "fork", "b2")
    base = repo.commit("fork")
    head = branch(repo, "n1", lambda repo: write(repo, "n1", "c3"), "main")
    (report,) = together(repo, base, [head])
    assert len(report.environments[0].heads) == 2
    assert report.plan is None


def test_a_defect_of_ours_that_one_head_meets_does_not_stop_the_others(repo, monkeypatch):
    heads = [branch(repo, f"n{n}", SHAPES["one on the head"]) for n in range(2)]
    repo.git("checkout", "-q", "main")
    judge = sweeping.judge_changes

    def broken(found, moments, *rest):
        if moments.subject.head == heads[0]:
            raise ZeroDivisionError
        return judge(found, moments, *rest)

    monkeypatch.setattr(sweeping, "judge_changes", broken)
    first, second = together(repo, repo.sha("main"), heads)
    assert first == "migbot itself failed; this is a defect of migbot."
    assert second.verdict is Verdict.PASS


def test_what_the_heads_add_is_told_so_that_they_can_be_held_against_one_another(repo):
    shapes = [lambda repo, n=n: write(repo, f"n{n}", "c3") for n in range(2)]
    heads = [branch(repo, f"n{n}", shape) for n, shape in enumerate(shapes)]
    found = list(sweep(locate(repo.root), repo.sha("main"), heads))
    told = forecasts({number: each.additions for number, each in enumerate(found, start=1)})
    assert [(each.clash, each.pull) for each in told[1]] == [(Clash.FORK, 2)]


def test_one_in_conflict_is_said_to_fork_with_nobody(repo):
    """Its migrations are sound, and what their environment will be is not known."""

    def clashing(repo: Repo) -> None:
        repo.write("migrations/env.py", "mine = 1\n")
        write(repo, "n0", "c3")

    heads = [branch(repo, "n0", clashing), branch(repo, "n1", SHAPES["one on the head"])]
    repo.git("checkout", "-q", "-f", "main")
    base = repo.put({"migrations/env.py": "theirs = 1\n"})
    found = list(sweep(locate(repo.root), base, heads))
    assert [each.report.verdict for each in found] == [Verdict.UNKNOWN, Verdict.PASS]
    assert not forecasts({number: each.additions for number, each in enumerate(found)})


def test_no_heads_are_no_work(repo):
    assert together(repo, repo.sha("main"), []) == []


def test_a_base_that_cannot_be_read_is_an_error(repo):
    base = repo.put({"migbot.toml": "no_such_key = 1\n"})
    with pytest.raises(MigbotError, match="no_such_key"):
        together(repo, base, [base])


def test_an_error_inside_a_function_of_the_base_is_seen_as_by_each_alone(repo: Repo) -> None:
    broken = migration("d4", "c3", upgrade="op.drop_table((")
    base = repo.put({at("d4"): broken.decode() if isinstance(broken, bytes) else broken})
    (found,) = sweep(locate(repo.root), base, [branch(repo, "n1", SHAPES["a file beside"])])
    assert found.report.verdict is Verdict.UNKNOWN
