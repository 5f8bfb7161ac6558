"""`migbot serve`: the GitHub App, from the environment to a listening server."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migbot.errors import MigbotError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from migbot.adapters.github_api import AppKey

DATA = Path("migbot-data")


def serve(
    environ: Mapping[str, str],
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    data_dir: Path = DATA,
    run: Callable[..., Any] | None = None,
) -> None:
    """Listen until told to stop. Raises MigbotError where the environment lacks something."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    with application(environ, data_dir) as app:
        (run or _uvicorn())(app, host=host, port=port, log_config=None, server_header=False)


@contextmanager
def application(
    environ: Mapping[str, str], data_dir: Path, *, pause: float = 1.0
) -> Iterator[Starlette]:
    """The App as an ASGI application; its jobs end with the `with`.

    `environ` holds GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY (or the name of a file with it in
    GITHUB_APP_PRIVATE_KEY_FILE), GITHUB_WEBHOOK_SECRET and, for an Enterprise, GITHUB_API_URL.
    """
    _uvicorn()
    from migbot.adapters.github_api import PUBLIC, check_credentials
    from migbot.app.jobs import one_at_a_time
    from migbot.app.pull import Server, look
    from migbot.app.web import application as webhooks

    key, secret = _key(environ), _secret(environ)
    server = Server(key, data_dir, environ.get("GITHUB_API_URL") or PUBLIC, pause)
    check_credentials(key, server.api_url)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MigbotError(f"{data_dir}: {error.strerror}.", "Name another --data-dir.") from None
    with one_at_a_time(lambda job: look(server, job).lines()) as hand_on:
        yield webhooks(secret, hand_on)


def _secret(environ: Mapping[str, str]) -> bytes:
    secret = environ.get("GITHUB_WEBHOOK_SECRET", "")
    if not secret:  # an empty one would let everybody in: HMAC takes it
        raise _missing("GITHUB_WEBHOOK_SECRET")
    return secret.encode()


def _key(environ: Mapping[str, str]) -> AppKey:
    from migbot.adapters.github_api import AppKey

    name = environ.get("GITHUB_APP_ID", "")
    if not name:
        raise _missing("GITHUB_APP_ID")
    return AppKey(name, _pem(environ))


def _pem(environ: Mapping[str, str]) -> str:
    """The private key; one in a variable often has its line ends written as \\n."""
    path = environ.get("GITHUB_APP_PRIVATE_KEY_FILE", "")
    if not path:
        text = environ.get("GITHUB_APP_PRIVATE_KEY", "")
        if not text:
            raise _missing("GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_FILE")
        return text.replace("\\n", "\n")
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError):
        raise MigbotError(
            f"GITHUB_APP_PRIVATE_KEY_FILE ({path}) cannot be read.", "Give the key's own .pem file."
        ) from None


def _missing(name: str) -> MigbotError:
    return MigbotError(f"{name} is not set.", "docs/app.md says where each value comes from.")


def _uvicorn() -> Callable[..., Any]:
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError:
        raise MigbotError(
            "The server's parts are not installed.", "pip install 'migbot[app]'"
        ) from None
    return uvicorn.run
