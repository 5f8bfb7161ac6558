"""`migbot sweep`: the base has moved, so every open pull request is judged again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from migbot.adapters.git_read import default_ref, locate, refs_matching
from migbot.adapters.sweep import Swept, sweep
from migbot.core.forecast import Clash, Forecast
from migbot.core.forecasting import forecasts
from migbot.core.report import Report
from migbot.core.value import Value
from migbot.core.wording import listed
from migbot.errors import MigbotError
from migbot.faces.publish import connection
from migbot.faces.sweep_judged import LOST, Answers, Judged
from migbot.faces.sweep_rows import Row
from migbot.faces.workflow_event import event_of
from migbot.render.headlines import headline
from migbot.render.markdown import concerns_migrations

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from migbot.adapters.github_api import Connection
    from migbot.adapters.github_pulls import Pull

_QUEUE = "gh-readonly-queue/"
_WORDS = {
    Clash.FORK: "would fork with",
    Clash.SAME_ID: "has an id of",
    Clash.NEEDS: "needs",
    Clash.NEEDED: "is needed by",
}

_DEFECT = "migbot itself failed; this is a defect of migbot."
_NONE = Judged()


class Ask(Value):
    """What is asked for: pull requests into the branch `base` of `repository` ("" for the run's
    own). Where `dry_run` says so nothing is posted."""

    folder: Path = Path()
    repository: str = ""
    base: str = ""
    dry_run: bool = False


def sweep_pulls(environ: Mapping[str, str], ask: Ask) -> Iterator[Row]:
    """Judge every open pull request into the branch, and say on each what has changed.

    `environ` is that of a workflow's run (GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY,
    GITHUB_REF, GITHUB_EVENT_PATH). Nothing is posted, and GitHub is not asked, where no migration
    is concerned nor ever was. The trouble of one pull request does not stop the others. Where the
    base cannot be fetched or read, that is said wherever something was said of migrations before.
    Raises MigbotError where GitHub does not answer.
    """
    # PyGithub is half a second of imports, which whoever looks at refs does without.
    from migbot.adapters.github_pulls import open_pulls
    from migbot.faces.sweep_posting import posted
    from migbot.faces.sweep_words import words

    github, name = connection(environ), _repository(environ, ask)
    branch = ask.base or _branch(environ, github, name)
    found = open_pulls(github, name, base=branch)
    pulls = {pull.number: pull for pull in sorted(found, key=lambda each: each.number)}
    try:
        judged = _judged(github, branch, pulls, ask.folder) if pulls else _NONE
    except Exception as error:
        yield from _held(github, name, pulls, error, ask)
        return
    reports = _reports(judged.answers)
    rows = {
        n: _row(f"#{n}", judged.heads.get(n, each.head.sha), n, judged.answers, reports)
        for n, each in pulls.items()
    }
    said = {} if ask.dry_run else words(pulls, judged, reports)
    yield from posted(github, name, said, rows)


def _judged(github: Connection, branch: str, pulls: Mapping[int, Pull], folder: Path) -> Judged:
    """What each pull request came to; raises MigbotError where the base was not to be had."""
    from migbot.adapters.past_migrations import had_migrations
    from migbot.adapters.swept_pulls import fetched

    url = next(iter(pulls.values())).base.repo.clone_url
    with fetched(github, url, branch, [*pulls], folder) as there:
        swept = sweep(there.repo, there.base, [*there.heads.values()])
        answers = dict(zip(there.heads, swept, strict=True))
        reports = {n: each.report for n, each in answers.items() if isinstance(each, Swept)}
        silent = [there.heads[n] for n, each in reports.items() if not concerns_migrations(each)]
        trees = {tree for report in reports.values() for tree in report.environments}
        folders = {folder for tree in trees for folder in tree.versions}
        had = had_migrations(there.repo, there.base, silent, folders)
    return Judged(there.heads, answers, had)


def _held(
    github: Connection, repository: str, pulls: Mapping[int, Pull], error: Exception, ask: Ask
) -> Iterator[Row]:
    """A row for each pull request where nothing could be judged; what was green is no more."""
    from migbot.faces.sweep_posting import posted
    from migbot.faces.sweep_words import stale

    if ask.dry_run:
        raise error
    why = error if isinstance(error, MigbotError) else MigbotError(_DEFECT)
    rows = {n: Row(f"#{n}", each.head.sha, trouble=why.message) for n, each in pulls.items()}
    yield from posted(github, repository, stale(pulls, why), rows)
    if why is not error:
        raise error


def sweep_refs(ask: Ask, patterns: Sequence[str]) -> Iterator[Row]:
    """Judge every ref of the clone that matches one of `patterns` (as `git for-each-ref` takes
    them) against the base, and post nothing. Raises MigbotError where there is no base."""
    repo = locate(ask.folder)
    base = default_ref(repo, ask.base)
    if base is None:
        raise MigbotError("There is no base to judge against.", "Name it: --base REF")
    refs = [ref for ref in refs_matching(repo, tuple(patterns)) if ref.id != base.id]
    answers = dict(enumerate(sweep(repo, base.id, [ref.id for ref in refs])))
    names = [ref.name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for ref in refs]
    reports = _reports(answers)
    for number, ref in enumerate(refs):
        yield _row(names[number], ref.id, number, answers, reports, names)


def _repository(environ: Mapping[str, str], ask: Ask) -> str:
    name = ask.repository or environ.get("GITHUB_REPOSITORY", "")
    if not name:
        raise MigbotError(
            "Which repository is not known: this is no workflow run.",
            "Name it: migbot sweep --repository OWNER/NAME. Without GitHub: migbot sweep --refs "
            "'refs/remotes/origin/*'",
        )
    return name


def _branch(environ: Mapping[str, str], github: Connection, repository: str) -> str:
    """The branch that was pushed, else the one that pull requests are merged into by default."""
    from migbot.adapters.github_pulls import default_branch

    ref = environ.get("GITHUB_REF", "")
    pushed = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
    if pushed and not pushed.startswith(_QUEUE):
        return pushed
    about = event_of(environ).get("repository")
    known = about.get("default_branch") if isinstance(about, dict) else None
    return known if isinstance(known, str) else default_branch(github, repository)


def _reports(answers: Answers) -> dict[int, Report]:
    """The reports of those that could be judged, each with what there is with the others."""
    judged = {number: each for number, each in answers.items() if isinstance(each, Swept)}
    told = forecasts({number: each.additions for number, each in judged.items()})
    return {
        number: each.report._replace(forecast=told.get(number, ()))
        for number, each in judged.items()
    }


def _row(
    name: str,
    head: str,
    number: int,
    answers: Answers,
    reports: Mapping[int, Report],
    names: Sequence[str] = (),
) -> Row:
    if number in reports:
        report = reports[number]
        others = tuple(_others(report.forecast, names))
        return Row(name, head, report.verdict, "", headline(report), others)
    answer = answers.get(number, LOST)
    return Row(name, head, trouble=answer.message if isinstance(answer, MigbotError) else "")


def _others(told: Sequence[Forecast], names: Sequence[str]) -> Iterator[str]:
    for clash, words in _WORDS.items():
        those = dict.fromkeys(each.pull for each in told if each.clash is clash)
        if those:
            yield f"{words} {listed(names[n] if names else f'#{n}' for n in those)}"
