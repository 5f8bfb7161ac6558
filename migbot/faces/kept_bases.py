"""Which kept bases fit an environment: everything that a base depends on, beside its files."""

from __future__ import annotations

from functools import partial

from migbot import __version__
from migbot.adapters.base_cache import BaseCache, base_cache
from migbot.adapters.git_read import content_ids
from migbot.adapters.project_python import Interpreter
from migbot.core.environment import Environment
from migbot.core.history import History
from migbot.databases.server_template import cache_folder
from migbot.faces.local import Local


def kept_bases(
    local: Local, before: History, environment: Environment, database: str, by: Interpreter
) -> BaseCache:
    """The kept bases for the base's history `before` on `database`, run `by` an interpreter.

    `environment` is the one that is proved: the base may have it elsewhere.
    """
    there = before.environment
    facts = {
        "migbot": __version__,
        "database": database,
        "place": (there.config, there.section, there.script_location, there.versions),
        "settings": (environment.roundtrip, dict(local.settings.env)),
        "revisions": sorted(each.path for each in before.graph.revisions),
        "heads": before.graph.heads,
        "interpreter": by,
    }
    contents = partial(content_ids, local.repo, str(local.base_commit))
    return base_cache(cache_folder(), facts, contents)
