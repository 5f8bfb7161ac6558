"""SQLite's planted migrations as cases."""

from planted.draft import cases
from planted.sqlite_defects import DEFECTS
from planted.sqlite_right import RIGHT

CASES = cases(RIGHT, DEFECTS)
