"""What this project's strict test run may go without, and why: the only list of excuses."""

from __future__ import annotations

EXEMPT = {
    "git-2.45": "Debian 12's git is 2.39, and the first with reftable repositories is 2.45",
    "git-2.54": (
        "no Debian release has a git that runs hooks from its configuration; the project's own "
        "GitHub workflow takes a newer one"
    ),
    "mysql-8": (
        "Debian has MariaDB in its place and no registry of packages has the server; the project's "
        "own GitHub workflow takes Ubuntu's"
    ),
}
"""Name of a part (see parts.py) -> why it may be missing under MIGBOT_TEST_STRICT=1."""
