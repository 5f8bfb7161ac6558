from migbot.core.model import Severity
from migbot.rules.built_on_top import built_on_top
from support.histories import change, history, judged

IDS = {"a1": None, "b2": "a1", "c3": "b2"}
BEFORE = history(IDS)


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_a_revision_on_top_is_fine():
    assert not judged(built_on_top, change(BEFORE, history({**IDS, "d4": "c3"})))


def test_a_fork_is_not_below_anything():
    assert not judged(built_on_top, change(BEFORE, history({**IDS, "d4": "a1"})))


def test_a_merge_of_the_base_and_the_branch_is_fine():
    after = history({**IDS, "d4": "a1", "m": ("d4", "c3")})
    assert not judged(built_on_top, change(BEFORE, after))


def test_a_revision_put_below_a_published_one_names_what_lies_above():
    after = history({"a1": None, "n": "a1", "b2": "n", "c3": "b2"})
    found = only(judged(built_on_top, change(BEFORE, after)))
    assert found.severity is Severity.ERROR
    assert found.message.startswith("n is new and lies below b2, which is on the base")
    assert 'down_revision = "c3"' in found.hint
    assert (found.revision, found.line) == ("n", 8)


def test_a_chain_below_is_told_for_each_of_its_revisions():
    after = history({"a1": None, "n": "a1", "n2": "n", "b2": "n2", "c3": "b2"})
    found = judged(built_on_top, change(BEFORE, after))
    assert sorted(each.revision for each in found) == ["n", "n2"]


def test_a_revision_before_the_first_is_below_too():
    after = history({"n": None, "a1": "n", "b2": "a1", "c3": "b2"})
    assert only(judged(built_on_top, change(BEFORE, after))).revision == "n"


def test_a_side_branch_that_a_published_merge_took_in_is_below():
    before = history({**IDS, "x": "a1", "m": ("c3", "x")})
    after = history({**IDS, "x": "a1", "n": "x", "m": ("c3", "n")})
    assert "lies below m" in only(judged(built_on_top, change(before, after))).message


def test_a_revision_that_a_published_one_depends_on_is_below():
    after = history({**IDS, "n": "a1"}, depends={"c3": "n"})
    assert "lies below c3" in only(judged(built_on_top, change(BEFORE, after))).message


def test_the_base_of_a_squash_is_none():
    assert not judged(built_on_top, change(BEFORE, history({"s": None, "c3": "s"})))


def test_a_squash_excuses_no_insertion_further_up():
    before = history({**IDS, "d4": "c3"})
    after = history({"s": None, "c3": "s", "n": "c3", "d4": "n"})
    assert only(judged(built_on_top, change(before, after))).revision == "n"
