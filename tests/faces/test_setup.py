"""What init proposes is valid, small, and leads to the same environments."""

from __future__ import annotations

import tomllib

import pytest

from migbot.core.environments import find_environments
from migbot.core.files import FileTree
from migbot.core.settings import Settings, parse_settings
from migbot.errors import MigbotError
from migbot.faces.setup import propose, settings_file

INI = "[alembic]\nscript_location = %(here)s/m\n"


def revision(name: str, parent: str | None = None, label: str | None = None) -> str:
    return f"revision = {name!r}\ndown_revision = {parent!r}\nbranch_labels = {label!r}\n"


def project(folder: str = "m", **more: str) -> dict[str, str]:
    return {
        f"{folder}/env.py": "",
        f"{folder}/script.py.mako": "",
        f"{folder}/versions/a1.py": revision("a1"),
    } | more


def tree(files: dict[str, str]) -> FileTree:
    return FileTree({path: text.encode() for path, text in files.items()})


def read_back(text: str) -> Settings:
    return parse_settings(tomllib.loads(text)["tool"]["migbot"], "pyproject.toml")


def test_a_plain_project_needs_no_setting() -> None:
    text = propose(tree(project() | {"alembic.ini": INI}))

    assert tomllib.loads(text) == {"tool": {"migbot": {}}}
    assert "# Found: alembic in m/versions, declared by alembic.ini: 1 revision\n" in text


def test_several_trees_are_named_and_need_no_setting() -> None:
    text = propose(tree(project("one/m") | project("two/m")))

    assert tomllib.loads(text) == {"tool": {"migbot": {}}}
    assert "# Found: one in one/m/versions: 1 revision" in text
    assert "# Found: two in two/m/versions: 1 revision" in text


def test_labelled_heads_are_expected() -> None:
    labelled = {"m/versions/b1.py": revision("b1", label="b"), "m/versions/a1.py": ""}
    files = project() | labelled | {"m/versions/a1.py": revision("a1", label="a")}

    settings = read_back(propose(tree(files)))

    assert settings.environments["alembic"].expected_heads == 2
    assert find_environments(tree(files), settings)[0].expected_heads == 2


def test_a_fork_is_not_taken_for_intent() -> None:
    files = project() | {f"m/versions/{name}.py": revision(name, "a1") for name in ("b1", "c1")}

    text = propose(tree(files))

    assert "environments" in text
    assert read_back(text).environments["alembic"].expected_heads == 0
    assert "# If they are meant to stay apart: expected_heads = 2" in text


def test_a_broken_history_says_nothing_about_intent() -> None:
    files = project() | {"m/versions/b1.py": revision("b1", "gone")}

    assert tomllib.loads(propose(tree(files))) == {"tool": {"migbot": {}}}


def test_where_something_cannot_be_found_all_that_can_is_placed() -> None:
    files = project("one/m") | project("two/m") | {"app/alembic.ini": INI.replace("%(here)s", "")}

    text = propose(tree(files))

    placed = find_environments(tree(files), read_back(text))
    assert {each.name: each.versions for each in placed} == {
        "one": ("one/m/versions",),
        "two": ("two/m/versions",),
    }
    assert "# app/alembic.ini [alembic]: '/m' is an absolute path" in text
    assert '# script_location = "path/to/migrations"' in text


def test_hostile_names_stay_in_their_place() -> None:
    folder = 'x"\n[tool.migbot]\nautofix = true\n#\x7f'
    files = (
        project(f"{folder}/m") | project("two/m") | {"bad/alembic.ini": INI.replace("s/m", "s/no")}
    )

    text = propose(tree(files))

    settings = read_back(text)
    assert not settings.autofix
    assert f"{folder}/m/versions" in {
        path for table in settings.environments.values() for path in table.versions
    }


def test_migbot_toml_has_the_tables_at_its_root() -> None:
    files = project() | {f"m/versions/{name}.py": revision(name, "a1") for name in ("b1", "c1")}

    text = propose(tree(files), "migbot.toml")

    assert "[tool" not in text
    assert parse_settings(tomllib.loads(text), "migbot.toml").environments.keys() == {"alembic"}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        pytest.param(["pyproject.toml"], "pyproject.toml", id="into pyproject"),
        pytest.param([], "migbot.toml", id="without a pyproject"),
        pytest.param(["pyproject.toml", "migbot.toml"], "migbot.toml", id="where they are read"),
    ],
)
def test_settings_go_where_they_are_read_from(paths: list[str], expected: str) -> None:
    assert settings_file(tree(dict.fromkeys(paths, ""))) == expected


def test_nothing_at_all_is_said() -> None:
    with pytest.raises(MigbotError, match="No Alembic environment"):
        propose(tree({"README.md": ""}))
