"""git's own objects: refs, blobs, trees and commits, read and made."""

from __future__ import annotations

import base64
import contextlib
import os
from typing import Any

from fakes.github.bodies import git as shapes
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused

GIT = f"{REPO}/git"


@route(f"GET {GIT}/ref/{{ref}}")
def get_ref(call: Call) -> Answer:
    call.needs("read", "contents")
    name = f"refs/{call.arguments['ref']}"
    return 200, shapes.ref(name, call.found(_at(call, name)), call.repository), {}


def _at(call: Call, name: str) -> str | None:
    """Where a ref is; `for-each-ref` lists those below it, too."""
    said = call.repository.git.git("for-each-ref", "--format=%(refname) %(objectname)", name)
    refs = dict(line.split(" ") for line in said.splitlines())
    return refs.get(name)


def _object(call: Call, sha: str, kind: str, status: int = 422) -> str:
    """`sha` where there is an object of that kind."""
    done = call.repository.git.run("git", "cat-file", "-t", sha, check=False)
    if done.stdout.decode().strip() != kind:
        said = "Not Found" if status == 404 else f"{kind} {sha} does not exist"
        raise Refused(status, said)
    return sha


@route(f"POST {GIT}/refs")
def create_ref(call: Call) -> Answer:
    call.needs("write", "contents")
    name, sha = call.input["ref"], call.input["sha"]
    if not name.startswith("refs/") or name.count("/") < 2:
        raise Refused(422, "Reference name must start with 'refs' and have at least two slashes")
    if _at(call, name) is not None:
        raise Refused(422, "Reference already exists")
    _object(call, sha, "commit")
    _put(call, name, sha)
    return 201, shapes.ref(name, sha, call.repository), {}


@route(f"PATCH {GIT}/refs/{{ref}}")
def update_ref(call: Call) -> Answer:
    call.needs("write", "contents")
    name, sha = f"refs/{call.arguments['ref']}", call.input["sha"]
    before = _at(call, name)
    if before is None:
        raise Refused(422, "Reference does not exist")
    _object(call, sha, "commit")
    ahead = ("git", "merge-base", "--is-ancestor", before, sha)
    forced = call.input.get("force", False)
    if not forced and call.repository.git.run(*ahead, check=False).returncode:
        raise Refused(422, "Update is not a fast forward")
    _put(call, name, sha)
    return 200, shapes.ref(name, sha, call.repository), {}


def _put(call: Call, name: str, sha: str) -> None:
    if name.startswith("refs/heads/"):
        call.repository.move(name.removeprefix("refs/heads/"), sha, call.token.account)
    else:
        call.repository.git.git("update-ref", name, sha)


@route(f"DELETE {GIT}/refs/{{ref}}")
def delete_ref(call: Call) -> Answer:
    call.needs("write", "contents")
    name = f"refs/{call.arguments['ref']}"
    if _at(call, name) is None:
        raise Refused(422, "Reference does not exist")
    call.repository.git.git("update-ref", "-d", name)
    return 204, None, {}


@route(f"GET {GIT}/blobs/{{file_sha}}")
def get_blob(call: Call) -> Answer:
    call.needs("read", "contents")
    sha = _object(call, call.arguments["file_sha"], "blob", 404)
    return 200, shapes.blob(sha, call.repository), {}


@route(f"POST {GIT}/blobs")
def create_blob(call: Call) -> Answer:
    call.needs("write", "contents")
    given = call.input
    data = given["content"].encode()
    data = base64.b64decode(data) if given.get("encoding") == "base64" else data
    sha = call.repository.git.git("hash-object", "-w", "--stdin", stdin=data)
    return 201, shapes.new_blob(sha, call.repository), {}


@route(f"GET {GIT}/trees/{{tree_sha}}")
def get_tree(call: Call) -> Answer:
    call.needs("read", "contents")
    named, git = call.arguments["tree_sha"], call.repository.git
    done = git.run("git", "rev-parse", "--verify", "--quiet", f"{named}^{{tree}}", check=False)
    sha = call.found(done.stdout.decode().strip() or None)
    return 200, shapes.tree(sha, call.repository, deep="recursive" in call.query), {}


@route(f"POST {GIT}/trees")
def create_tree(call: Call) -> Answer:
    call.needs("write", "contents")
    git, given = call.repository.git, call.input
    index = git.root / f"index.{next(call.world.ids)}"
    env = {"GIT_INDEX_FILE": os.fspath(index)}
    if "base_tree" in given:
        git.git("read-tree", _tree_of(call, given["base_tree"]), env=env)
    lines = "".join(_index_line(call, entry) for entry in given["tree"])
    git.git("update-index", "--index-info", stdin=lines.encode(), env=env)
    sha = git.git("write-tree", env=env)
    with contextlib.suppress(FileNotFoundError):
        index.unlink()
    return 201, shapes.tree(sha, call.repository), {}


def _tree_of(call: Call, sha: str) -> str:
    git = call.repository.git
    done = git.run("git", "rev-parse", "--verify", "--quiet", f"{sha}^{{tree}}", check=False)
    if done.returncode:
        raise Refused(422, "base_tree is not a valid tree")
    return done.stdout.decode().strip()


def _index_line(call: Call, entry: dict[str, Any]) -> str:
    """An entry in the words of `update-index`; a `sha` of null takes the path away."""
    if "content" in entry:
        put = ("hash-object", "-w", "--stdin")
        sha = call.repository.git.git(*put, stdin=entry["content"].encode())
        entry = {**entry, "sha": sha}
    if entry["sha"] is None:
        return f"0 {'0' * 40}\t{entry['path']}\n"
    sha = _object(call, entry["sha"], entry.get("type", "blob"))
    return f"{entry.get('mode', '100644')} {sha}\t{entry['path']}\n"


@route(f"GET {GIT}/commits/{{commit_sha}}")
def get_commit(call: Call) -> Answer:
    call.needs("read", "contents")
    sha = _object(call, call.arguments["commit_sha"], "commit", 404)
    return 200, shapes.commit(sha, call.repository), {}


@route(f"POST {GIT}/commits")
def create_commit(call: Call) -> Answer:
    call.needs("write", "contents")
    given = call.input
    tree = _object(call, given["tree"], "tree")
    parents = [_object(call, sha, "commit") for sha in given.get("parents", [])]
    options = [part for sha in parents for part in ("-p", sha)]
    said = ("commit-tree", tree, *options, "-m", given["message"])
    sha = call.repository.git.git(*said, env=_who(call, given))
    return 201, shapes.commit(sha, call.repository), {}


def _who(call: Call, given: dict[str, Any]) -> dict[str, str]:
    """Whoever has the token, where no author is given, as GitHub does it."""
    login = call.token.account.login
    me = {"name": login, "email": f"{login}@users.noreply.example"}
    author = given.get("author", me)
    committer = given.get("committer", author)
    return {
        "GIT_AUTHOR_NAME": author["name"], "GIT_AUTHOR_EMAIL": author["email"],
        "GIT_COMMITTER_NAME": committer["name"], "GIT_COMMITTER_EMAIL": committer["email"],
    }  # fmt: skip
