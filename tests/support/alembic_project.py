"""A real Alembic project on SQLite: what the real Alembic says and does is the oracle."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alembic.config import CommandLine, Config
from alembic.script import ScriptDirectory

from migbot.adapters.apply_plan import apply
from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.history import History, read_history
from migbot.core.plan import Plan
from migbot.core.templates import Template, read_template
from support.disk import DiskTree, write_all

INI = """[alembic]
script_location = migrations
path_separator = os
sqlalchemy.url = sqlite:///app.db
"""

ENV = """from alembic import context
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''

Parents = str | tuple[str, ...] | None


def table(id: str, parents: Parents = None, *, more: str = "", depends: Parents = None) -> bytes:
    """The file of a revision that creates the table `t_<id>`, and drops it again."""
    revises = ", ".join((parents,) if isinstance(parents, str) else parents or ())
    text = f'''"""create {id}

Revision ID: {id}
Revises: {revises}
Create Date: 2024-01-02 03:04:05.678901

"""
from alembic import op
import sqlalchemy as sa

revision = {id!r}
down_revision = {parents!r}
branch_labels = None
depends_on = {depends!r}
{more}

def upgrade():
    op.create_table("t_{id}", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("t_{id}")
'''
    return text.encode()


def name_of(id: str) -> str:
    """Where `Project.make` writes a revision."""
    return f"migrations/versions/{id}_create.py"


def _main(root: Path, words: tuple[str, ...]) -> int:
    """`alembic WORDS` in `root`, in a process that ends with the answer."""
    os.chdir(root)
    sys.stdout = sys.stderr = open(1, "w", closefd=False)  # noqa: SIM115  (the process ends)
    try:
        CommandLine("alembic").main(list(words))
    except SystemExit as end:
        return int(end.code or 0) & 255
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0


@dataclass(frozen=True, slots=True)
class Project:
    """A project in a folder; `app.db` is its database."""

    root: Path
    environment: Environment = field(
        default=Environment("main", ("migrations/versions",), "migrations", "alembic.ini")
    )

    @classmethod
    def make(cls, root: Path, parents: Mapping[str, Parents]) -> Project:
        """A project whose revisions each create a table."""
        frame = {
            "alembic.ini": INI,
            "migrations/env.py": ENV,
            "migrations/script.py.mako": TEMPLATE,
            "migrations/versions/.keep": "",
        }
        files = {name_of(id): table(id, above) for id, above in parents.items()}
        write_all(root, {**frame, **files})
        return cls(root)

    @property
    def versions(self) -> Path:
        return self.root / "migrations/versions"

    @property
    def history(self) -> History:
        return read_history(self._tree, self.environment)

    @property
    def template(self) -> Template:
        return read_template(self._tree, self.environment)

    @property
    def _tree(self) -> FileTree:
        """What git would take for the work tree: no bytecode, no database."""
        tree = DiskTree(self.root)
        ignored = ("/__pycache__/", ".git/", "app.db")
        asked = [
            each for each in tree.entries("", deep=True) if not any(x in each.path for x in ignored)
        ]
        return FileTree(tree.read(asked))

    def write(self, files: Mapping[str, bytes]) -> None:
        write_all(self.root, files)

    def apply(self, plan: Plan) -> None:
        apply(plan, self.root, self.root / ".git")

    def heads(self) -> tuple[str, ...]:
        """What Alembic itself takes for the heads, sorted; it imports every file."""
        config = Config(self.root / "alembic.ini", stdout=io.StringIO())
        config.set_main_option("script_location", str(self.root / "migrations"))
        return tuple(sorted(ScriptDirectory.from_config(config).get_heads()))

    def alembic(self, *words: str, check: bool = True) -> str:
        """What the real `alembic WORDS` prints; raises where it fails.

        It runs in a process forked from this one, which has imported it already.
        """
        with tempfile.TemporaryFile("w+") as printed:
            child = os.fork()
            if child == 0:
                os.dup2(printed.fileno(), 1)
                os.dup2(printed.fileno(), 2)
                os._exit(_main(self.root, words))
            failed = os.waitpid(child, 0)[1]
            printed.seek(0)
            said = printed.read()
        if check and failed:
            raise AssertionError(f"{shlex.join(words)}: {said}")
        return said

    def paste(self, line: str) -> str:
        """Run a command line that migbot printed."""
        program, *words = shlex.split(line)
        assert program == "alembic"
        return self.alembic(*words)

    def tables(self, database: str = "app.db") -> set[str]:
        """The tables of the database that migrations made."""
        return self._column("select name from sqlite_master where name like 't_%'", database)

    def current(self, database: str = "app.db") -> set[str]:
        """The revisions that the database says it is at."""
        return self._column("select version_num from alembic_version", database)

    def _column(self, query: str, database: str) -> set[str]:
        with contextlib.closing(sqlite3.connect(self.root / database)) as connection:
            return {value for (value,) in connection.execute(query)}
