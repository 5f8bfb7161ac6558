"""The content of files and folders at a commit."""

from __future__ import annotations

from fakes.github.bodies import git as shapes
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.tokens import Refused


@route(f"GET {REPO}/contents/{{path}}")
def get_contents(call: Call) -> Answer:
    call.needs("read", "contents")
    home, path = call.repository, call.arguments["path"].strip("/")
    at = call.query.get("ref", home.default_branch)
    try:
        sha = call.commit(at)
    except Refused:
        raise Refused(404, f"No commit found for the ref {at}") from None
    said = home.git.git("ls-tree", "-z", "-l", sha, "--", path).split("\0")[0] if path else "tree"
    if path and not said:
        raise Refused(404, "Not Found")
    if path and said.split()[1] != "tree":
        return 200, shapes.file(path, said, at, home), {}
    entries = shapes.listed(f"{sha}:{path}", home)
    below = f"{path}/" if path else ""
    return 200, [
        shapes.file_in_folder(below + line.partition("\t")[2], line, at, home) for line in entries
    ], {}  # fmt: skip
