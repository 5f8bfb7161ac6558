"""The issue that a pull request is: read, and its labels."""

from __future__ import annotations

import json

from fakes.github.bodies import issues as shapes
from fakes.github.rest.call import REPO, Answer, Call, route
from fakes.github.rest.comments import EITHER

ONE = f"{REPO}/issues/{{issue_number}}"


@route(f"GET {ONE}")
def get_issue(call: Call) -> Answer:
    call.needs("read", *EITHER)
    return 200, shapes.issue(call.pull), {}


def _labels(call: Call) -> Answer:
    page, link = call.page(call.pull.labels)
    return 200, [shapes.label(name, call.repository) for name in page], link


@route(f"GET {ONE}/labels")
def list_labels(call: Call) -> Answer:
    call.needs("read", *EITHER)
    return _labels(call)


@route(f"POST {ONE}/labels")
def add_labels(call: Call) -> Answer:
    call.needs("write", *EITHER)
    given = json.loads(call.body)
    names = given if isinstance(given, list) else given["labels"]
    call.pull.labels += [name for name in names if name not in call.pull.labels]
    return _labels(call)


@route(f"DELETE {ONE}/labels/{{name}}")
def remove_label(call: Call) -> Answer:
    call.needs("write", *EITHER)
    name = call.arguments["name"]
    call.found(name if name in call.pull.labels else None)
    call.pull.labels.remove(name)
    return _labels(call)
