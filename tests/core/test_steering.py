"""Which changed files change how the check itself runs."""

from __future__ import annotations

import pytest

from migbot.core.steering import steering


@pytest.mark.parametrize(
    "path",
    [".github/workflows/migbot.yml", "app/migrations/env.py", "alembic.ini", "pyproject.toml"],
)
def test_a_file_that_steers_the_check_is_named(path):
    assert path in steering(["src/shop.py", path])


def test_migrations_and_code_do_not_steer_it():
    assert steering(["migrations/versions/a_env.py", "src/shop.py", "docs/github/x.md"]) == ""


def test_many_are_counted():
    assert "and 3 more" in steering([f"{n}/env.py" for n in range(8)])
