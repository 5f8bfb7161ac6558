"""PostgreSQL's planted migrations as cases, each with a prefix of its own."""

from __future__ import annotations

from planted.postgresql_defects import DEFECTS
from planted.postgresql_right import RIGHT
from planted.sqlite_cases import _cases

CASES = _cases("r", RIGHT) + _cases("d", DEFECTS)
"""The right ones first: what a defect leaves behind must not be what they stand on."""
