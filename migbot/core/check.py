"""Run rules over a change: each rule remarks, and a remark becomes a finding or is accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from migbot.core.history import Change
from migbot.core.model import Finding, NewLine, Revision, Severity
from migbot.core.report import Accepted
from migbot.core.settings import Acceptance, Level, Settings
from migbot.core.value import Value


class Remark(Value):
    """What a rule says of one place: what is wrong, and a way out that can be pasted.

    `revision` gives the place (its file, and the line where it assigns `at`) unless `path` and
    `line` do. `severity` outweighs the rule's own where one rule knows several cases. `instead` is
    the line that would mend it, where one line does.
    """

    message: str
    hint: str = ""
    revision: Revision | None = None
    at: str = "revision"
    path: str = ""
    line: int = 0
    severity: Severity | None = None
    instead: NewLine | None = None


Check = Callable[[Change, Settings], Iterator[Remark]]


class Rule(Value):
    """One rule: its code and name are public API, its function is the judgement.

    A `structural` rule is about the history as a whole: a comment in a migration cannot waive it
    (law 10), and it is silent where some file could not be read, because then nobody knows the
    whole and the report is unknown anyway.
    """

    code: str
    name: str
    severity: Severity
    structural: bool
    check: Check


def rule(
    code: str, severity: Severity = Severity.ERROR, *, structural: bool = False
) -> Callable[[Check], Rule]:
    """Make a function a rule: `@rule("MB101")` over `def single_head(change, settings)`.

    The rule's name is the function's, with dashes; its page is docs/rules/CODE.md.
    """

    def make(check: Check) -> Rule:
        name = getattr(check, "__name__", code).replace("_", "-")
        return Rule(code, name, severity, structural, check)

    return make


class Judgement(Value):
    """The findings of one change, and those that somebody accepted."""

    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...]


def run(change: Change, rules: Iterable[Rule], settings: Settings) -> Judgement:
    """Ask every rule that is on; sorted by path, line and code, so that two runs are equal."""
    known = tuple(rules)
    findings = [
        found
        for each in known
        if _asked(each, change, settings)
        for found in _findings(each, change, settings)
    ]
    structural = frozenset(each.code for each in known if each.structural)
    waived = _waived(change, findings, structural, settings.accept)
    left = [found for found in findings if found not in waived]
    left.sort(key=lambda found: (found.path, found.line, found.code, found.message))
    return Judgement(tuple(left), tuple(waived.values()))


def _asked(asked: Rule, change: Change, settings: Settings) -> bool:
    whole = not change.after.graph.unreadable
    return settings.rules.get(asked.code) is not Level.OFF and (whole or not asked.structural)


def _findings(asked: Rule, change: Change, settings: Settings) -> Iterator[Finding]:
    level = settings.rules.get(asked.code)
    for remark in asked.check(change, settings):
        place = remark.revision
        yield Finding(
            code=asked.code,
            rule=asked.name,
            severity=Severity(level) if level else remark.severity or asked.severity,
            message=remark.message,
            hint=remark.hint,
            environment=change.after.environment.name,
            revision=place.id if place else "",
            path=remark.path or (place.path if place else ""),
            line=remark.line or (place.line(remark.at) if place else 0),
            instead=remark.instead,
        )


def _waived(
    change: Change,
    findings: Iterable[Finding],
    structural: frozenset[str],
    acceptances: Iterable[Acceptance],
) -> Mapping[Finding, Accepted]:
    """The findings that settings or a comment in the migration accept, each with its reason."""
    waived = {}
    for found in findings:
        for each in acceptances:
            if each.code == found.code and each.revision in ("", found.revision):
                waived[found] = Accepted(found.code, found.revision, each.reason, "settings")
        if found.code not in structural and found not in waived and found.revision:
            reason = _comment(change, found)
            if reason:
                waived[found] = Accepted(found.code, found.revision, reason, found.path)
    return waived


def _comment(change: Change, found: Finding) -> str:
    """The reason in the migration's own `# migbot: allow CODE reason`, "" without one."""
    mine = [each for each in change.touched if each.path == found.path]
    waivers = (waiver for each in mine for waiver in change.script(each).waivers)
    return next((each.reason for each in waivers if each.code == found.code and each.reason), "")
