"""A history as JSON: every fact of the graph, for other programs to draw."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision
from migbot.render.lanes import newest_first


def draw_json(graph: RevisionGraph, *, new: Collection[str] = ()) -> str:
    """The graph as one JSON object; revisions newest first, ids and labels as the files have them.

    `duplicates` maps an id to all its files, `missing` names who names what no file has.
    """
    facts = {
        "heads": graph.heads,
        "bases": graph.bases,
        "revisions": [_facts(graph.by_id[name], name in new) for name in newest_first(graph)],
        "duplicates": {
            name: [each.path for each in files] for name, files in graph.duplicates.items()
        },
        "missing": [{"revision": each.id, "names": name} for each, name in graph.missing],
        "cycle": graph.cycle,
        "unreadable": [
            {"path": each.path, "line": each.line, "reason": each.reason}
            for each in graph.unreadable
        ],
    }
    return json.dumps(facts, indent=2, ensure_ascii=True) + "\n"


def _facts(revision: Revision, new: bool) -> dict[str, Any]:
    return {
        "id": revision.id,
        "path": revision.path,
        "parents": revision.parents,
        "depends_on": revision.depends_on,
        "labels": revision.labels,
        "message": revision.message,
        "new": new,
    }
