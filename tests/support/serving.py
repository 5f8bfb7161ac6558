"""An ASGI application served over real HTTP on 127.0.0.1, in a thread, for as long as a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def serving(app) -> Iterator[uvicorn.Server]:
    """Serve `app` on a free port; yields uvicorn's server, whose address `address` tells."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait(server, thread)
        yield server
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=10)


def address(server: uvicorn.Server) -> str:
    """Where the server listens: `http://127.0.0.1:PORT`."""
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    return f"http://{host}:{port}"


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 20
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
