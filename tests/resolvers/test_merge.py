"""Tests of merging heads by a revision that is the same whoever makes it."""

import hashlib

import pytest

from migbot.core.environment import Environment
from migbot.core.history import History
from migbot.core.plan import Plan
from migbot.core.templates import Template
from migbot.errors import MigbotError
from migbot.resolvers.merge import merge
from migbot.resolvers.outcome import outcome
from support.histories import history, migration

FORK = {"r0": None, "a1": "r0", "b1": "r0"}
DATED = '"create"\n\nRevision ID: x\nCreate Date: {}\n'
ID = hashlib.sha256(b"a1\nb1").hexdigest()[:12]


def merged(found: History, *heads: str, base: str = "", message: str = "") -> Plan:
    base_ids = found.graph.ancestors([base])
    return merge(found, Template(), heads or found.graph.heads, base_ids, message=message)


def environment(**more: object) -> Environment:
    return Environment("main", ("versions",))._replace(**more)  # type: ignore[arg-type]


def test_the_id_is_a_hash_of_the_sorted_parents_and_the_file_is_named_by_them() -> None:
    (edit,) = merged(history(FORK)).edits
    assert edit.revision == ID
    assert edit.path == f"versions/{ID}_merge_a1_and_b1.py"
    assert edit.was is None
    assert edit.content.startswith(b'"""merge a1 and b1\n')


def test_the_head_of_the_base_branch_is_listed_last() -> None:
    found = history(FORK)
    assert merged(found, base="a1").edits[0].parents == ("b1", "a1")
    assert merged(found, base="b1").edits[0].parents == ("a1", "b1")


def test_with_both_or_none_on_the_base_branch_the_parents_are_sorted() -> None:
    found = history({**FORK, "m": ("a1", "b1"), "c1": "r0", "d1": "r0"})
    assert merged(history(FORK)).edits[0].parents == ("a1", "b1")
    both = merge(history(FORK), Template(), ("b1", "a1"), frozenset({"r0", "a1", "b1"}))
    assert both.edits[0].parents == ("a1", "b1")
    assert merged(found, base="d1").edits[0].parents == ("c1", "m", "d1")


def test_the_bytes_do_not_depend_on_the_order_in_which_heads_are_named() -> None:
    found = history({**FORK, "c1": "r0"})
    first = merged(found, "a1", "b1", "c1", base="b1")
    assert first == merged(found, "c1", "b1", "a1", base="b1")
    assert first.edits[0].parents == ("a1", "c1", "b1")
    assert b'"""merge a1, b1 and c1\n' in first.edits[0].content


def test_another_message_changes_the_text_and_neither_id_nor_path() -> None:
    usual, other = merged(history(FORK)), merged(history(FORK), message="Join both\nline two")
    assert other.edits[0].content.startswith(b'"""Join both line two\n')
    assert [(each.path, each.revision) for each in usual.edits] == [
        (each.path, each.revision) for each in other.edits
    ]


def test_a_message_that_is_empty_once_tamed_gives_way_to_the_usual_one() -> None:
    assert merged(history(FORK), message=" \0\n\u202e").edits == merged(history(FORK)).edits


def test_only_the_named_heads_are_joined() -> None:
    found = history({**FORK, "c1": "r0"})
    plan = merged(found, "a1", "c1")
    heads = outcome(found.graph, plan.edits).heads
    assert {*heads} == {"b1", plan.edits[0].revision}
    assert plan.then == ("alembic upgrade heads",)


def test_an_id_that_is_taken_grows_by_a_rule() -> None:
    digest = hashlib.sha256(b"a1\nb1").hexdigest()
    found = history({"r0": None, ID: "r0", "a1": ID, "b1": ID})
    assert merged(found).edits[0].revision == digest[:16]
    labelled = history(FORK, labels={"r0": ID})
    assert merged(labelled).edits[0].revision == digest[:16]


def test_a_file_that_is_in_the_way_is_refused() -> None:
    path = f"versions/{ID}_merge_a1_and_b1.py"
    found = history(FORK, files={path: migration("z9", ("r0",))})
    with pytest.raises(MigbotError, match="exists already"):
        merged(found, "a1", "b1")


@pytest.mark.parametrize("heads", [("a1",), ("a1", "r0"), ("a1", "nowhere")])
def test_what_is_not_two_heads_is_refused(heads: tuple[str, ...]) -> None:
    with pytest.raises(MigbotError, match="not two heads"):
        merge(history(FORK), Template(), heads, frozenset())


def test_the_date_is_that_of_the_newest_parent_in_universal_time() -> None:
    docs = {"a1": DATED.format("2024-03-01 12:00:00"), "b1": DATED.format("2024-03-01 13:00+02:00")}
    (edit,) = merged(history(FORK, docs=docs)).edits
    assert b"\nCreate Date: 2024-03-01 12:00:00\n" in edit.content


@pytest.mark.parametrize("said", ["yesterday", "99999-01-01", '2024-01-01" + evil() + "'])
def test_a_date_that_is_none_is_left_out(said: str) -> None:
    docs = {"a1": DATED.format(said.replace('"', "'"))}
    assert b"Create Date" not in merged(history(FORK, docs=docs)).edits[0].content


@pytest.mark.parametrize(
    ("template", "recursive", "path"),
    [
        ("%(rev)s", False, f"{ID}.py"),
        ("%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d_%(rev)s", False,
         f"2024_03_01_1200_{ID}.py"),
        ("%(epoch)s_%(rev)s", False, f"1709294400_{ID}.py"),
        ("%(year)d/%(month).2d/%(rev)s", True, f"2024/03/{ID}.py"),
        ("%(year)d/%(month).2d/%(rev)s", False, f"{ID}.py"),
        ("../../%(rev)s", True, f"{ID}.py"),
        ("/etc/%(rev)s", True, f"{ID}.py"),
        ("%(rev)s\\..\\x", True, f"{ID}.py"),
        ("%(unknown)s", False, f"{ID}_merge_a1_and_b1.py"),
        ("%(rev)d", False, f"{ID}_merge_a1_and_b1.py"),
        ("%(rev)s" + "x" * 300, False, f"{ID}.py"),
    ],
)  # fmt: skip
def test_the_file_template_is_followed_within_the_versions_folder(
    template: str, recursive: bool, path: str
) -> None:
    found = history(
        FORK,
        docs={"a1": DATED.format("2024-03-01 12:00:00")},
        environment=environment(file_template=template, recursive=recursive),
    )
    assert merged(found).edits[0].path == f"versions/{path}"


def test_a_template_that_needs_a_date_where_none_is_known_gives_way_to_the_default() -> None:
    found = history(FORK, environment=environment(file_template="%(year)d_%(rev)s"))
    assert merged(found).edits[0].path == f"versions/{ID}_merge_a1_and_b1.py"


def test_a_long_slug_is_cut_as_alembic_cuts_it() -> None:
    found = history(FORK, environment=environment(truncate_slug_length=9))
    assert merged(found).edits[0].path == f"versions/{ID}_merge_a1_.py"


def test_of_several_version_folders_it_is_the_one_of_the_base_head() -> None:
    files = {"one/a1.py": migration("a1", "r0"), "two/deep/b1.py": migration("b1", "r0")}
    several = environment(versions=("versions", "one", "two"), recursive=True)
    found = history({"r0": None}, files=files, environment=several)
    assert merged(found, base="a1").edits[0].path.startswith(f"one/{ID}")
    assert merged(found, base="b1").edits[0].path.startswith(f"two/{ID}")


def test_of_folders_within_one_another_it_is_the_innermost() -> None:
    files = {
        f"{where}.py": migration(where[-2:], "r0") for where in ("versions/a1", "versions/in/b1")
    }
    nested = environment(versions=("versions", "versions/in"))
    found = history({"r0": None}, files=files, environment=nested)
    assert merged(found, base="a1").edits[0].path == f"versions/{ID}_merge_a1_and_b1.py"
    assert merged(found, base="b1").edits[0].path == f"versions/in/{ID}_merge_a1_and_b1.py"


def test_a_project_in_the_root_of_the_repository_gets_its_file_there() -> None:
    files = {"a1.py": migration("a1"), "b1.py": migration("b1")}
    found = history({}, files=files, environment=environment(versions=("",)))
    assert merged(found).edits[0].path == f"{ID}_merge_a1_and_b1.py"


def test_heads_of_disjoint_histories_and_of_dependent_ones_can_be_joined() -> None:
    found = history({"a1": None, "b1": None}, depends={"a1": "b1"})
    plan = merged(found)
    assert outcome(found.graph, plan.edits).heads == (plan.edits[0].revision,)


def test_five_hundred_heads_become_one() -> None:
    found = history({"r0": None, **{f"h{number}": "r0" for number in range(500)}})
    plan = merged(found)
    assert outcome(found.graph, plan.edits).heads == (plan.edits[0].revision,)
    assert len(plan.edits[0].path) < 255
