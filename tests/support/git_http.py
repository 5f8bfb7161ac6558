"""A real git server over HTTP: `git http-backend` behind the standard library's server."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class GitServer:
    """Serves the repositories below `folder`; `authorizations` are the headers that came in.

    Where `password` is set, nobody else is let in. `stuck` makes it take requests and not answer.
    """

    folder: Path
    url: str = ""
    password: str = ""
    authorizations: list[str] = field(default_factory=list)
    stuck: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving_git(folder: Path, password: str = "") -> Iterator[GitServer]:
    """A server on a free port of this machine, stopped at the end."""
    told = GitServer(folder, password=password)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if told.stuck.is_set():
                told.released.wait(30)
                return
            told.authorizations.append(self.headers.get("Authorization", ""))
            if told.password and told.authorizations[-1] != told.password:
                self.send_error(401)
                return
            self._answer(_backend(told.folder, self))

        do_POST = do_GET

        def _answer(self, said: bytes) -> None:
            head, _, body = said.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    told.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        told.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _backend(folder: Path, request: BaseHTTPRequestHandler) -> bytes:
    path, _, query = request.path.partition("?")
    length = int(request.headers.get("Content-Length") or 0)
    env = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": request.command,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
    }
    body = request.rfile.read(length)
    return subprocess.run(
        ["git", "http-backend"], env=env, input=body, capture_output=True, check=True
    ).stdout
