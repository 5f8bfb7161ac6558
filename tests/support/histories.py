"""Histories written in a line, for tests of whatever judges a change.

before = history({"a1": None, "c3": "a1"})
after = history({"a1": None, "b2": "a1", "c3": "a1"})
findings = judged(single_head, change(before, after))
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from migbot.core.check import Judgement, Rule, run
from migbot.core.environment import Environment
from migbot.core.files import FileTree
from migbot.core.history import Change, History, read_history
from migbot.core.model import Finding
from migbot.core.settings import Settings

Parents = str | tuple[str, ...] | None

FOLDER = "versions"
ADD = 'op.add_column("user", sa.Column("email", sa.String()))'
DROP = 'op.drop_column("user", "email")'


def migration(
    id: str,
    parents: Parents = None,
    *,
    message: str | None = None,
    upgrade: str = "pass",
    downgrade: str | None = "pass",
    extra: str = "",
    depends: Parents = None,
    labels: Parents = None,
    doc: str | None = None,
) -> bytes:
    """The file of one revision. `doc` is the whole docstring, `extra` goes before the functions.

    `downgrade=None` leaves that function out.
    """
    text = doc if doc is not None else f"{_message(id, message)}\n"
    down = "" if downgrade is None else f"\n\ndef downgrade():\n{indent(downgrade, '    ')}\n"
    return (
        f'"""{text}"""\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n'
        f"revision = {id!r}\ndown_revision = {parents!r}\n"
        f"branch_labels = {labels!r}\ndepends_on = {depends!r}\n{extra}\n\n"
        f"def upgrade():\n{indent(upgrade, '    ')}\n{down}"
    ).encode()


def _message(id: str, message: str | None) -> str:
    return f"create table of {id}" if message is None else message


def history(
    parents: Mapping[str, Parents],
    *,
    messages: Mapping[str, str] | None = None,
    bodies: Mapping[str, tuple[str, str | None]] | None = None,
    extras: Mapping[str, str] | None = None,
    depends: Mapping[str, Parents] | None = None,
    labels: Mapping[str, Parents] | None = None,
    docs: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    environment: Environment | None = None,
) -> History:
    """A history out of ids and their parents, in `versions/<number>.py` in order of writing.

    The mappings add to single ids: `bodies` are (upgrade, downgrade). `files` are whole files by
    path, which may replace one that was written.
    """
    written = {
        file_of(id): migration(
            id,
            above,
            message=(messages or {}).get(id),
            upgrade=(bodies or {}).get(id, ("pass", "pass"))[0],
            downgrade=(bodies or {}).get(id, ("pass", "pass"))[1],
            extra=(extras or {}).get(id, ""),
            depends=(depends or {}).get(id),
            labels=(labels or {}).get(id),
            doc=(docs or {}).get(id),
        )
        for id, above in parents.items()
    }
    tree = FileTree({**written, **(files or {})})
    return read_history(tree, environment or Environment("alembic", (FOLDER,)))


def file_of(id: str) -> str:
    """Where `history` writes a revision; an id that is no file name is spelled by its bytes."""
    plain = id.replace(".", "").replace("_", "").isalnum() and id.isascii() and len(id) < 100
    return f"{FOLDER}/{id if plain else id.encode().hex()[:100]}_.py"


def change(before: History, after: History, *, on_base: bool = False) -> Change:
    """From one history to another."""
    return Change(before, after, on_base)


def on_base(after: History) -> Change:
    """A history judged as it stands: there is nothing before it."""
    return Change(history({}, environment=after.environment), after, on_base=True)


def added(
    id: str = "b2",
    *,
    parents: Parents = "a1",
    message: str | None = None,
    body: tuple[str, str | None] = (ADD, DROP),
    extra: str = "",
    doc: str | None = None,
    environment: Environment | None = None,
) -> Change:
    """The everyday change: one revision on top of `a1`."""
    mine = {} if message is None else {id: message}
    after = history(
        {"a1": None, id: parents},
        messages=mine,
        bodies={id: body},
        extras={id: extra},
        docs={} if doc is None else {id: doc},
        environment=environment,
    )
    return Change(history({"a1": None}, environment=environment), after)


def judgement(rule: Rule, change: Change, settings: Settings | None = None) -> Judgement:
    """What one rule finds, and what is accepted of it."""
    return run(change, [rule], settings or Settings())


def judged(rule: Rule, change: Change, settings: Settings | None = None) -> tuple[Finding, ...]:
    """The findings of one rule."""
    return judgement(rule, change, settings).findings
