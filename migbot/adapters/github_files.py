"""Files that GitHub keeps elsewhere: an artifact of a workflow's run, as bytes nobody trusts."""

from __future__ import annotations

import io
import zipfile
import zlib
from urllib.parse import urlsplit

import requests

from migbot.adapters.github_api import Connection, Missing, checked, named, safe
from migbot.core.value import Value
from migbot.errors import MigbotError

LARGEST_ZIP = 1024 * 1024
"""Bytes. A report of 5,000 revisions packs into a quarter of it."""


class _Artifact(Value):
    id: int
    size_in_bytes: int
    expired: bool


def artifact(github: Connection, repository: str, run: int, name: str, *, largest: int) -> bytes:
    """The one file in the newest artifact called `name` of a workflow's run.

    It is never written to a disk: whoever opened the pull request may have made it. Raises
    MigbotError where there is none, or where it is not one file `{name}.json` of at most
    `largest` bytes.
    """
    path = f"/repos/{named(repository)}/actions"
    entries = github.pages(f"{path}/runs/{run}/artifacts", "artifacts", name=name)
    there = [one for one in (checked(_Artifact, each) for each in entries) if not one.expired]
    if not there:
        raise Missing(f"The run {run} has left no {name}.", "Look at its log; run it again.")
    newest = max(there, key=lambda one: one.id)  # another attempt of the run has left another
    if newest.size_in_bytes > LARGEST_ZIP:
        raise MigbotError(f"The {name} of the run {run} is larger than one can be.")
    packed = _fetched(github, f"{path}/artifacts/{newest.id}/zip")
    return _unpacked(packed, f"{name}.json", largest)


def _fetched(github: Connection, path: str) -> bytes:
    """GitHub sends us on to where the file is kept, which is not to see the token."""
    try:
        first = _get(github.api_url + path, github, f"Bearer {github.auth.token}")
        with first:
            where = first.headers.get("location", "")
            if first.status_code != 302 or not urlsplit(where).hostname:
                raise MigbotError(f"GitHub does not give the artifact ({first.status_code}).")
        with _get(safe(where), github, "") as answer:
            if answer.status_code != 200:
                raise MigbotError(f"The artifact cannot be fetched ({answer.status_code}).")
            return _at_most(answer, LARGEST_ZIP)
    except requests.RequestException as error:
        raise MigbotError(f"The artifact cannot be fetched ({type(error).__name__}).") from None


def _get(url: str, github: Connection, authorization: str) -> requests.Response:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if authorization:
            request.headers["Authorization"] = authorization
        return request  # and nothing out of a .netrc, which requests would put in otherwise

    return requests.get(url, auth=sign, timeout=github.timeout, stream=True, allow_redirects=False)


def _at_most(answer: requests.Response, largest: int) -> bytes:
    held = b""
    for piece in answer.iter_content(65_536):
        held += piece
        if len(held) > largest:
            raise MigbotError("The artifact is larger than GitHub said.")
    return held


def _unpacked(packed: bytes, name: str, largest: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as box:
            if box.namelist() != [name]:
                raise MigbotError(f"The artifact does not hold one file {name}.")
            with box.open(name) as file:
                content = file.read(largest + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise MigbotError("The artifact is no sound zip file.") from None
    if len(content) > largest:
        raise MigbotError(f"The {name} in the artifact is larger than a report can be.")
    return content
