"""The settings of round trips: how the project is run, what it begins with, its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from migbot.core.value import Value


class SeedSettings(Value):
    """`[[tool.migbot.roundtrip.seeds]]`: the project's own rows, in a file of SQL.

    They are put in before the upgrade of the revision `before`, or after that of `after`.
    """

    sql: str
    before: str = ""
    after: str = ""


class TripSettings(Value):
    """`[tool.migbot.roundtrip]`, or `[tool.migbot.environments.NAME.roundtrip]` for one of them.

    `deploy` is the command with which a deployment upgrades. `baseline` makes what a history
    needs before its first revision can run: files of SQL, or `module:metadata` whose tables are
    created. `start` is the revision that the baseline stands for ("" for none, "heads" for the
    base's). `stand_ins` are files of SQL for extensions that the throw-away server does not have.
    """

    deploy: str = "alembic upgrade heads"
    baseline: tuple[str, ...] = ()
    start: str = ""
    seeds: tuple[SeedSettings, ...] = ()
    stand_ins: Mapping[str, str] = MappingProxyType({})
