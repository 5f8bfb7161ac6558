"""The settings: zero of them work, and a wrong one is told with what would be right."""

import pytest

from migbot.core.files import FileTree
from migbot.core.settings import (
    Level,
    Settings,
    Strategy,
    find_settings,
    gated,
    read_settings,
)
from migbot.errors import MigbotError


def pyproject(text: str) -> FileTree:
    return FileTree({"pyproject.toml": text.encode()})


def test_no_file_and_no_table_give_the_defaults() -> None:
    assert read_settings(FileTree({})) == Settings()
    assert read_settings(pyproject("[project]\nname = 'x'")) == Settings()


def test_settings_come_from_pyproject() -> None:
    text = """
    [tool.migbot]
    base = "origin/develop"
    strategy = "merge"
    published = ["refs/tags/v*"]
    [tool.migbot.rules]
    MB301 = "off"
    [tool.migbot.environments.main]
    config = "db/alembic.ini"
    expected_heads = 2
    [[tool.migbot.accept]]
    code = "MB202"
    reason = "squashed in March"
    """
    found = read_settings(pyproject(text))
    assert (found.base, found.strategy) == ("origin/develop", Strategy.MERGE)
    assert found.rules["MB301"] is Level.OFF
    assert found.environments["main"].expected_heads == 2
    assert found.accept[0].reason == "squashed in March"


def test_migbot_toml_wins_over_pyproject() -> None:
    tree = FileTree({"migbot.toml": b"base = 'a'", "pyproject.toml": b"[tool.migbot]\nbase = 'b'"})
    assert read_settings(tree).base == "a"


def test_a_file_that_is_not_at_the_root_is_not_ours() -> None:
    assert read_settings(FileTree({"sub/migbot.toml": b"nonsense = 1"})) == Settings()


WRONG = {
    "an unknown key": ("strateg = 'merge'", "did you mean 'strategy'?"),
    "an unknown key that is near to none": ("zzzz = 1", "it has base, published"),
    "a wrong type": ("base = 7", "base takes text, not a whole number"),
    "a wrong word": ("strategy = 'squash'", "takes one of 'auto', 'merge', 'rebase'"),
    "a wrong type in a list": ("published = [1]", "published[0] takes text"),
    "a table for a list": ("published = {a = 1}", "takes a list, not a table"),
    "an unknown key in a table": ("[tool.migbot.messages]\nlength = 3", "'length'"),
    "a missing key": ("[[tool.migbot.accept]]\ncode = 'MB101'", "reason"),
    "true for a number": ("expected_heads = true", "takes a whole number, not true or false"),
    "broken TOML": ("base = ", "cannot be read"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(MigbotError) as caught:
        read_settings(pyproject(f"[tool.migbot]\n{text}"))
    assert words in caught.value.message
    assert "pyproject.toml" in caught.value.message


def test_a_broken_pyproject_that_says_nothing_of_migbot_is_not_ours_to_judge() -> None:
    assert read_settings(pyproject("[project\n")) == Settings()


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"a = " + b"[" * 5000], ids=["UTF-16", "deep"])
def test_a_hostile_settings_file_is_an_error_and_no_traceback(text: bytes) -> None:
    with pytest.raises(MigbotError):
        read_settings(FileTree({"migbot.toml": text}))


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_settings(FileTree({"migbot.toml": b"\xef\xbb\xbfbase = 'a'"})).base == "a"


@pytest.mark.parametrize("text", ["tool = 1", "[tool]\nmigbot = 1"])
def test_a_table_that_is_no_table(text: str) -> None:
    if "migbot" in text:
        with pytest.raises(MigbotError):
            read_settings(pyproject(text))
    else:
        assert read_settings(pyproject(text)) == Settings()


OWN = Settings(expected_heads=2, rules={"MB101": Level.OFF, "MB301": Level.OFF})
STRUCTURAL = frozenset({"MB101"})


def test_the_base_settles_what_lets_a_structural_finding_pass() -> None:
    found = gated(OWN, Settings(expected_heads=1), STRUCTURAL)
    assert found.expected_heads == 1
    assert found.rules == {"MB301": Level.OFF}


def test_a_base_that_has_no_settings_yet_settles_nothing() -> None:
    assert gated(OWN, None, STRUCTURAL) == OWN
    assert find_settings(FileTree({})) is None
    assert find_settings(pyproject("[tool.migbot]")) == Settings()
