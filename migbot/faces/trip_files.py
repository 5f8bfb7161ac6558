"""The files of a round trip: each moment's in a folder of its own, where migrations may write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migbot.adapters.git_merge import Uncommitted, captured, export
from migbot.adapters.git_trees import CommitTree, commit
from migbot.core.history import Change
from migbot.core.value import Value
from migbot.faces.local import Local
from migbot.workflow import Moments


class TripFiles(Value):
    """Where the files of both moments are put: below `scratch`."""

    local: Local
    moments: Moments
    scratch: Path

    def only(self, change: Change, wanted: frozenset[str], name: str) -> Path:
        """The files of the moment, of its migrations those of `wanted`: what stands on them must
        not run, and Alembic runs whatever it finds."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch, prefix=name))
        with _tree(self.local, self.moments, "after") as tree:
            export(tree, folder)
        for each in change.after.graph.revisions:
            if each.id not in wanted:
                (folder / each.path).unlink()
        return folder

    def of(self, moment: str) -> Path:
        """The files of a moment in a folder of their own, written once."""
        folder = self.scratch / moment
        if not folder.exists():
            with _tree(self.local, self.moments, moment) as tree:
                export(tree, folder)
        return folder


@contextmanager
def _tree(local: Local, moments: Moments, moment: str) -> Iterator[CommitTree]:
    if moment == "before":
        yield commit(local.repo, str(local.base_commit))
    elif isinstance(moments.after, CommitTree):
        yield moments.after
    else:
        with captured(local.repo, Uncommitted.WORK_TREE) as tree:
            yield tree
