"""The workflow: which environments are compared with which, and what a report is made of."""

from migbot.core.files import FileTree
from migbot.core.report import Verdict
from migbot.core.settings import EnvironmentSettings, Settings
from migbot.rules import all_rules
from migbot.workflow import NOTHING, Moments, changes, judge
from support.histories import migration

NO_SETTINGS = Settings()


def tree(*folders: str, **revisions: str | None) -> FileTree:
    """One environment in each of `folders`, all with the same revisions."""
    files = {}
    for folder in folders:
        files[f"{folder}/alembic.ini" if len(folders) > 1 else "alembic.ini"] = (
            f"[alembic]\nscript_location = {folder}\n".encode()
        )
        files[f"{folder}/env.py"] = b""
        for name, parent in revisions.items():
            files[f"{folder}/versions/{name}.py"] = migration(name, parent)
    return FileTree(files)


def added(before: FileTree, after: FileTree, settings: Settings = NO_SETTINGS) -> dict:
    found = changes(Moments(before, after), settings)
    return {each.after.environment.name: [one.id for one in each.added] for each in found}


def test_a_change_of_one_environment() -> None:
    assert added(tree("m", a=None), tree("m", a=None, b="a")) == {"alembic": ["b"]}


def test_an_environment_that_is_new_is_compared_with_nothing() -> None:
    assert added(NOTHING, tree("m", a=None)) == {"alembic": ["a"]}


def test_an_environment_that_was_moved_keeps_its_history() -> None:
    assert added(tree("m", a=None), tree("db/m", a=None, b="a")) == {"alembic": ["b"]}


def test_an_environment_that_gets_a_neighbour_is_renamed_and_not_gone() -> None:
    found = added(tree("one", a=None), tree("one", "two", a=None))
    assert sorted(found.values()) == [[], ["a"]]
    assert len(found) == 2


def test_an_environment_that_is_gone_has_lost_its_revisions() -> None:
    (found,) = changes(Moments(tree("m", a=None), NOTHING), Settings())
    assert [each.id for each in found.removed] == ["a"]


def test_a_base_that_cannot_be_read_does_not_hold_what_mends_it() -> None:
    broken = FileTree({"alembic.ini": b"[alembic]\nscript_location = /etc\n"})
    assert added(broken, tree("m", a=None)) == {"alembic": ["a"]}


def test_settings_may_name_an_environment_that_this_change_adds() -> None:
    settings = Settings(environments={"main": EnvironmentSettings(script_location="m")})
    assert added(NOTHING, tree("m", a=None), settings) == {"main": ["a"]}


def test_no_environment_is_unknown_and_never_a_pass() -> None:
    report = judge(Moments(NOTHING, NOTHING), Settings(), all_rules())
    assert report.verdict is Verdict.UNKNOWN


def test_a_conflict_is_unknown_where_it_touches_migrations_only() -> None:
    sound = tree("m", a=None)
    for path, verdict in (("m/versions/a.py", Verdict.UNKNOWN), ("app/views.py", Verdict.PASS)):
        moments = Moments(sound, sound, conflicts=(path,))
        assert judge(moments, Settings(), all_rules()).verdict is verdict
