"""git's objects, branches and files, as GitHub answers them."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from fakes.github.bodies import REPO, api, example, page
from fakes.github.repository import Repository

_OBJECT_NAMES = {"blob": "file", "tree": "dir", "commit": "submodule"}


def ref(name: str, sha: str, home: Repository) -> dict[str, Any]:
    shape = example(f"GET {REPO}/git/ref/{{ref}}", home)
    kind = home.git.git("cat-file", "-t", sha)
    shape["object"] = {"sha": sha, "type": kind, "url": f"{api(home)}/git/{kind}s/{sha}"}
    return {**shape, "ref": name, "url": f"{api(home)}/git/{quote(name)}"}


def blob(sha: str, home: Repository) -> dict[str, Any]:
    shape = example(f"GET {REPO}/git/blobs/{{file_sha}}", home)
    data = content(sha, home)
    told = {"content": wrapped(data), "encoding": "base64", "size": len(data)}
    return {**shape, **told, "sha": sha, "url": f"{api(home)}/git/blobs/{sha}"}


def new_blob(sha: str, home: Repository) -> dict[str, Any]:
    return {"sha": sha, "url": f"{api(home)}/git/blobs/{sha}"}


def tree(sha: str, home: Repository, *, deep: bool = False) -> dict[str, Any]:
    entries = [_entry(line, home) for line in listed(sha, home, deep=deep)]
    return {
        "sha": sha, "url": f"{api(home)}/git/trees/{sha}", "tree": entries, "truncated": False,
    }  # fmt: skip


def listed(sha: str, home: Repository, *, deep: bool = False) -> list[str]:
    """What `git ls-tree` says of a tree, an entry a line."""
    said = home.git.git("ls-tree", "-z", "-l", *["-r", "-t"] * deep, sha)
    return [line for line in said.split("\0") if line]


def _entry(line: str, home: Repository) -> dict[str, Any]:
    told, _, path = line.partition("\t")
    mode, kind, sha, size = told.split()
    address = f"{api(home)}/git/{kind}s/{sha}"
    entry = {"path": path, "mode": mode, "type": kind, "sha": sha, "url": address}
    return entry | ({"size": int(size)} if kind == "blob" else {})


def commit(sha: str, home: Repository) -> dict[str, Any]:
    shape = example(f"GET {REPO}/git/commits/{{commit_sha}}", home)
    form = "%T%n%P%n%an%n%ae%n%aI%n%cn%n%ce%n%cI%n%B"
    said = home.git.git("log", "-1", f"--format={form}", sha).split("\n", 8)
    address, seen = f"{api(home)}/git/commits", f"{page(home)}/commit"
    shape |= {"sha": sha, "node_id": f"C_fake{sha}", "message": said[8].rstrip("\n")}
    shape |= {"url": f"{address}/{sha}", "html_url": f"{seen}/{sha}"}
    shape["author"] = dict(zip(("name", "email", "date"), said[2:5], strict=True))
    shape["committer"] = dict(zip(("name", "email", "date"), said[5:8], strict=True))
    shape["tree"] = {"sha": said[0], "url": f"{api(home)}/git/trees/{said[0]}"}
    shape["parents"] = [
        {"sha": one, "url": f"{address}/{one}", "html_url": f"{seen}/{one}"}
        for one in said[1].split()
    ]
    return dict(shape)


def branch(name: str, shown: dict[str, Any], home: Repository) -> dict[str, Any]:
    """A branch; `shown` is its commit."""
    shape = example(f"GET {REPO}/branches/{{branch}}", home)
    address = f"{api(home)}/branches/{quote(name)}"
    shape |= {"name": name, "commit": shown, "protection_url": f"{address}/protection"}
    shape["_links"] = {"self": address, "html": f"{page(home)}/tree/{quote(name)}"}
    return dict(shape)


def file(path: str, line: str, at: str, home: Repository) -> dict[str, Any]:
    """A file with its content, as `GET contents` tells it; `line` is from `listed`."""
    mode, kind, sha, size = line.partition("\t")[0].split()
    told = file_in_folder(path, line, at, home)
    if kind != "blob":
        return told | {"submodule_git_url": f"{page(home)}.git"}
    if mode == "120000":
        target = content(sha, home).decode()
        return told | {"type": "symlink", "target": target}
    # From one megabyte on GitHub leaves the content out (REST, "Get repository content").
    large = int(size) > 1_000_000
    text = "" if large else wrapped(content(sha, home))
    return told | {"content": text, "encoding": "none" if large else "base64"}


def file_in_folder(path: str, line: str, at: str, home: Repository) -> dict[str, Any]:
    """An entry of a folder, which has no content."""
    _, kind, sha, size = line.partition("\t")[0].split()
    address = f"{api(home)}/contents/{quote(path)}?ref={quote(at)}"
    git, seen = f"{api(home)}/git/{kind}s/{sha}", f"{page(home)}/blob/{quote(at)}/{quote(path)}"
    return {
        "type": _OBJECT_NAMES[kind], "size": int(size) if kind == "blob" else 0,
        "name": path.rpartition("/")[2], "path": path, "sha": sha, "url": address,
        "git_url": git, "html_url": seen, "download_url": seen if kind == "blob" else None,
        "_links": {"self": address, "git": git, "html": seen},
    }  # fmt: skip


def content(sha: str, home: Repository) -> bytes:
    """The bytes of a blob."""
    return home.git.run("git", "cat-file", "blob", sha).stdout


def wrapped(data: bytes) -> str:
    """base64 as GitHub gives it, with a line break after every 60 characters and at the end."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))
