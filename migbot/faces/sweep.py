"""`migbot sweep`: the base has moved, so every open pull request is judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from migbot.faces.workflow_event import event_of
from migbot.render.headlines import headline
from migbot.render.markdown import concerns_migrations
from migbot.render.neutral import plain

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

Answers = Mapping[int, Swept | MigbotError]


class Ask(Value):
    """What is asked for: pull requests into the branch `base` of `repository` ("" for the run's
    own). Where `dry_run` says so nothing is posted."""

    folder: Path = Path()
    repository: str = ""
    base: str = ""
    dry_run: bool = False


class Row(Value):
    """What became of one pull request (`#7`), or of one ref.

    `was` is the verdict that GitHub showed before ("" where none is known), `others` what there is
    with other open ones, `done` what was posted, `trouble` why it could not be looked at or told.
    """

    name: str
    head: str
    verdict: str = ""
    was: str = ""
    title: str = ""
    others: tuple[str, ...] = ()
    done: str = ""
    trouble: str = ""

    def line(self) -> str:
        """The row for a person."""
        was = f" (was {self.was})" if self.was not in ("", self.verdict) else ""
        parts = [*filter(None, (self.title, *self.others, self.done, self.trouble))]
        return plain(f"{self.name} {self.verdict or 'not judged'}{was}: {'; '.join(parts)}")


def as_json(rows: Iterable[Row]) -> str:
    """The rows for a program."""
    import json

    return json.dumps([row._asdict() for row in rows], indent=2) + "\n"


def exit_code(rows: Iterable[Row]) -> int:
    """2 where something could not be looked at or told; a red pull request is no such failure."""
    return 2 if any(row.trouble for row in rows) else 0


def sweep_pulls(environ: Mapping[str, str], ask: Ask) -> Iterator[Row]:
    """Judge every open pull request into the branch, and say on each what has changed.

    `environ` is that of a workflow's run (GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY,
    GITHUB_REF, GITHUB_EVENT_PATH). Nothing is posted where no migration is concerned. The trouble
    of one pull request does not stop the others. Raises MigbotError where the base cannot be read
    or GitHub does not answer.
    """
    # PyGithub is half a second of imports, which whoever looks at refs does without.
    from migbot.adapters.github_pulls import open_pulls
    from migbot.adapters.swept_pulls import fetched

    github, name = connection(environ), _repository(environ, ask)
    branch = ask.base or _branch(environ, github, name)
    found = open_pulls(github, name, base=branch)
    pulls = {pull.number: pull for pull in sorted(found, key=lambda each: each.number)}
    if not pulls:
        return
    url = next(iter(pulls.values())).base.repo.clone_url
    with fetched(github, url, branch, [*pulls], ask.folder) as there:
        swept = sweep(there.repo, there.base, [*there.heads.values()])
        answers = dict(zip(there.heads, swept, strict=True))
    reports = _reports(answers)
    rows = (
        _row(f"#{n}", _head(each, there.heads), n, answers, reports) for n, each in pulls.items()
    )
    if ask.dry_run:
        yield from rows
    else:
        yield from _posted(github, name, pulls, reports, rows)


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
    answer = answers.get(number)
    why = answer.message if isinstance(answer, MigbotError) else "It could not be fetched."
    return Row(name, head, trouble=why)


def _others(told: Sequence[Forecast], names: Sequence[str]) -> Iterator[str]:
    for clash, words in _WORDS.items():
        those = dict.fromkeys(each.pull for each in told if each.clash is clash)
        if those:
            yield f"{words} {listed(names[n] if names else f'#{n}' for n in those)}"


def _head(pull: Pull, heads: Mapping[int, str]) -> str:
    """The commit that was fetched: newer than the one that was listed, perhaps."""
    return heads.get(pull.number, pull.head.sha)


def _posted(
    github: Connection,
    repository: str,
    pulls: Mapping[int, Pull],
    reports: Mapping[int, Report],
    rows: Iterable[Row],
) -> Iterator[Row]:
    """Each row once it was told on GitHub, where it concerns migrations.

    Where GitHub asks for patience the rest is left, and said to be.
    """
    from migbot.adapters.github_api import Patience
    from migbot.adapters.judged_pull import unknown
    from migbot.adapters.told_pull import tell

    left = ""
    for pull, row in zip(pulls.values(), rows, strict=True):
        report = reports.get(pull.number) or unknown(pull, row.trouble, "").report
        if not _is_told(report, judged=pull.number in reports):
            yield row
            continue
        if left:
            yield row._replace(trouble=left)
            continue
        try:
            was, done = tell(github, repository, pull.number, row.head, report)
            yield row._replace(was=was, done=done)
        except Patience as error:
            left = f"Left: {error.message}"
            yield row._replace(trouble=left)
        except MigbotError as error:
            yield row._replace(trouble=error.message)


def _is_told(report: Report, *, judged: bool) -> bool:
    """Where there is no Alembic at all a red check would be noise, and a green one a lie."""
    seen = bool(report.environments or report.findings)
    return concerns_migrations(report) and (seen or not judged)
