"""Questions to a repository that need git and nothing else: hooks import this."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from migbot.adapters.git_process import SAME_ANSWERS, Repository, attempt, git, records, said, start
from migbot.core.value import Value
from migbot.errors import MigbotError

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NAMES_SOMETHING = re.compile(r"[^-\x00-\x1f\x7f][^\x00-\x1f\x7f]*")
_WHOLE = ("refs/heads/*", "refs/*")


class Ref(Value):
    """A full ref name, and the id of the commit that it leads to (a tag is peeled)."""

    name: str
    id: str


def locate(start_at: Path, env: Mapping[str, str] | None = None) -> Repository:
    """The repository around a folder; work trees, linked ones, submodules and bare ones alike.

    `env` (by default this process's environment) is what every later question is asked with. As
    git does, a GIT_DIR in it wins over the folder: so a hook finds the repository it runs for.
    Raises MigbotError where there is none, git does not trust it, or there is no git.
    """
    env = dict(os.environ if env is None else env)
    asked = ("--absolute-git-dir", "--git-common-dir", "--show-object-format", "--show-cdup")
    done = start(env | SAME_ANSWERS, start_at, "rev-parse", *asked)
    if done.returncode:
        raise _not_found(start_at, done.stderr)
    here = Path(start_at).resolve()
    git_dir, common, object_format, *up = os.fsdecode(done.stdout).split("\n")[:-1]
    if len(up) > 1 or not Path(git_dir).is_dir():
        raise MigbotError(f"The path of the repository {start_at} holds a newline.")
    return Repository(
        root=(here / up[0]).resolve() if up else None,
        git_dir=Path(git_dir),
        common_dir=(here / common).resolve(),
        # before 2.29 git echoed a question that it did not know
        object_format="sha256" if object_format == "sha256" else "sha1",
        env=env,
    )


def elsewhere(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """`env` without what ties git to one repository: what to `locate` another one with.

    Without it, inside a hook, a `git init` in another folder initialises the hook's own again.
    """
    env = dict(os.environ if env is None else env)
    names = start(env | SAME_ANSWERS, Path(), "rev-parse", "--local-env-vars").stdout.decode()
    return {name: value for name, value in env.items() if name not in names.split()}


def git_version(repo: Repository) -> tuple[int, ...]:
    """The version of git as numbers: (2, 39, 5)."""
    numbers = re.search(rb"\d+(?:\.\d+)+", git(repo, "version"))
    return tuple(int(part) for part in numbers[0].split(b".")) if numbers else (0,)


def hooks_dir(repo: Repository) -> Path:
    """Where git looks for hooks here, core.hooksPath and linked work trees considered."""
    path = git(repo, "rev-parse", "--git-path", "hooks")
    return repo.folder / os.fsdecode(path.removesuffix(b"\n"))


def resolve(repo: Repository, ref: str) -> str | None:
    """The id of the commit that `ref` names; None where it names none, or is no way to name one.

    What starts with a dash is refused, although such a branch can exist: refs/heads/--x names it.
    """
    if not _NAMES_SOMETHING.fullmatch(ref):
        return None
    asked = ("--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    done = attempt(repo, "rev-parse", *asked)
    found = done.stdout.decode().strip()
    return found if done.returncode == 0 and is_id(found) else None


def need(repo: Repository, name: str) -> str:
    """As `resolve`; raises MigbotError where the name leads to no commit."""
    id = resolve(repo, name)
    if id is None:
        raise no_commit(name)
    return id


def is_id(text: str) -> bool:
    """Whether this is a whole object id, and so can be handed to git as it is."""
    return _ID.fullmatch(text) is not None


def merge_base(repo: Repository, one: str, *others: str) -> str | None:
    """The best common ancestor of `one` and a commit that merges `others` (the first, of several).

    None where there is none here.
    """
    done = attempt(repo, "merge-base", "--", one, *others)
    if done.returncode > 1:
        raise MigbotError(f"git merge-base failed: {said(done.stderr)}")
    return next(iter(done.stdout.decode().split()), None)


def is_shallow(repo: Repository) -> bool:
    """Whether history was cut off: what lies below the cut cannot be known."""
    return git(repo, "rev-parse", "--is-shallow-repository").strip() == b"true"


def is_single_branch(repo: Repository) -> bool:
    """Whether a remote is fetched from without all its branches: others cannot be known."""
    refspecs: dict[str, list[str]] = {}
    for key, value in _config(repo, r"^remote\..*\.fetch$"):
        refspecs.setdefault(key, []).append(value.lstrip("+").split(":")[0])
    return any(not set(_WHOLE).intersection(sources) for sources in refspecs.values())


def current_branch(repo: Repository) -> str | None:
    """The full name of the branch that HEAD is on, born or not; None where HEAD is detached."""
    try:
        head = (repo.git_dir / "HEAD").read_bytes().strip()
    except OSError:
        head = b""
    if head.startswith(b"ref: ") and not head.endswith(b"/.invalid"):  # that is a reftable's stub
        return os.fsdecode(head.removeprefix(b"ref: "))
    if is_id(head.decode("latin-1")):
        return None
    done = attempt(repo, "symbolic-ref", "--quiet", "HEAD")
    return os.fsdecode(done.stdout).strip() or None


class Landmarks(Value):
    """The commit that is checked out ("" before the first), and the ref that stands out as base."""

    head: str
    main: Ref | None


def landmarks(repo: Repository) -> Landmarks:
    """Where this repository is, in one question."""
    here = current_branch(repo)
    names = _guesses(repo)
    refs = _refs(repo, *names, *([here] if here else []))
    main = next((refs[name] for name in names if name in refs), None)
    if here is None:
        return Landmarks(resolve(repo, "HEAD") or "", main)
    return Landmarks(refs[here].id if here in refs else "", main)


def default_base(repo: Repository, setting: str = "") -> str | None:
    """As `default_ref`, but its name alone."""
    found = default_ref(repo, setting)
    return found.name if found else None


def default_ref(repo: Repository, setting: str = "", known: Landmarks | None = None) -> Ref | None:
    """The full ref that changes are judged against; None where nothing stands out.

    The setting; else what the remote (the current branch's, or origin) calls its HEAD; its main
    or master; the local main or master; what `init.defaultBranch` names. Raises MigbotError where
    the setting names nothing here: a wrong base is not to be replaced by a guess.
    """
    if setting:
        return _named_base(repo, setting)
    return (known or landmarks(repo)).main or _initial(repo)


def _guesses(repo: Repository) -> list[str]:
    remote = "origin" if _has_no_other_than_origin(repo) else _remote(repo)
    names = [f"refs/remotes/{remote}/{name}" for name in ("HEAD", "main", "master")]
    return [*names, "refs/heads/main", "refs/heads/master"]


def _has_no_other_than_origin(repo: Repository) -> bool:
    """Whether the file shows that no other remote is configured, so that git need not be asked."""
    try:
        text = (repo.common_dir / "config").read_bytes().lower()
    except OSError:
        return False
    return b"include" not in text and text.count(b"[remote") == text.count(b'[remote "origin"]')


def _initial(repo: Repository) -> Ref | None:
    names = [f"refs/heads/{value}" for _, value in _config(repo, r"^init\.defaultbranch$")]
    return next(iter(_refs(repo, *names[-1:]).values()), None) if names else None


def _refs(repo: Repository, *patterns: str) -> dict[str, Ref]:
    """The refs that match, by name; a symbolic one is the ref that it leads to."""
    form = "--format=%(refname)%00%(symref)%00%(objectname)"
    shown = git(repo, "for-each-ref", form, "--", *patterns)
    lines = (line.split("\0") for line in os.fsdecode(shown).split("\n")[:-1])
    return {name: Ref(leads_to or name, id) for name, leads_to, id in lines}


def refs_matching(repo: Repository, patterns: tuple[str, ...]) -> tuple[Ref, ...]:
    """The refs that lead to commits and match one of `patterns`, as `git for-each-ref` reads them.

    `refs/tags/` is all tags; a `*` does not cross a slash, but what lies below a match is one too:
    `refs/heads/release*` finds release-1 and release/2. No pattern, no ref.
    """
    if not patterns:
        return ()
    form = "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    below = (f"{pattern.rstrip('/')}/**" for pattern in patterns)
    shown = git(repo, "for-each-ref", form, "--", *patterns, *below)
    refs = []
    for line in os.fsdecode(shown).split("\n")[:-1]:
        name, kind, id, peeled_kind, peeled = line.split("\0")
        if "commit" in (kind, peeled_kind):
            refs.append(Ref(name, id if kind == "commit" else peeled))
    return tuple(refs)


def staged(repo: Repository) -> tuple[str, ...]:
    """The paths in which the index differs from HEAD (on an unborn branch: all of them)."""
    flags = ("--cached", "--name-only", "--no-renames", "--no-ext-diff", "--no-textconv")
    return tuple(os.fsdecode(path) for path in records(git(repo, "diff", *flags, "-z")) if path)


def changed_paths(repo: Repository, one: str, other: str) -> tuple[str, ...]:
    """The paths in which two commits differ; both are ids."""
    flags = ("-r", "--name-only", "--no-renames", "-z")
    found = records(git(repo, "diff-tree", *flags, one, other))
    return tuple(os.fsdecode(path) for path in found if path)


def content_ids(repo: Repository, commit: str, paths: Iterable[str]) -> dict[str, str]:
    """The id of each file's content in a commit, by one process; paths that it lacks are left out.

    Ids are equal where contents are, so that nothing has to be read to compare two commits.
    """
    asked = [path for path in paths if "\n" not in path]
    if not asked:
        return {}
    stdin = "".join(f"{commit}:{path}\n" for path in asked).encode(errors="surrogateescape")
    said = git(repo, "cat-file", "--batch-check=%(objectname)", stdin=stdin).decode().split("\n")
    return {path: id for path, id in zip(asked, said, strict=False) if is_id(id)}


def no_commit(name: str) -> MigbotError:
    """What is said of a name that leads to no commit here."""
    return MigbotError(f"{name!r} names no commit here.", f"git fetch origin {_quoted(name)}")


def _quoted(word: str) -> str:
    from shlex import quote  # for an error only

    return quote(word)


def _not_found(folder: Path, stderr: bytes) -> MigbotError:
    if b"dubious ownership" in stderr:
        there = _quoted(str(Path(folder).resolve()))
        return MigbotError(
            f"git does not trust the repository at {folder}: it belongs to another user.",
            f"If you do: git config --global --add safe.directory {there}",
        )
    if b"not a git repository" in stderr:
        return MigbotError(
            f"{folder} is not in a git repository.", "Go into one, or name it with -C DIR."
        )
    return MigbotError(f"git cannot read the repository at {folder}: {said(stderr)}")


def _config(repo: Repository, pattern: str) -> list[tuple[str, str]]:
    """The keys that match, each with one of its values; the last is the one that holds."""
    done = attempt(repo, "config", "-z", "--get-regexp", pattern)
    pairs = (os.fsdecode(record).partition("\n") for record in records(done.stdout))
    return [(key, value) for key, _, value in pairs]


def _remote(repo: Repository) -> str:
    branch = (current_branch(repo) or "").removeprefix("refs/heads/")
    config = dict(_config(repo, r"^branch\..*\.remote$"))
    return config.get(f"branch.{branch}.remote", "origin")


def _named_base(repo: Repository, setting: str) -> Ref:
    for name in (setting, f"refs/remotes/{_remote(repo)}/{setting}"):
        if id := resolve(repo, name):  # which refuses a dash, so that this can do without a guard
            full = git(repo, "rev-parse", "--symbolic-full-name", name)
            return Ref(os.fsdecode(full.strip()) or name, id)
    raise no_commit(setting)
