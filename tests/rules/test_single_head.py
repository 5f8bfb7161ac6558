import pytest

from migbot.core.environment import Environment
from migbot.core.model import Severity
from migbot.core.settings import Level, Settings
from migbot.rules.single_head import single_head
from support.histories import change, history, judged, on_base

BASE = {"a1": None, "c3": "a1"}
FORKED = {"a1": None, "b2": "a1", "c3": "a1"}
TWO = Environment("alembic", ("versions",), expected_heads=2)
LABELS = {"b2": "expand", "c3": "contract"}


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_one_head_is_fine():
    assert not judged(single_head, change(history({"a1": None}), history(BASE)))


def test_a_fork_names_the_new_head_the_old_one_and_where_they_part():
    found = only(judged(single_head, change(history(BASE), history(FORKED))))
    assert found.message == (
        "2 heads where 1 is expected: b2 is new; c3 is on the base; they part at a1"
    )
    assert (found.severity, found.hint) == (Severity.ERROR, "migbot resolve")


def test_a_fork_is_placed_at_the_down_revision_that_makes_it():
    long = history({**BASE, "y2": "a1", "b3": "y2", "b4": "b3"})
    found = only(judged(single_head, change(history(BASE), long)))
    assert "b4 is new" in found.message
    assert (found.revision, found.path) == ("y2", "versions/y2_.py")
    assert long.source(found.path).splitlines()[found.line - 1] == b"down_revision = 'a1'"


def test_a_branch_that_forks_in_itself_accuses_both_ends():
    found = only(judged(single_head, change(history({"a1": None}), history(FORKED))))
    assert "b2 and c3 are new; they part at a1" in found.message


def test_forks_at_two_places_are_told_with_both():
    before = history({"a1": None, "c3": "a1", "d4": "c3"})
    after = history({"a1": None, "c3": "a1", "d4": "c3", "x": "a1", "y": "c3", "y2": "c3"})
    found = only(judged(single_head, change(before, after)))
    assert found.message == (
        "4 heads where 1 is expected: x, y and y2 are new; d4 is on the base; "
        "they part at a1 and c3"
    )


def test_a_new_revision_on_a_head_of_the_base_is_not_the_fork_beside_it():
    before = history(FORKED)
    after = history({**FORKED, "d4": "c3", "w": "a1"})
    found = only(judged(single_head, change(before, after)))
    assert "w is new; b2 is on the base; d4 is built on the base's head" in found.message
    assert found.revision == "w"


@pytest.mark.parametrize("more", [{}, {"d4": "c3"}], ids=["nothing more", "one built on a head"])
def test_a_base_that_was_forked_before_is_a_warning_that_accuses_nobody(more):
    found = only(judged(single_head, change(history(FORKED), history({**FORKED, **more}))))
    assert (found.severity, found.revision, found.path) == (Severity.WARNING, "", "")
    assert "The base was forked before this change" in found.message


def test_a_merge_of_the_fork_is_fine():
    merged = history({**FORKED, "m": ("b2", "c3")})
    assert not judged(single_head, change(history(FORKED), merged))


def test_deleting_a_merge_says_which_heads_it_lays_bare():
    merged = history({**FORKED, "m": ("b2", "c3")})
    found = only(judged(single_head, change(merged, history(FORKED))))
    assert "b2 and c3 are on the base, and built on no more" in found.message


def test_the_base_itself_is_judged_as_it_stands():
    found = only(judged(single_head, on_base(history(FORKED))))
    assert found.severity is Severity.ERROR
    assert found.message == "2 heads where 1 is expected: b2 and c3; they part at a1"


def test_expected_heads_are_expected():
    forked = history(FORKED, environment=TWO)
    assert not judged(single_head, on_base(forked))
    assert not judged(single_head, change(history(BASE, environment=TWO), forked))


def test_one_more_than_expected_is_a_fork():
    before = history(FORKED, environment=TWO)
    after = history({**FORKED, "d4": "a1"}, environment=TWO)
    found = only(judged(single_head, change(before, after)))
    assert found.message.startswith("3 heads where 2 are expected: d4 is new")


@pytest.mark.parametrize(
    "labels", [LABELS, {"c3": "reports"}], ids=["both branches labelled", "one branch labelled"]
)
def test_branches_that_labels_keep_apart_are_meant(labels):
    labelled = history(FORKED, labels=labels)
    assert not judged(single_head, on_base(labelled))
    grown = history({**FORKED, "d4": "b2", "e5": "c3"}, labels=labels)
    assert not judged(single_head, change(labelled, grown))


def test_a_label_that_is_no_literal_keeps_branches_apart_too():
    extras = {"b2": "branch_labels = (cli.EXPAND,)"}
    assert not judged(single_head, on_base(history(FORKED, extras=extras)))


def test_a_label_below_the_fork_keeps_nothing_apart():
    forked = history(FORKED, labels={"a1": "main"})
    assert only(judged(single_head, on_base(forked))).severity is Severity.ERROR


def test_a_fork_inside_a_labelled_branch_is_one():
    before = history(FORKED, labels=LABELS)
    after = history({**FORKED, "d4": "b2", "e5": "b2"}, labels=LABELS)
    found = only(judged(single_head, change(before, after)))
    assert found.message == ("3 heads where 2 are expected: d4 and e5 are new; they part at b2")


def test_a_label_that_the_change_brings_is_no_permission():
    found = only(judged(single_head, change(history(BASE), history(FORKED, labels=LABELS))))
    assert found.severity is Severity.ERROR


def test_a_second_base_is_told_from_a_fork():
    found = only(judged(single_head, change(history(BASE), history({**BASE, "z": None}))))
    assert "z is new, and begins a branch of its own beside c3" in found.message
    assert found.hint.startswith('Write down_revision = "c3"; or, if')
    assert (found.revision, found.severity) == ("z", Severity.ERROR)


def test_a_second_base_beside_several_heads_gets_no_guess():
    before = history(FORKED, labels=LABELS)
    after = history({**FORKED, "z": None}, labels=LABELS)
    found = only(judged(single_head, change(before, after)))
    assert found.hint.startswith("Give it a parent; or, if it is meant: expected_heads = 3")


def test_a_branch_that_leaves_below_a_labelled_one_is_placed_where_it_leaves():
    before = history(BASE, labels={"c3": "reports"})
    after = history({**BASE, "n": "a1", "m": "n"}, labels={"c3": "reports"})
    found = only(judged(single_head, change(before, after)))
    assert "m is new, and begins a branch of its own beside c3" in found.message
    assert found.hint.startswith("migbot resolve; or, if it is meant: expected_heads = 2")
    assert (found.revision, found.severity) == ("n", Severity.ERROR)


def test_histories_without_a_common_base_that_were_there_before_are_no_new_fork():
    two = {**BASE, "z": None}
    found = judged(single_head, change(history(two), history({**two, "d4": "c3"})))
    assert all(each.severity is Severity.WARNING and not each.revision for each in found)


def test_a_dependency_does_not_join_heads():
    after = history(FORKED, depends={"c3": "b2"})
    assert only(judged(single_head, change(history(BASE), after))).severity is Severity.ERROR


@pytest.mark.parametrize(
    "files",
    [
        {"versions/copy.py": b"revision = 'b2'\ndown_revision = 'a1'\n"},
        {"versions/gap.py": b"revision = 'g'\ndown_revision = 'nowhere'\n"},
        {"versions/loop.py": b"revision = 'l'\ndown_revision = 'l'\n"},
        {"versions/torn.py": b"<<<<<<< ours\n"},
    ],
    ids=["a duplicate id", "a missing parent", "a cycle", "an unreadable file"],
)
def test_a_history_that_is_broken_otherwise_is_not_called_forked(files):
    after = history(FORKED, files=files)
    assert not judged(single_head, change(history(BASE), after))


def test_a_hundred_new_heads_are_told_in_one_line():
    many = {f"n{number:03}": "a1" for number in range(100)}
    found = judged(single_head, change(history(BASE), history({**BASE, **many})))
    assert len(found) == 1
    assert len(found[0].message) < 300


def test_a_comment_in_the_migration_does_not_waive_a_fork():
    after = history(FORKED, extras={"b2": "# migbot: allow MB101 I know better"})
    assert only(judged(single_head, change(history(BASE), after)))


def test_the_settings_can_make_it_a_warning():
    settings = Settings(rules={"MB101": Level.WARNING})
    found = only(judged(single_head, change(history(BASE), history(FORKED)), settings))
    assert found.severity is Severity.WARNING
