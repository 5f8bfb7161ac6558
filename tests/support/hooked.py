"""A small Alembic project in a repository with migbot's hooks, and how to fork its history."""

from __future__ import annotations

import sys
from pathlib import Path

from migbot.adapters.git_hooks import install, pathspecs
from migbot.adapters.git_read import elsewhere, locate
from migbot.adapters.git_trees import commit
from migbot.adapters.git_work_tree import work_tree
from migbot.core.environments import find_environments
from migbot.core.settings import Settings
from support.repos import Repo

VERSIONS = "migrations/versions"
ENV_PY = "from alembic import context\n"
INI = "[alembic]\nscript_location = migrations\n"


def revision(name: str, *parents: str, message: str = "") -> str:
    """The text of a migration whose message is the rules' idea of a good one."""
    down = repr(parents[0]) if len(parents) == 1 else repr(parents or None)
    return (
        f'"""{message or f"Create the table {name}"}"""\n'
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = {name!r}\ndown_revision = {down}\n\n\n"
        f'def upgrade():\n    op.create_table("{name}", sa.Column("id", sa.Integer))\n\n\n'
        f'def downgrade():\n    op.drop_table("{name}")\n'
    )


def path(name: str) -> str:
    """Where the migration `name` lies."""
    return f"{VERSIONS}/{name}.py"


def migrate(repo: Repo, name: str, *parents: str) -> str:
    """Commit one migration; returns the sha."""
    return repo.put({path(name): revision(name, *parents)}, f"Add {name}")


def project(root: Path, *, settings: str = "") -> Repo:
    """A repository with two migrations on main, without hooks."""
    repo = Repo.init(root)
    files = {"alembic.ini": INI, "migrations/env.py": ENV_PY, "README.md": "An app.\n"}
    files |= {path("base1"): revision("base1"), path("base2"): revision("base2", "base1")}
    repo.put(files | ({"migbot.toml": settings} if settings else {}), "Begin")
    return repo


def hook(repo: Repo, python: str = sys.executable) -> Repo:
    """The same repository, with the hooks installed as `migbot install` does."""
    located = locate(repo.root, elsewhere())
    tree = work_tree(located) if located.root else commit(located, "HEAD")
    install(located, python, pathspecs(find_environments(tree, Settings())))
    return repo


def forked(repo: Repo) -> Repo:
    """`main` and `feature` each get a migration on base2, made before there are hooks; on main."""
    repo.switch("feature", create=True)
    migrate(repo, "mine1", "base2")
    repo.switch("main")
    migrate(repo, "their1", "base2")
    return repo


def heads(repo: Repo, ref: str = "HEAD") -> list[str]:
    """The names of the migrations that a commit has and no other of them names as parent."""
    names = repo.git("ls-tree", "--name-only", ref, f"{VERSIONS}/").split("\n")
    texts = {Path(name).stem: repo.git("show", f"{ref}:{name}") for name in names}
    lines = [line for text in texts.values() for line in text.split("\n")]
    downs = " ".join(line for line in lines if line.startswith("down_revision"))
    return sorted(name for name in texts if f"'{name}'" not in downs and f'"{name}"' not in downs)
