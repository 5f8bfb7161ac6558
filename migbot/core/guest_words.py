"""What the guest says, brought to typed values: it runs a stranger's code and is not trusted."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from migbot.core.catalogs import Catalog, Part
from migbot.core.lacks import EXTENSION, Lack
from migbot.core.plain import build
from migbot.core.trips import LegError
from migbot.core.value import Value

Words = Mapping[str, Any]


class LegSeen(Value):
    """How one leg of one revision went; `clean` says that a failed one changed nothing.

    `refused` says that it reached for what is not the throw-away, `lacks` what was not there,
    `writes` counts its statements that were more than a look, `declared` that it raised
    NotImplementedError, `roles` are those that it made, `left_open` counts connections.
    """

    revision: str
    slot: str
    leg: str
    ok: bool
    ms: float
    error: LegError | None = None
    refused: bool = False
    refusals: tuple[str, ...] = ()
    declared: bool = False
    writes: int = 0
    clean: bool = False
    lacks: tuple[Lack, ...] = ()
    roles: tuple[str, ...] = ()
    left_open: int = 0


class Sent(Value):
    """A statement of an upgrade as it was sent, and whether in a transaction."""

    statement: str
    transaction: bool


class Fate(Value):
    """What became of one table's rows on the way up and down again; `_up`: in the upgrade."""

    table: str
    before: int
    lost: int
    changed: int
    touched: bool
    lost_up: int = 0
    changed_up: int = 0


class Stop(Value):
    """Why nothing can be proved, and the dialect that could be tried instead ("" for none)."""

    reason: str
    hint: str
    dialect: str


@dataclass(slots=True)
class Seen:
    """Everything that was said of one revision on one database."""

    revision: str
    slot: str
    begun: str = ""
    legs: dict[str, LegSeen] = field(default_factory=dict)
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    seeded: int = 0
    fates: tuple[Fate, ...] = ()
    one_way: str = ""
    reason: str = ""
    blocked_by: str = ""
    locks: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()


@dataclass(slots=True)
class Heard:
    """Everything that one guest said, in the order in which it was said."""

    hello: dict[str, str] = field(default_factory=dict)
    fenced: bool = False
    heads: tuple[str, ...] | None = None
    messages: dict[str, str] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    last: tuple[str, str] | None = None
    built: dict[str, Catalog] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    finished: dict[str, list[list[str]]] = field(default_factory=dict)
    final: dict[str, Catalog] = field(default_factory=dict)
    stop: Stop | None = None
    wanted: bool = False
    drift: tuple[tuple[str, ...], ...] = ()
    no_drift_known: str = ""
    failed: LegError | None = None
    lacks: tuple[Lack, ...] = ()
    stood_in: tuple[str, ...] = ()
    done: bool = False

    def revision(self, words: Words) -> Seen:
        """What is known of the revision and the database that `words` are about."""
        key = (_text(words, "revision"), _text(words, "slot"))
        return self.seen.setdefault(key, Seen(*key))


def database_of(slot: str) -> str:
    """The database of a slot: `rt0:acme` is the schema acme of rt0, which is one tenant's."""
    return slot.partition(":")[0].rstrip("+")


def hear(answer: bytes, token: str) -> Heard:
    """What a guest said, as far as it came. Lines without the token are nobody's.

    Raises ValueError for a line that has the token and is not understood.
    """
    heard = Heard()
    known: dict[str, Catalog] = {"": {}}
    for words in _lines(answer, token):
        event = _text(words, "event")
        if event == "objects":
            known[_text(words, "id")] = _catalog(words, known)
        elif event == "catalog":
            heard.revision(words).catalogs[_text(words, "when")] = _shown(words, known)
        elif event == "built":
            heard.built[_text(words, "slot")] = _shown(words, known)
        elif event in _READERS:
            if event == "finished":
                heard.final[database_of(_text(words, "slot"))] = _shown(words, known)
            _READERS[event](heard, words)
    return heard


def _lines(answer: bytes, token: str) -> Iterator[Words]:
    sign = token.encode()
    for line in io.BytesIO(answer):  # not split: a guest may have sent a quarter of a gigabyte
        if sign not in line:
            continue
        try:
            words = json.loads(line)
        except (ValueError, RecursionError):
            continue  # cut off, or not the guest's
        if isinstance(words, dict) and words.get("token") == token:
            yield words


def _text(words: Words, name: str) -> str:
    text: str = build(str, words.get(name), where=name)
    return text


def _catalog(words: Words, known: Mapping[str, Catalog]) -> Catalog:
    """A catalog from what it differs in; its id must be the sum of the digests of what it says."""
    name = _text(words, "base")
    base = known.get(name, {})
    changed = build(dict[str, tuple[str, ...]], words.get("set"), where="set")
    gone = set(build(tuple[str, ...], words.get("drop"), where="drop"))
    if any(len(fields) != 4 for fields in changed.values()):
        raise ValueError("an object has a kind, a name, a table and a definition")
    catalog = {key: part for key, part in base.items() if key not in gone}
    catalog.update({key: Part(*fields) for key, fields in changed.items()})
    lost = ((key, base[key]) for key in {*gone, *changed} if key in base)
    came = ((key, catalog[key]) for key in changed)
    total = _number(name) + sum(map(_digest, came)) - sum(map(_digest, lost))
    if f"{total % 2**256:064x}" != words.get("id"):
        raise ValueError("a catalog that is not what its digest says")
    return catalog


def _number(name: str) -> int:
    return int(name or "0", 16)


def _digest(each: tuple[str, Part]) -> int:
    key, part = each
    plain = [key, [part.kind, part.name, part.table, part.definition]]
    return int(hashlib.sha256(json.dumps(plain).encode()).hexdigest(), 16)


def _shown(words: Words, known: Mapping[str, Catalog]) -> Catalog:
    name = _text(words, "id")
    if name not in known:
        raise ValueError("a catalog that was not sent")
    return known[name]


def _hello(heard: Heard, words: Words) -> None:
    heard.fenced = words.get("fenced") is True
    heard.hello = {
        name: _text(words, name) for name in ("python", "alembic", "sqlalchemy", "server")
    }


def _heads(heard: Heard, words: Words) -> None:
    heard.heads = build(tuple[str, ...], words.get("heads"), where="heads")
    heard.messages = build(dict[str, str], words.get("messages"), where="messages")


def _slots(heard: Heard, words: Words) -> None:
    heard.slots = build(dict[str, str], words.get("names"), where="names")


def _begin(heard: Heard, words: Words) -> None:
    seen = heard.revision(words)
    seen.begun = _text(words, "leg")
    heard.last = (seen.revision, seen.slot)


def _leg(heard: Heard, words: Words) -> None:
    leg: LegSeen = build(LegSeen, dict(words), where="leg")
    heard.revision(words).legs[leg.leg] = leg._replace(lacks=_lacks(heard, words))


def _lacks(heard: Heard, words: Words) -> tuple[Lack, ...]:
    """What the error says was not there, extensions with the version of the server."""
    said = (words.get("error") or {}).get("lacks", [])
    found: tuple[Lack, ...] = build(tuple[Lack, ...], said, where="lacks")
    version = heard.hello.get("server", "")
    return tuple(e._replace(of=version) if e.kind == EXTENSION else e for e in found)


def _seeded(heard: Heard, words: Words) -> None:
    heard.revision(words).seeded = build(int, words.get("rows"), where="rows")


def _rows(heard: Heard, words: Words) -> None:
    heard.revision(words).fates = build(tuple[Fate, ...], words.get("tables"), where="tables")


def _one_way(heard: Heard, words: Words) -> None:
    seen = heard.revision(words)
    seen.one_way, seen.reason = _text(words, "why"), _text(words, "reason")


def _blocked(heard: Heard, words: Words) -> None:
    heard.revision(words).blocked_by = _text(words, "by")


def _finished(heard: Heard, words: Words) -> None:
    master = build(tuple[tuple[str, ...], ...], words.get("master"), where="master")
    heard.finished[_text(words, "slot")] = [list(row) for row in master]


def _stop(heard: Heard, words: Words) -> None:
    heard.stop = Stop(*(_text(words, name) for name in Stop._fields))


def _locks(heard: Heard, words: Words) -> None:
    heard.revision(words).locks = build(tuple[str, ...], words.get("held"), where="held")


def _drift(heard: Heard, words: Words) -> None:
    heard.drift += build(tuple[tuple[str, ...], ...], words.get("found"), where="found")
    heard.no_drift_known = heard.no_drift_known or _text(words, "unknown")


def _read(heard: Heard, words: Words) -> None:
    heard.read = build(tuple[str, ...], words.get("files"), where="files")


def _wanted(heard: Heard, words: Words) -> None:
    heard.wanted = True


def _failed(heard: Heard, words: Words) -> None:
    heard.failed = build(LegError, words.get("error"), where="error")
    heard.lacks = _lacks(heard, words)


def _sent(heard: Heard, words: Words) -> None:
    heard.revision(words).sent = build(tuple[Sent, ...], words.get("sql"), where="sql")


def _stood_in(heard: Heard, words: Words) -> None:
    heard.stood_in = (*heard.stood_in, _text(words, "extension"))


def _done(heard: Heard, words: Words) -> None:
    heard.done = True


_READERS = {
    "hello": _hello,
    "heads": _heads,
    "slots": _slots,
    "begin": _begin,
    "leg": _leg,
    "seeded": _seeded,
    "rows": _rows,
    "one-way": _one_way,
    "blocked": _blocked,
    "finished": _finished,
    "stop": _stop,
    "read": _read,
    "wanted": _wanted,
    "locks": _locks,
    "drift": _drift,
    "failed": _failed,
    "sent": _sent,
    "stood-in": _stood_in,
    "done": _done,
}
