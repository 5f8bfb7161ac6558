"""The default rules on whole histories of real projects: what is usual is not accused."""

from collections import Counter
from functools import cache

import pytest

from migbot.core.check import run
from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.history import Change, read_history
from migbot.core.model import Severity
from migbot.core.settings import Settings
from migbot.core.wording import folded
from migbot.rules import all_rules
from migbot.rules.id_looks_invented import looks_invented
from support.corpus import Project, projects
from support.histories import change, history, on_base

PROJECTS = projects()

EVERY = pytest.mark.parametrize("project", PROJECTS, ids=lambda each: each.name)

MAY_BE_ACCUSED = {
    "MB106": "an id that looks typed",
    "MB301": "no message, or the one that stands for none",
    "MB302": "a message of nothing but generic words",
    "MB303": "a message that another revision has",
    "MB401": "no downgrade function",
    "MB402": "an empty downgrade under an upgrade that is not",
    "MB403": "declared irreversible (a note)",
    "MB406": "a merge with code (a note)",
}

GENERIC = {"new fixes"}
"""Messages of the corpus, read through by hand, that say nothing of what they change."""


@cache
def accused(project: Project) -> dict[str, set[str]]:
    """Each code and the revisions that it accuses where all are new, as in a first pull request."""
    findings = run(on_base(project.history), all_rules(), Settings()).findings
    return {code: {each.revision for each in findings if each.code == code} for code in codes()}


def codes() -> list[str]:
    return [rule.code for rule in all_rules()]


def those(project: Project, asked) -> set[str]:
    return {name for name, facts in project.facts.items() if asked(facts)}


def merges(facts) -> bool:
    return isinstance(facts["down_revision"], list)


def nameless(facts) -> bool:
    message = facts["message"] or ""
    return not message or message.startswith("Revision ID") or folded(message) == "empty message"


@EVERY
def test_every_file_is_read_and_the_heads_are_those_of_the_project(project):
    graph = project.history.graph
    assert graph.sound
    assert graph.heads == tuple(sorted(project.heads))


@EVERY
def test_only_what_may_be_accused_is(project):
    assert {code for code, ids in accused(project).items() if ids} <= MAY_BE_ACCUSED.keys()


@EVERY
def test_only_missing_and_empty_messages_are_missing(project):
    wanted = those(project, lambda facts: nameless(facts) and not merges(facts))
    assert accused(project)["MB301"] == wanted


@EVERY
def test_only_messages_that_say_nothing_are_generic(project):
    wanted = those(project, lambda facts: folded(facts["message"] or "") in GENERIC)
    assert accused(project)["MB302"] == wanted


@EVERY
def test_of_equal_messages_all_but_the_first_are_duplicates(project):
    plain = [each for each in project.facts.values() if not merges(each) and not nameless(each)]
    counts = Counter(folded(each["message"]) for each in plain)
    assert len(accused(project)["MB303"]) == sum(count - 1 for count in counts.values())


@EVERY
def test_downgrades_are_judged_by_their_kind(project):
    found = accused(project)
    assert found["MB401"] == those(project, lambda facts: facts["downgrade"] is None)
    assert found["MB403"] == those(project, lambda facts: facts["downgrade"] == "raise")
    assert found["MB402"] == those(
        project, lambda facts: (facts["upgrade"], facts["downgrade"]) == ("code", "empty")
    )


@EVERY
def test_only_merges_with_code_are_noted(project):
    wanted = those(
        project, lambda facts: merges(facts) and "code" in (facts["upgrade"], facts["downgrade"])
    )
    assert accused(project)["MB406"] == wanted


@EVERY
def test_no_numbered_dotted_or_worded_id_looks_typed(project):
    assert all(
        len(name) == 12 and name.isalnum() and looks_invented(name)
        for name in accused(project)["MB106"]
    )


@EVERY
def test_merges_are_never_accused_only_noted(project):
    findings = run(on_base(project.history), all_rules(), Settings()).findings
    about = {each.code for each in findings if merges(project.facts[each.revision])}
    assert about <= {"MB106", "MB406"}


@EVERY
def test_a_history_that_did_not_change_has_no_findings(project):
    same = Change(project.history, project.history)
    assert not run(same, all_rules(), Settings()).findings


@EVERY
def test_the_last_revision_on_top_of_the_rest_is_judged_alone(project):
    head = project.history.graph.order[-1]
    environment = project.history.environment
    files = {
        path: project.history.source(path)
        for path in project.history.entries
        if path != project.facts[head]["file"]
    }
    before = read_history(FileTree(files), environment)
    findings = run(change(before, project.history), all_rules(), Settings()).findings
    assert {each.revision for each in findings} <= {head}
    assert {each.code for each in findings} <= MAY_BE_ACCUSED.keys()


def test_heads_that_are_meant_without_labels_need_the_setting():
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    meant = Environment("alembic", ("versions",), expected_heads=2)
    for environment, told in ((None, {"MB101"}), (meant, set())):
        whole = on_base(history(ids, environment=environment))
        found = {each.code for each in run(whole, all_rules(), Settings()).findings}
        assert found == told


def test_the_counts_over_all_projects_are_what_was_measured():
    total = sum(len(project.facts) for project in PROJECTS)
    counts = {code: sum(len(accused(each)[code]) for each in PROJECTS) for code in MAY_BE_ACCUSED}
    assert all(counts.values()), counts  # a rule that never speaks here is not tested here
    if total > 1_000:  # the real corpus: shares of all revisions
        shares = {code: count / total for code, count in counts.items()}
        assert 0.01 < shares["MB301"] < 0.03
        assert 0.02 < shares["MB303"] < 0.04
        assert 0.02 < shares["MB106"] < 0.06
        assert 0.06 < shares["MB402"] < 0.11
        assert shares["MB302"] < 0.002


def test_by_default_only_structure_and_downgrades_fail():
    errors = {rule.code for rule in all_rules() if rule.severity is Severity.ERROR}
    assert {code for code in errors if code.startswith("MB3")} == set()
