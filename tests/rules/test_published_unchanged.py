import pytest

from migbot.core.model import Severity
from migbot.rules.published_unchanged import published_unchanged
from support.histories import ADD, DROP, change, history, judged, migration

IDS = {"a1": None, "b2": "a1", "c3": "b2"}
BODIES = {"b2": (ADD, DROP)}
BEFORE = history(IDS, bodies=BODIES)


def only(found):
    assert len(found) == 1, found
    return found[0]


def edited(**more):
    return change(BEFORE, history(IDS, **{"bodies": BODIES, **more}))


def test_the_same_files_are_fine():
    assert not judged(published_unchanged, edited())


def test_a_formatters_run_is_no_edit():
    text = BEFORE.source("versions/b2_.py").replace(b"'", b'"').replace(b"):\n", b"): # why\n\n")
    annotated = text.replace(b"revision =", b"revision: str =", 1)
    files = {"versions/b2_.py": annotated + b"\n\n# the end\n"}
    assert not judged(published_unchanged, edited(files=files))


def test_a_new_message_is_no_edit():
    assert not judged(published_unchanged, edited(messages={"b2": "another message"}))


def test_a_renamed_file_is_no_edit():
    moved = {f"versions/{id}_.py": migration(id, above) for id, above in IDS.items() if id != "b2"}
    moved["versions/2024_b2.py"] = BEFORE.source("versions/b2_.py")
    assert not judged(published_unchanged, change(BEFORE, history({}, files=moved)))


def test_an_edited_upgrade_is_an_error():
    found = only(judged(published_unchanged, edited(bodies={"b2": (ADD + "; print()", DROP)})))
    assert (found.severity, found.revision) == (Severity.ERROR, "b2")
    assert "never run it again" in found.message


def test_a_mended_downgrade_is_a_note():
    found = only(judged(published_unchanged, edited(bodies={"b2": (ADD, "op.drop_table('x')")})))
    assert found.severity is Severity.NOTE
    assert "its downgrade differs now" in found.message


def test_declaring_a_published_revision_irreversible_is_a_note():
    after = history(IDS, bodies=BODIES, extras={"b2": 'irreversible = "rows are gone"'})
    assert only(judged(published_unchanged, change(BEFORE, after))).severity is Severity.NOTE


def test_a_downgrade_and_an_upgrade_edited_together_are_an_error():
    found = only(judged(published_unchanged, edited(bodies={"b2": (DROP, ADD)})))
    assert found.severity is Severity.ERROR


def test_a_label_that_is_added_is_a_note():
    found = only(judged(published_unchanged, edited(labels={"b2": "reports"})))
    assert found.severity is Severity.NOTE
    assert "branch labels" in found.message


def test_a_re_pointed_revision_has_a_message_of_its_own():
    after = history({"a1": None, "n": "a1", "b2": "n", "c3": "b2"}, bodies=BODIES)
    found = only(judged(published_unchanged, change(BEFORE, after)))
    assert found.message.startswith("b2 is on the base and was re-pointed from a1 to n:")
    assert found.severity is Severity.ERROR
    assert after.source(found.path).splitlines()[found.line - 1] == b"down_revision = 'n'"


def test_a_changed_dependency_has_a_message_of_its_own():
    found = only(judged(published_unchanged, edited(depends={"c3": "a1"})))
    assert "c3 is on the base and depends on a1 now, on nothing before" in found.message


def test_a_squash_is_told_by_its_own_rule():
    squashed = history({"s": None, "c3": "s"})
    assert not judged(published_unchanged, change(BEFORE, squashed))


def test_a_revision_that_becomes_the_base_of_a_squash_may_take_everything_over():
    squashed = history({"b2": None, "c3": "b2"}, bodies={"b2": ("op.create_table('t')", "pass")})
    assert not judged(published_unchanged, change(BEFORE, squashed))


def test_a_squash_excuses_no_edit_further_up():
    ids = {**IDS, "d4": "c3"}
    before = history(ids, bodies=BODIES)
    after = history({"s": None, "c3": "s", "d4": "c3"}, bodies={"d4": ("op.drop_table('t')", None)})
    assert only(judged(published_unchanged, change(before, after))).revision == "d4"


def test_a_squash_excuses_no_edit_in_what_it_moves():
    after = history({"s": None, "c3": "s"}, bodies={"c3": ("op.drop_table('t')", "pass")})
    assert only(judged(published_unchanged, change(BEFORE, after))).revision == "c3"


def test_a_comment_in_the_migration_does_not_waive_it():
    text = migration("b2", "a1", upgrade=DROP, extra="# migbot: allow MB201 it was wrong")
    assert only(judged(published_unchanged, edited(files={"versions/b2_.py": text})))


@pytest.mark.parametrize("parents", [("b2", "c3"), ("c3", "b2")])
def test_turning_round_the_parents_of_a_published_merge_is_an_edit(parents):
    ids = {"a1": None, "b2": "a1", "c3": "a1"}
    before = history({**ids, "m": ("b2", "c3")})
    found = judged(published_unchanged, change(before, history({**ids, "m": parents})))
    assert bool(found) == (parents == ("c3", "b2"))
