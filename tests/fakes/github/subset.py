"""Cut GitHub's own OpenAPI description down to what the fake answers.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
    python -m fakes.github.subset package/generated/api.github.com.json

Run it in tests/. It writes openapi.json (the operations and everything they refer to, without
prose) and examples.json (GitHub's own example of each answer, from which the fake builds its own).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fakes.github.operations import EXAMPLES, OPERATIONS, WEBHOOKS

HERE = Path(__file__).parent
PROSE = {"description", "example", "examples", "summary", "externalDocs", "tags", "x-github"}
PROSE |= {"x-octokit", "x-github-breaking-changes", "title"}


def main(source: str) -> None:
    """Write both files from the whole description at the path `source`."""
    whole = json.loads(Path(source).read_text())
    paths: dict[str, Any] = {}
    examples: dict[str, Any] = {}
    for operation in OPERATIONS:
        verb, path = operation.split(" ")
        entry = whole["paths"][path][verb.lower()]
        paths.setdefault(path, {})[verb.lower()] = bare(entry)
        if operation in EXAMPLES:
            examples[operation] = example(entry, whole)
    hooks = {name: webhook(whole["x-webhooks"][name]["post"]) for name in WEBHOOKS}
    subset = {"openapi": whole["openapi"], "paths": paths, "x-webhooks": hooks}
    subset["components"] = closure([paths, hooks], whole)
    subset["info"] = {key: whole["info"][key] for key in ("title", "version", "license")}
    write("openapi.json", subset)
    write("examples.json", examples)


def webhook(described: dict[str, Any]) -> Any:
    """The schema of a webhook's payload."""
    return bare(described["requestBody"]["content"]["application/json"]["schema"])


def bare(node: Any, *, names: bool = False) -> Any:
    """`node` without prose. `names` says that its keys are names, which are not to be dropped."""
    if isinstance(node, list):
        return [bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: bare(value, names=key in ("properties", "schemas") and not names)
        for key, value in node.items()
        if names or key not in PROSE
    }


def closure(roots: list[Any], whole: dict[str, Any]) -> dict[str, Any]:
    """The components that `roots` refer to, and those that these refer to."""
    found: dict[str, dict[str, Any]] = {}
    open_ = sorted(set(references(roots)))
    while open_:
        kind, name = open_.pop()
        if name not in found.setdefault(kind, {}):
            found[kind][name] = bare(whole["components"][kind][name])
            open_ += references(found[kind][name])
    return found


def references(node: Any) -> Iterator[tuple[str, str]]:
    """Every `#/components/KIND/NAME` below `node`, as (kind, name)."""
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str):
            _, _, kind, name = target.split("/")
            yield kind, name
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from references(child)


def example(operation: dict[str, Any], whole: dict[str, Any]) -> Any:
    """GitHub's example of the operation's good answer."""
    status = min(code for code in operation["responses"] if code.startswith("2"))
    content = operation["responses"][status]["content"]["application/json"]
    given = next(iter(content["examples"].values()))
    while "$ref" in (given := given.get("value", given)):
        given = whole["components"]["examples"][given["$ref"].rsplit("/", 1)[-1]]
    return first(given)


def first(value: Any) -> Any:
    """`value` with one entry in each list: the fake makes as many as there are, all alike."""
    if isinstance(value, list):
        return [first(item) for item in value[:1]]
    if isinstance(value, dict):
        return {key: first(item) for key, item in value.items()}
    return value


def write(name: str, data: Any) -> None:
    """Write `data` as JSON, a line for each entry of its second level, so that diffs are read."""
    lines = []
    for key, value in sorted(data.items()):
        if isinstance(value, dict):
            inner = (f"  {json.dumps(k)}: {compact(v)}" for k, v in sorted(value.items()))
            lines.append(f" {json.dumps(key)}: {{\n" + ",\n".join(inner) + "\n }")
        else:
            lines.append(f" {json.dumps(key)}: {compact(value)}")
    (HERE / name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


def compact(value: Any) -> str:
    """`value` as JSON on one line."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


if __name__ == "__main__":
    main(sys.argv[1])
