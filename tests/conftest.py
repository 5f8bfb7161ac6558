"""What holds for every test: nobody's git configuration has a say."""

import os

from hypothesis import HealthCheck, settings

from support.given import given_mariadb, given_postgresql
from support.repos import CONFIG
from support.servers import (
    mariadb,
    on_mariadb,
    on_postgresql,
    own_mariadb,
    own_postgresql,
    postgresql,
)

__all__ = [
    "given_mariadb",
    "given_postgresql",
    "mariadb",
    "on_mariadb",
    "on_postgresql",
    "own_mariadb",
    "own_postgresql",
    "postgresql",
]

# A busy machine is no defect of a strategy: what is too slow there is found by the suite's clock.
# CI looks at the same examples each time, so that it judges the change and not its luck; others are
# looked at wherever else the tests run, and what is found becomes an example with a name.
settings.register_profile(
    "migbot",
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
    derandomize="MIGBOT_TEST_STRICT" in os.environ,
)
settings.load_profile("migbot")

# The tests may be run by a hook, whose GIT_DIR and GIT_INDEX_FILE must not reach their
# repositories; nor may the configuration of whoever runs them.
for name in [name for name in os.environ if name.startswith("GIT_")]:
    del os.environ[name]
os.environ.update(CONFIG)
