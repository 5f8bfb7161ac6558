"""Judges planted migrations by autogenerate: `peer_autogenerate.py URL RESULT PROJECT...`.

After the downgrade, autogenerate must find nothing to do against the schema of before the upgrade,
and nothing after the second upgrade against the schema of the first. Both are reflected from the
database, as if the project's models were never wrong; the second is kept as `models.pickle`
beside the project, whose env.py has it for its models.
"""

from __future__ import annotations

import json
import logging
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from peer_databases import fresh, text

FLOOR = "floor"
COMPARED = {"compare_type": True, "compare_server_default": True}


def objections(project: Path, url: str) -> Iterator[str]:
    """What autogenerate holds against one project's last revision."""
    with fresh(url) as own:
        config = Config(project / "alembic.ini")
        config.set_main_option("script_location", str(project / "migrations"))
        config.set_main_option("sqlalchemy.url", text(own).replace("%", "%%"))
        engine = sa.create_engine(own, poolclass=sa.pool.NullPool)
        command.upgrade(config, FLOOR)
        before = reflected(engine)
        command.upgrade(config, "heads")
        after = reflected(engine)
        (project / "models.pickle").write_bytes(pickle.dumps(after))
        try:
            command.downgrade(config, FLOOR)
        except NotImplementedError:
            return
        yield from differences(engine, before)
        command.upgrade(config, "heads")
        yield from differences(engine, after)


def reflected(engine: sa.Engine) -> sa.MetaData:
    """Every table of the database but Alembic's own."""
    metadata = sa.MetaData()
    metadata.reflect(engine, only=lambda name, _: name != "alembic_version")
    return metadata


def differences(engine: sa.Engine, metadata: sa.MetaData) -> Iterator[str]:
    """What autogenerate would write."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARED)
        yield from map(str, compare_metadata(context, metadata))


def judged(project: Path, url: str) -> list[str]:
    """The objections; what is raised on the way is one as well."""
    found = []
    try:
        for each in objections(project, url):
            found.append(each)
    except Exception as error:
        found.append(f"{type(error).__name__}: {error}")
    return found


def main(url: str, result: str, *projects: str) -> None:
    """Write project -> objections as JSON."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    found: dict[str, Any] = {each: judged(Path(each), url) for each in projects}
    Path(result).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
