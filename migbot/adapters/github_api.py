"""The thread to GitHub's interface: PyGithub carries it, and answers become checked values."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import requests
from github import Auth, Github, GithubException, GithubRetry, RateLimitExceededException

from migbot import __version__
from migbot.core.github_names import is_repository
from migbot.core.plain import build
from migbot.core.value import Value
from migbot.errors import MigbotError

T = TypeVar("T")

PUBLIC = "https://api.github.com"
LONGEST_WAIT = 20
"""Seconds. What GitHub asks to wait for longer is told to the caller, who can come again."""

MOST_PAGES = 100
"""Of 100 entries each; GitHub itself shows no more comments on one page in a browser."""

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Forbidden(MigbotError):
    """The token may not do this; the caller may know a smaller thing that it may do."""


class Missing(MigbotError):
    """It is not there, or not to be seen with this token."""


class Invalid(MigbotError):
    """GitHub understood and will not do it: a line that the pull request does not show."""


class Patience(MigbotError):
    """GitHub has had enough of us for now: whatever else is to be done has to wait."""


class Unanswered(MigbotError):
    """A write whose outcome is not known: look again before doing it a second time."""


class Account(Value):
    """Somebody with a login: a person, or an App's bot."""

    id: int
    login: str


@dataclass(frozen=True, slots=True)
class AppKey:
    """A GitHub App's id and the private key (PEM) that it signs with; the key is never shown."""

    id: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """One token's way to one GitHub; not to be shared between threads.

    `pause` is how many seconds lie between two writes: GitHub asks for one, and for at most 80
    writes a minute (docs.github.com, "Best practices for using the REST API").
    """

    api_url: str
    auth: Auth.Auth = field(repr=False)
    pause: float = 1.0
    timeout: int = 10
    _requester: Any = field(init=False, repr=False, compare=False)
    _known: list[Account] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_requester", _requester(self))

    def read(self, path: str, **parameters: object) -> Any:
        """The JSON at `path`. A lost answer is asked for again; raises MigbotError."""
        with _told(f"GET {path}", lost=MigbotError):
            return _json(*self._requester.requestJsonAndCheck("GET", path, parameters=parameters))

    def pages(self, path: str, key: str = "", **parameters: object) -> Iterator[Any]:
        """Every entry at `path` on every page; `key` is where a page keeps its entries."""
        for number in range(1, MOST_PAGES + 1):
            asked = {**parameters, "per_page": 100, "page": number}
            with _told(f"GET {path}", lost=MigbotError):
                headers, data = self._requester.requestJsonAndCheck("GET", path, parameters=asked)
                entries = _entries(_json(headers, data), key)
            yield from entries
            # Only whether there is a next page is read of the link, never where it leads.
            if 'rel="next"' not in headers.get("link", ""):
                return

    def write(self, verb: str, path: str, body: dict[str, object] | None = None) -> Any:
        """Change something, once. Raises Unanswered where nobody knows whether it was done."""
        with _told(f"{verb} {path}", lost=Unanswered):
            return _json(*self._requester.requestJsonAndCheck(verb, path, input=body))

    def me(self) -> Account:
        """Whose token this is, asked once. GraphQL's `viewer` answers every kind of token, REST's
        /user does not."""
        if not self._known:
            viewer = self._graphql("asking who we are", "query { viewer { databaseId login } }")
            known = {"id": viewer["viewer"]["databaseId"], "login": viewer["viewer"]["login"]}
            self._known.append(checked(Account, known))
        return self._known[0]

    def minimise(self, node: str) -> None:
        """Fold a comment away as resolved; `node` is its `node_id`. Only GraphQL can."""
        query = (
            "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) "
            "{ minimizedComment { isMinimized } } }"
        )
        self._graphql("folding a comment away", query, id=node)

    def _graphql(self, what: str, query: str, **variables: str) -> Any:
        with _told(what, lost=Unanswered):
            answer = _json(*self._requester.graphql_query(query, variables))["data"]
            if not isinstance(answer, dict):
                raise ValueError("no data")
            return answer


def connect(
    token: str, *, api_url: str = PUBLIC, pause: float = 1.0, timeout: int = 10
) -> Connection:
    """A connection with a token: GITHUB_TOKEN, a personal one, or an installation's."""
    return Connection(safe(api_url), Auth.Token(token), pause, timeout)


def settled(step: Callable[[], T], pause: float = 1.0, tries: int = 3) -> T:
    """Do `step`, again where its outcome is unknown; so `step` must begin by looking.

    This is the only way a write is repeated: an answer of 502 may well come after the comment
    was made, and a blind second POST makes a second comment.
    """
    for attempt in range(1, tries):
        try:
            return step()
        except Unanswered:
            time.sleep(pause * attempt)
    return step()


def installation_token(
    app: AppKey, installation: int, repository: int, *, api_url: str = PUBLIC, pause: float = 1.0
) -> str:
    """A token (one hour) for one repository id, with the least that judging needs."""
    github = Connection(safe(api_url), _app_auth(app), pause)
    asked: dict[str, object] = {
        "repository_ids": [repository],
        "permissions": {"contents": "read", "pull_requests": "write", "checks": "write"},
    }
    path = f"/app/installations/{installation}/access_tokens"
    answer = settled(lambda: github.write("POST", path, asked), pause)
    return checked(_Minted, answer).token


def check_credentials(app: AppKey, api_url: str) -> None:
    """Raises MigbotError where the private key cannot sign, or would sign for an unsafe address."""
    safe(api_url)
    _app_auth(app)


def named(repository: str) -> str:
    """`repository` where it is OWNER/NAME: PyGithub would follow `o/../../user` elsewhere."""
    if not is_repository(repository):
        raise MigbotError(
            f"{repository!r} is no repository's name.", "Give it as OWNER/NAME, as in its address."
        )
    return repository


def checked(kind: type[T], data: Any) -> T:
    """GitHub's answer as a value of `kind`; raises MigbotError where it is something else."""
    try:
        return cast(T, build(kind, data, where=f"GitHub's {kind.__name__.lower().strip('_')}"))
    except ValueError as error:
        raise _strange(str(error)) from None


class _Minted(Value):
    token: str


class _Patience(GithubRetry):
    """PyGithub's retry caps what it waits for a rate limit, but obeys any Retry-After."""

    def get_retry_after(self, response: Any) -> float | None:
        seconds = super().get_retry_after(response)
        if seconds is not None and seconds > LONGEST_WAIT:
            raise Patience(
                f"GitHub asks to wait for {seconds:.0f} seconds: it got too many requests.",
                "Try again after that.",
            )
        return seconds


def _requester(connection: Connection) -> Any:
    retry = _Patience(
        total=3,
        allowed_methods={"GET", "HEAD"},
        max_rate_limit_wait=LONGEST_WAIT,
        secondary_rate_wait=LONGEST_WAIT,
        backoff_factor=connection.pause / 2,
    )
    return Github(
        auth=connection.auth,
        base_url=connection.api_url,
        timeout=connection.timeout,
        user_agent=f"migbot/{__version__}",
        retry=retry,
        seconds_between_requests=0,
        seconds_between_writes=connection.pause,
    ).requester


def _app_auth(app: AppKey) -> Auth.AppAuth:
    try:
        auth = Auth.AppAuth(app.id, app.private_key)
        auth.create_jwt()
    except Exception:  # cryptography raises a dozen kinds, and some of them quote the key
        raise MigbotError(
            "The GitHub App's private key is no RSA key in PEM form.",
            "Download one from the App's settings page and give it in GITHUB_APP_PRIVATE_KEY_FILE.",
        ) from None
    return auth


def safe(api_url: str) -> str:
    """A token goes over TLS, or no further than this machine."""
    parts = urlsplit(api_url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return api_url.rstrip("/")
    raise MigbotError(f"{api_url!r} is no https address.", f"Set GITHUB_API_URL, as in {PUBLIC}.")


def _json(headers: dict[str, str], data: Any) -> Any:
    """PyGithub takes a web page for an object without attributes; a proxy's page is no answer."""
    if data is not None and "json" not in headers.get("content-type", ""):
        raise ValueError("a page that is not JSON")
    return data


def _entries(data: Any, key: str) -> list[Any]:
    found = data.get(key) if key and isinstance(data, dict) else data
    if not isinstance(found, list):
        raise ValueError("no list")
    return found


@contextmanager
def _told(what: str, lost: type[MigbotError]) -> Iterator[None]:
    """Every way in which GitHub fails, as one clear error; `lost` is raised for a lost answer."""
    try:
        yield
    except GithubException as error:
        raise _refused(what, error, lost) from None
    except requests.RequestException as error:
        raise lost(
            f"GitHub did not answer: {what} ({type(error).__name__}).",
            "Look at githubstatus.com and at the network, and try again.",
        ) from None
    # PyGithub asserts that a redirect stays on its host; a broken body is a ValueError.
    except (AssertionError, ValueError, KeyError, TypeError) as error:
        strange = _strange(f"{what}: {error}")
        raise lost(strange.message, strange.hint) from None


def _refused(what: str, error: GithubException, lost: type[MigbotError]) -> MigbotError:
    said = f"{what} ({error.status}: {_words(error)})"
    if error.status >= 500:
        return lost(f"GitHub is in trouble: {said}.", "Look at githubstatus.com and try again.")
    if error.status == 401:
        return MigbotError(
            "GitHub does not accept the token.", "It may have expired; give a new GITHUB_TOKEN."
        )
    if isinstance(error, RateLimitExceededException):
        return Patience(f"GitHub asks for patience: {said}.", "Try again in some minutes.")
    if error.status == 403:
        return Forbidden(f"The token may not do this: {said}.", "Grant it more permissions.")
    if error.status == 404:
        return Missing(
            f"GitHub has no such thing, or hides it from this token: {said}.",
            "Check the names, and that the token may read the repository.",
        )
    kind = Invalid if error.status == 422 else MigbotError
    return kind(f"GitHub refused: {said}.", "Try again later, or look at what it says.")


def _words(error: GithubException) -> str:
    data = error.data
    return str(data.get("message", "") if isinstance(data, dict) else data)[:200]


def _strange(detail: str) -> MigbotError:
    return MigbotError(
        f"What answered is not GitHub's interface ({detail[:200]}).",
        "Check GITHUB_API_URL, and that no proxy answers in GitHub's place.",
    )
