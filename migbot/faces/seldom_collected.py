"""Python looks for circles of garbage seldom while much is made that has none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY = 50_000
"""Values made and kept between two looks, where Python has 700: measured on 200 pull requests,
looking is an eighth of the work, and finds next to nothing."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """As long as the `with` is open; what nobody holds is freed at once all the same."""
    before = gc.get_threshold()
    gc.set_threshold(MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
