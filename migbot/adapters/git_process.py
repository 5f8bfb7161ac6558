"""How git is run: one process a question, the same answers from everybody's git, clear errors."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import MappingProxyType

from migbot.core.value import Value
from migbot.errors import MigbotError

TYPE_CHECKING = False  # see core.value
if TYPE_CHECKING:
    from typing import IO

SAME_ANSWERS = {
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not go to the network to answer a hook
    "GIT_NO_REPLACE_OBJECTS": "1",  # what is pushed and merged is the object that was replaced
    "GIT_OPTIONAL_LOCKS": "0",  # reading never writes a refreshed index
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "0",  # `git --literal-pathspecs commit` hands these to its hooks
    "GIT_ICASE_PATHSPECS": "0",
    "LC_ALL": "C",
}
"""What git is told beside the environment that it inherits."""

SECONDS = 60.0
"""How long one question to git may take."""

LISTING_SECONDS = 10.0
LISTING_BYTES = 128 * 1024 * 1024
"""What a list of paths may take: 212 KB of objects can name 10^10; a million real ones fit."""


class Repository(Value):
    """A repository, and the environment in which git is asked about it.

    `root` is the top of the work tree (None: bare), `git_dir` the folder of this work tree's own
    state, `common_dir` the one that all linked work trees share. `object_format` is sha1 or
    sha256. Inherited variables (GIT_INDEX_FILE above all) live in `env`, so that a hook sees the
    index that is being committed.
    """

    root: Path | None
    git_dir: Path
    common_dir: Path
    object_format: str = "sha1"
    env: Mapping[str, str] = MappingProxyType({})

    def __hash__(self) -> int:
        return hash(self.git_dir)  # an environment has no hash

    def __repr__(self) -> str:
        return f"Repository({str(self.folder)!r})"  # an environment may hold secrets

    @property
    def folder(self) -> Path:
        """Where git runs: the top of the work tree, which relative paths in `env` start from."""
        return self.root or self.git_dir


def attempt(
    repo: Repository, *args: str, stdin: bytes = b"", seconds: float = SECONDS
) -> subprocess.CompletedProcess[bytes]:
    """What `git ARGS` answers, whatever its exit code.

    Raises MigbotError where git cannot be started or takes longer than `seconds`.
    """
    return start(_pinned(repo), repo.folder, *args, stdin=stdin, seconds=seconds)


def git(repo: Repository, *args: str, stdin: bytes = b"", seconds: float = SECONDS) -> bytes:
    """What `git ARGS` prints; raises MigbotError with git's own words where it fails."""
    done = attempt(repo, *args, stdin=stdin, seconds=seconds)
    if done.returncode:
        raise MigbotError(f"git {verb(args)} failed: {said(done.stderr)}")
    return done.stdout


class Endless(MigbotError):
    """A list of paths that has no end for all that anybody can wait for."""


def endless() -> Endless:
    """What to tell of a tree that cannot be listed."""
    return Endless(
        "The tree names more paths than can be listed.",
        "If it is real, run migbot on a smaller checkout; a tree can be built to be endless.",
    )


def listing(repo: Repository, *args: str) -> list[bytes]:
    """The NUL-separated records that `git ARGS` prints.

    Raises Endless where they are more than anybody's real repository has: nothing is kept of
    such a list, and git is stopped.
    """
    printed = _capped(repo, args, subprocess.DEVNULL, LISTING_BYTES)
    return records(git(repo, *args) if printed is None else printed)


def capped(repo: Repository, *args: str, stdin: bytes, most: int) -> bytes:
    """What `git ARGS` answers to `stdin`; raises Endless where that is more than `most` bytes or
    takes longer than a list may."""
    import tempfile  # no hook asks this

    with tempfile.TemporaryFile() as asked:
        asked.write(stdin)
        asked.seek(0)
        printed = _capped(repo, args, asked, most)
    return git(repo, *args, stdin=stdin) if printed is None else printed


def _capped(
    repo: Repository, args: tuple[str, ...], stdin: IO[bytes] | int, most: int
) -> bytes | None:
    """None where git failed, which is then to be asked again for its words."""
    with subprocess.Popen(  # not `attempt`: it would take all that git prints
        command(*args),
        cwd=repo.folder,
        env=_pinned(repo),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        clock = Timer(LISTING_SECONDS, process.kill)
        clock.start()
        try:
            printed = process.stdout.read(most + 1)
        except BaseException:  # a hook that ran out of time must not wait for git
            process.kill()
            raise
        finally:
            clock.cancel()
    # a git that had more to say died of the closed pipe
    if process.returncode < 0 or len(printed) > most:
        raise endless()
    return printed if process.returncode == 0 else None


@contextmanager
def streaming(repo: Repository, stdin: IO[bytes], *args: str) -> Iterator[IO[bytes]]:
    """What `git ARGS` prints, to be read in parts; git is ended with the `with`, or in time."""
    with subprocess.Popen(
        command(*args),
        cwd=repo.folder,
        env=_pinned(repo),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        clock = Timer(SECONDS, process.kill)
        clock.start()
        try:
            yield process.stdout
        finally:
            clock.cancel()
            process.kill()


def start(
    env: Mapping[str, str], folder: Path, *args: str, stdin: bytes = b"", seconds: float = SECONDS
) -> subprocess.CompletedProcess[bytes]:
    """As `attempt`, where there is no repository yet."""
    try:
        return subprocess.run(
            command(*args), cwd=folder, env=env, input=stdin, capture_output=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise MigbotError(f"git {verb(args)} took longer than {seconds:g} seconds.") from None
    except OSError as error:
        if not folder.is_dir():
            raise MigbotError(f"{folder} is not a folder.", "Give one that is, with -C.") from None
        raise MigbotError(
            f"git cannot be started: {error.strerror}.",
            "Install it (https://git-scm.com/downloads) and see that it is on PATH.",
        ) from None


def command(*args: str) -> list[str]:
    """The command line; fsmonitor is off because a configured one is a program that would run."""
    return ["git", "-c", "core.fsmonitor=false", *args]


def records(printed: bytes) -> list[bytes]:
    """The records of output made with `-z`."""
    return printed.removesuffix(b"\0").split(b"\0") if printed else []


def said(stderr: bytes) -> str:
    """Git's complaint in one line that is safe to print: a file's name may hold anything."""
    lines = stderr.decode(errors="replace").strip().splitlines() or ["it did not say why"]
    worst = (line for word in ("fatal: ", "error: ", "") for line in lines if line.startswith(word))
    text = next(worst).removeprefix("fatal: ").removeprefix("error: ")
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:500]


def verb(args: tuple[str, ...]) -> str:
    """The git command in `args`, after its `-c KEY=VALUE` pairs."""
    while args and args[0] == "-c":
        args = args[2:]
    return args[0] if args else ""


def _pinned(repo: Repository) -> dict[str, str]:
    """The environment, made sure of which repository is meant: git looks for it no more."""
    env = {**repo.env, **SAME_ANSWERS, "GIT_DIR": str(repo.git_dir)}
    return env | ({"GIT_WORK_TREE": str(repo.root)} if repo.root else {})
