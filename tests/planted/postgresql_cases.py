"""PostgreSQL's planted migrations as cases."""

from planted.draft import cases
from planted.postgresql_defects import DEFECTS
from planted.postgresql_right import RIGHT

CASES = cases(RIGHT, DEFECTS)
