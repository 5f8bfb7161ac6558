"""A pull request on the fake GitHub, for the tests of the fake itself."""

from __future__ import annotations

import pytest

from support.github import scene


@pytest.fixture
def shop(tmp_path):
    with scene(tmp_path) as made:
        yield made


@pytest.fixture
def repo(shop):
    return shop.pygithub().get_repo("ada/shop")
