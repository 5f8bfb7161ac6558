"""Judges planted migrations by pytest-alembic's tests; pytest runs this file for each project.

PEER_URL is the server, PEER_PROJECTS a file with one folder in each line, PEER_FLOOR the lowest
revision that is downgraded to ("" for none).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from peer_databases import fresh
from pytest_alembic.tests.default import (  # noqa: F401
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from pytest_alembic.tests.experimental.downgrade_leaves_no_trace import (  # noqa: F401
    test_downgrade_leaves_no_trace,
)

PROJECTS = Path(os.environ["PEER_PROJECTS"]).read_text().splitlines()


@pytest.fixture(params=PROJECTS, ids=lambda project: Path(project).name)
def project(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def alembic_config(project: Path) -> dict[str, Any]:
    floor = os.environ.get("PEER_FLOOR", "setup")
    return {
        "file": str(project / "alembic.ini"),
        "script_location": str(project / "migrations"),
        **({"minimum_downgrade_revision": floor} if floor else {}),
    }


@pytest.fixture
def alembic_engine(project: Path) -> Iterator[sa.Engine]:
    with fresh(os.environ["PEER_URL"]) as own:
        engine = sa.create_engine(own, poolclass=sa.pool.NullPool)
        yield engine
        engine.dispose()
