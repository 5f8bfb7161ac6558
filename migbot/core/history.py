"""The history of one environment at one moment, and the change between two moments."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property

from migbot.core.environment import Environment
from migbot.core.files import Entry, Kind, Tree
from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision, Unreadable
from migbot.core.parse import SOURCE, read_revision
from migbot.core.script import Script, effect, read_script
from migbot.core.value import Port

_LOOKS_LIKE_ONE = re.compile(rb"^down_revision\b", re.MULTILINE)


class Memory(Port):
    """What was read before, by blob id; a hint only, as a blob id is the name of its content."""

    def recall(self, entry: Entry) -> Revision | None:
        """The revision that was read from this content, at this entry's path."""

    def keep(self, entry: Entry, revision: Revision) -> None:
        """Remember what this content says."""

    def read(self, path: str, data: bytes) -> Revision | Unreadable:
        """What content that is not remembered says, as `read_revision` or one like it reads it."""


class Forgetful:
    """A memory of nothing."""

    def recall(self, entry: Entry) -> Revision | None:
        """See `Memory.recall`."""
        return None

    def keep(self, entry: Entry, revision: Revision) -> None:
        """See `Memory.keep`."""

    def read(self, path: str, data: bytes) -> Revision | Unreadable:
        """See `Memory.read`."""
        return read_revision(path, data)


class History:
    """One environment at one moment: its graph, and the content behind each path."""

    def __init__(
        self,
        environment: Environment,
        graph: RevisionGraph,
        entries: dict[str, Entry],
        read: Callable[[list[Entry]], dict[str, bytes]],
    ) -> None:
        self.environment = environment
        self.graph = graph
        self.entries = entries
        self.read = read

    def recall(self, entry: Entry) -> Revision | None:
        """The revision that this history has of the same content, at this entry's path."""
        known = self._by_content.get(entry.id)
        return known and (known if known.path == entry.path else known._replace(path=entry.path))

    @cached_property
    def _by_content(self) -> dict[str, Revision]:
        found = ((self.entries[each.path].id, each) for each in self.graph.revisions)
        return {id: each for id, each in found if id and _is_of_content(each)}

    def source(self, path: str) -> bytes:
        """The content of one of the history's files."""
        return self.read([self.entries[path]])[path]

    def script(self, revision: Revision) -> Script:
        """What a revision of this history does."""
        return read_script(self.source(revision.path))


def read_history(
    tree: Tree,
    environment: Environment,
    memory: Memory | None = None,
    *,
    earlier: History | None = None,
) -> History:
    """Read every migration of `environment` in `tree`; nothing is run.

    What `earlier` has is not read again. What cannot be read becomes an `Unreadable` in the graph,
    with its place: a link, a submodule, an unresolved conflict, committed bytecode, a file that is
    too large or is no Python.
    """
    memory = memory or Forgetful()
    entries = _revision_entries(tree, environment)
    refused = {entry.path: reason for entry in entries if (reason := _refusal(entry))}
    wanted = [entry for entry in entries if entry.path not in refused]
    recalled = earlier.recall if earlier else lambda entry: None
    known = {
        entry.path: kept for entry in wanted if (kept := recalled(entry) or memory.recall(entry))
    }
    unknown = [entry for entry in wanted if entry.path not in known]
    texts = tree.read(unknown) if unknown else {}
    found = [*known.values(), *(_read(entry, texts, memory) for entry in unknown)]
    graph = RevisionGraph(
        (each for each in found if isinstance(each, Revision)),
        [
            *_told(refused.values()),
            *(each for each in found if isinstance(each, Unreadable)),
            *([] if entries else _passed_by(tree, environment)),
        ],
    )
    by_path = {entry.path: entry for entry in wanted}
    return History(environment, graph, by_path, lambda asked: tree.read(asked))


def read_changed(
    tree: Tree,
    earlier: History,
    changed: Mapping[str, Entry | None],
    memory: Memory | None = None,
) -> History:
    """As `read_history` for the environment of `earlier`, where `tree` differs from its tree in
    `changed` alone: paths, each with what is there now, None for nothing.

    What did not change is not looked at again.
    """
    new = {path: entry for path, entry in changed.items() if entry and _below(entry, earlier)}
    entries = {path: entry for path, entry in earlier.entries.items() if path not in changed} | new
    graph = None if _is_odd(earlier, entries, changed) else _changed(tree, earlier, new, memory)
    if graph is None:
        return read_history(tree, earlier.environment, memory, earlier=earlier)
    if changed.keys() & (earlier.entries.keys() - new.keys()):
        graph = RevisionGraph(each for each in graph.revisions if each.path in entries)
    return History(earlier.environment, graph, entries, lambda asked: tree.read(asked))


def _changed(
    tree: Tree, earlier: History, new: Mapping[str, Entry], memory: Memory | None
) -> RevisionGraph | None:
    """The graph with what is in the files `new`; None where one of them cannot be read."""
    from migbot.core.grown import grown  # a commit is read whole

    if any(_refusal(entry) for entry in new.values()):
        return None
    memory = memory or Forgetful()
    known = {path: earlier.recall(entry) or memory.recall(entry) for path, entry in new.items()}
    unknown = [new[path] for path, kept in known.items() if kept is None]
    texts = tree.read(unknown) if unknown else {}
    read = [_read(each, texts, memory) for each in unknown]
    found = [each for each in (*known.values(), *read) if isinstance(each, Revision)]
    return grown(earlier.graph, found) if len(found) == len(new) else None


def _below(entry: Entry, earlier: History) -> bool:
    """Whether it is a migration's file; what stands in the place of a folder is odd, see there."""
    environment = earlier.environment
    return any(
        entry.path.startswith(f"{folder}/" if folder else "")
        and _counts(entry, folder, environment)
        for folder in environment.versions
    )


def _is_odd(
    earlier: History, entries: Mapping[str, Entry], changed: Mapping[str, Entry | None]
) -> bool:
    """Whether more has to be looked at than what changed: something is unreadable, nothing is
    left, or a folder of migrations, or one above it, was changed into something else."""
    above = {f"{folder}/"[:end] for folder in earlier.environment.versions for end in _ends(folder)}
    return bool(earlier.graph.unreadable) or not entries or bool(above & changed.keys())


def _ends(folder: str) -> list[int]:
    return [place for place, letter in enumerate(f"{folder}/") if letter == "/"]


def _passed_by(tree: Tree, environment: Environment) -> list[Unreadable]:
    """A file that looks like a migration where none was found: the configuration is wrong.

    Alembic itself says nothing then, and `alembic heads` prints nothing and exits with 0.
    """
    root = environment.script_location or environment.versions[0].rpartition("/")[0]
    near = [entry for entry in tree.entries(root, deep=True) if SOURCE.match(entry.path)]
    texts = tree.read(near[:200])
    lost = [path for path, text in sorted(texts.items()) if _LOOKS_LIKE_ONE.search(text)][:1]
    reason = f"looks like a migration, but none was found in {', '.join(environment.versions)}"
    hint = "Check version_locations, its separator and recursive_version_locations."
    return [Unreadable(path, reason, hint=hint) for path in lost]


def _revision_entries(tree: Tree, environment: Environment) -> list[Entry]:
    found = {
        entry.path: entry
        for folder in environment.versions
        for entry in tree.entries(folder, deep=True)  # one question for the folder and __pycache__
        if _counts(entry, folder, environment)
    }
    return list(found.values())


def _counts(entry: Entry, folder: str, environment: Environment) -> bool:
    """Whether Alembic would load it, or what stands in the folder's place or in front of it."""
    below = entry.path.removeprefix(f"{folder}/") if folder else entry.path
    if folder and below == entry.path:  # the folder is itself a link or a submodule
        return True
    if "/" not in below and SOURCE.match(below):  # nearly always
        return True
    *folders, name = below.split("/")
    if folders[-1:] == ["__pycache__"]:
        near = environment.recursive or len(folders) == 1
        return near and entry.tracked and name.endswith(".pyc")
    bytecode = environment.sourceless and name.endswith((".pyc", ".pyo"))
    return (bool(SOURCE.match(name)) or bytecode) and (environment.recursive or not folders)


def _refusal(entry: Entry) -> Unreadable | None:
    if entry.kind is Kind.FILE and entry.path.endswith(".py"):  # nearly always
        return None
    if entry.path.endswith((".pyc", ".pyo")):
        hint = f'Run: git rm --cached -- "{entry.path}"'
        return Unreadable(entry.path, "is committed bytecode, which can hide the source", hint=hint)
    if entry.kind is Kind.UNMERGED:
        hint = f'Resolve it, then run: git add -- "{entry.path}"'
        return Unreadable(entry.path, "has an unresolved merge conflict", hint=hint)
    if entry.kind is not Kind.FILE:
        hint = "Commit the file itself: migbot does not follow it."
        return Unreadable(entry.path, f"is a {entry.kind}, not a file", hint=hint)
    return None


def _told(refused: Collection[Unreadable]) -> Iterable[Unreadable]:
    if not refused:
        return ()
    from migbot.core.told_once import told_once  # nearly never

    return told_once(refused)


def _read(entry: Entry, texts: dict[str, bytes], memory: Memory) -> Revision | Unreadable:
    if entry.path not in texts:
        return Unreadable(entry.path, "is larger than 256 KiB", hint="No migration needs that.")
    found = memory.read(entry.path, texts[entry.path])
    if isinstance(found, Revision) and _is_of_content(found):
        memory.keep(entry, found)
    return found


def _is_of_content(revision: Revision) -> bool:
    """Whether its id stands in the file and does not come from the file's name."""
    return "revision" in revision.lines


class Change:
    """Two moments of one environment: a commit, a merge and a pull request are the same thing.

    `after` is what the merge would leave. `on_base` says that there is nothing to compare with,
    because `after` is the base branch itself: then the history is judged as it stands.
    """

    def __init__(self, before: History, after: History, on_base: bool = False) -> None:
        self.before = before
        self.after = after
        self.on_base = on_base

    @cached_property
    def added(self) -> tuple[Revision, ...]:
        """Revisions whose id the base does not have, in order of their paths."""
        had = self.before.graph.by_id
        return tuple(each for each in self.after.graph.revisions if each.id not in had)

    @cached_property
    def removed(self) -> tuple[Revision, ...]:
        """Revisions of the base whose id is gone."""
        has = self.after.graph.by_id
        return tuple(each for each in self.before.graph.revisions if each.id not in has)

    @cached_property
    def edited(self) -> tuple[tuple[Revision, Revision], ...]:
        """Revisions of the base that do something else now: (as it was, as it is)."""
        return tuple(self._edited())

    @property
    def touched(self) -> tuple[Revision, ...]:
        """What this change is answerable for: added revisions, then edited ones as they are now."""
        return (*self.added, *(now for _, now in self.edited))

    def script(self, revision: Revision) -> Script:
        """What an added or edited revision does now."""
        return self._scripts[revision.path]

    @cached_property
    def _scripts(self) -> dict[str, Script]:
        entries = [self.after.entries[each.path] for each in self.touched]
        return {path: read_script(text) for path, text in self.after.read(entries).items()}

    def _edited(self) -> Iterator[tuple[Revision, Revision]]:
        if self.after.graph.below is self.before.graph:
            return  # files were only added
        for was in self.before.graph.by_id.values():
            now = self.after.graph.by_id.get(was.id)
            if now is not None and self._differs(was, now):
                yield was, now

    def _differs(self, was: Revision, now: Revision) -> bool:
        ids = self.before.entries[was.path].id, self.after.entries[now.path].id
        if ids[0] and ids[0] == ids[1]:
            return False
        return effect(self.before.source(was.path)) != effect(self.after.source(now.path))
