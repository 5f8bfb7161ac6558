"""What acts on repositories, through GitPython: mirrors on a server, and staging a file.

GitPython only starts git here. Its own reader of the index ignores GIT_INDEX_FILE and fails on
several formats, its writers leave locks behind, and a string that reaches `repo.git.fetch` can be
an option that runs a command: so nothing but whole ids and checked addresses is ever passed.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from git import Git

from migbot.adapters.git_process import Repository, said
from migbot.adapters.git_read import is_id, locate, resolve
from migbot.errors import MigbotError

SECONDS = 300.0
"""How long a fetch may take; the first one of a large repository is the longest."""

_FETCH = (
    *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"),
    "--end-of-options",
)
_OURS = "migbot-mirror"  # the file that says that a folder may be deleted
_INHERITED = ("PATH", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "GIT_SSL_CAINFO")
_THEIRS = re.compile(  # what went wrong is on the other side, or in between
    "unable to access|not our ref|not found|does not appear to be|[Aa]uthentication|could not read"
    "|not allowed|took longer|resolve host|remote error"
)


def mirror(
    url: str,
    folder: Path,
    ids: Iterable[str],
    *,
    token: str = "",
    protocols: tuple[str, ...] = ("https",),
    seconds: float = SECONDS,
) -> Repository:
    """A bare mirror in `folder` that has the commits `ids` of `url`, and what they came from.

    It is made where it is missing, and made anew, once, where the fetch fails because of damage in
    it. (Damage that a fetch does not meet shows when the mirror is read: `is_damaged` then says
    so, and the folder can be deleted.) Nothing is fetched where all are there already. The
    repository that comes back is asked without the token and with an environment made from
    nothing. Raises MigbotError where an id or the address is not one, the commit is not there, or
    the fetch fails or takes too long.
    """
    wanted = _checked(url, ids, protocols)
    env = server_env(url, token, protocols)
    _prepare(folder, env)
    try:
        _fetch(url, folder, wanted, env, seconds)
    except MigbotError as error:
        if _THEIRS.search(error.message) or not is_damaged(folder):
            raise
        shutil.rmtree(folder)
        _prepare(folder, env)
        _fetch(url, folder, wanted, env, seconds)
    return locate(folder, server_env())


def bare(folder: Path) -> Repository:
    """An empty bare repository in `folder`, to `fetch_refs` into."""
    _prepare(folder, server_env())
    return locate(folder, server_env())


def fetch_refs(
    repo: Repository,
    url: str,
    refs: Mapping[str, str],
    *,
    token: str = "",
    protocols: tuple[str, ...] = ("https",),
    seconds: float = SECONDS,
) -> None:
    """Fetch refs of `url` into refs of `repo` (theirs -> ours), all in one fetch.

    Nothing else of the repository changes, not even FETCH_HEAD. Raises MigbotError as `mirror`
    does, and where one of them is not there: then none is fetched.
    """
    _checked(url, (), protocols)
    env = server_env(url, token, protocols) | {"GIT_DIR": str(repo.git_dir)}
    _git(repo.folder, env, *_FETCH, url, *(f"+{a}:{b}" for a, b in refs.items()), seconds=seconds)


def is_damaged(folder: Path) -> bool:
    """Whether a mirror is beyond use: what a killed git leaves (a lock), what a full disk does.

    Every object is read, so this is for when something has gone wrong.
    """
    if any(folder.rglob("*.lock")):
        return True  # one job at a time uses a mirror: who made it is dead
    try:
        _git(folder, server_env(), "fsck", "--no-dangling", "--no-progress")
    except MigbotError:
        return True
    return False


def stage(repo: Repository, paths: Iterable[str]) -> None:
    """`git add` files of the work tree, into the index that the environment names.

    Attributes and filters apply, as for the user's own `git add`.
    """
    env = {**repo.env, "GIT_LITERAL_PATHSPECS": "1"}
    _git(repo.folder, env, "add", "--", *paths)


def server_env(
    url: str = "", token: str = "", protocols: tuple[str, ...] = ("https",)
) -> dict[str, str]:
    """The environment of git on a server, made from nothing; the token is in no argument or file.

    Pairs of GIT_CONFIG_COUNT win over the configuration of the repository that they are used on.
    """
    pairs = {**_SERVER_CONFIG, **{f"protocol.{name}.allow": "always" for name in protocols}}
    if token:
        login = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        pairs[f"http.{_origin(url)}/.extraHeader"] = f"Authorization: basic {login}"
    numbered = enumerate(pairs.items())
    config = {
        f"GIT_CONFIG_{what}_{number}": text
        for number, pair in numbered
        for what, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    allowed = {"GIT_ALLOW_PROTOCOL": ":".join(protocols), "GIT_CONFIG_COUNT": str(len(pairs))}
    return inherited | _SERVER | allowed | config


_SERVER = {
    "HOME": os.devnull,  # no folder of somebody's, with a .netrc or a .gitconfig in it
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LFS_SKIP_SMUDGE": "1",
}
_SERVER_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "protocol.allow": "never",
    "transfer.fsckObjects": "true",
    "fetch.recurseSubmodules": "no",
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.followRedirects": "false",
}


def _checked(url: str, ids: Iterable[str], protocols: tuple[str, ...]) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme not in protocols or parts.username or parts.password:
        raise MigbotError(f"Not an address to fetch from: {_origin(url)}.")
    wanted = list(dict.fromkeys(ids))
    strange = [id for id in wanted if not is_id(id)]
    if strange:
        raise MigbotError(f"Not the id of a commit: {strange[0][:80]!r}.")
    return wanted


def _origin(url: str) -> str:
    """The address without its path and without what may be a password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _prepare(folder: Path, env: Mapping[str, str]) -> None:
    """Make the bare repository where there is none. Only a folder of migbot's own is used: it may
    be deleted later."""
    mark = folder / _OURS
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise MigbotError(f"{folder} is not a mirror that migbot made.", "Name another folder.")
        mark.touch()
    if not (folder / "HEAD").exists():
        _git(folder, env, "init", "--quiet", "--bare", "--template=", ".")


def _fetch(url: str, folder: Path, ids: list[str], env: Mapping[str, str], seconds: float) -> None:
    """Fetch what is missing, each commit under a ref of its own, so that it stays."""
    repo = locate(folder, server_env())
    missing = [id for id in ids if resolve(repo, f"refs/migbot/{id}") != id]
    if missing:
        refspecs = [f"+{id}:refs/migbot/{id}" for id in missing]
        _git(folder, env, *_FETCH, url, *refspecs, seconds=seconds)


def _git(folder: Path, env: Mapping[str, str], *args: str, seconds: float = SECONDS) -> None:
    """Run git in exactly this environment.

    GitPython adds to what this process has; `env -u` takes away all that is not in `env`, by name,
    so that no value is seen in a list of processes.
    """
    foreign = [word for name in os.environ if name not in env for word in ("-u", name)]
    command = ["env", *foreign, "git", *args]
    status, _, stderr = Git(folder).execute(
        command,
        env=env,
        kill_after_timeout=seconds,
        with_extended_output=True,
        with_exceptions=False,
        stdout_as_string=False,
    )
    if stderr.startswith("Timeout: "):
        raise MigbotError(f"git {args[0]} took longer than {seconds:g} seconds.")
    if status:
        raise MigbotError(f"git {args[0]} failed: {said(os.fsencode(stderr))}")
