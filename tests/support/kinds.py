"""Which cases of a matrix are in every run of the tests, and which in `make real` only."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import pytest


def of_each_kind(cases: Iterable[Any], usual: Container[Any]) -> list[Any]:
    """Every case to parametrize by; those that `usual` does not name are marked `real`.

    A case is a name, or a tuple of names where there are several arguments.
    """
    return [
        pytest.param(
            *named,
            id="-".join(map(str, named)),
            marks=[] if case in usual else pytest.mark.real,
        )
        for case in cases
        for named in [case if isinstance(case, tuple) else (case,)]
    ]
