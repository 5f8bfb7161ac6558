"""What holds for every test: nobody's git configuration has a say."""

import os

from support.repos import CONFIG

# The tests may be run by a hook, whose GIT_DIR and GIT_INDEX_FILE must not reach their
# repositories; nor may the configuration of whoever runs them.
for name in [name for name in os.environ if name.startswith("GIT_")]:
    del os.environ[name]
os.environ.update(CONFIG)
