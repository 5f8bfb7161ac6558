"""MariaDB's planted migrations as cases."""

from planted.draft import cases
from planted.mariadb_defects import DEFECTS
from planted.mariadb_right import RIGHT

CASES = cases(RIGHT, DEFECTS)
