import random

import pytest

from migbot.core.model import Severity
from migbot.rules.id_looks_invented import id_looks_invented, looks_invented
from support.histories import added, change, history, judged


@pytest.mark.parametrize(
    "name",
    [
        *("a1b2c3d4e5f6", "b2c3d4e5f6a7", "f1a2b3c4d5e6", "g7h8i9j0k1l2", "A1B2C3D4E5F6"),
        *("123456789abc", "abcdefabcdef", "aaaaaaaaaaaa", "000000000000", "abcabcabcabc"),
    ],
)
def test_an_id_that_somebody_typed_is_recognised(name):
    assert looks_invented(name)
    found = judged(id_looks_invented, added(name))
    assert [each.severity for each in found] == [Severity.WARNING]


@pytest.mark.parametrize(
    "name",
    [
        *("ae1027a6acf0", "4b2a8c9d3e1f", "580a6553186f", "0034", "0001", "1234", "v3.0.0.c"),
        *("0.62.0", "I43e0b669096", "main_0001", "0108_roms_primary_region", "20240115123456"),
        *("django_0050", "903183fd9aee", "cdeec0c85668"),
    ],
)
def test_ids_that_real_projects_use_are_not_suspected(name):
    assert not looks_invented(name)


@pytest.mark.parametrize(
    ("name", "invented"),
    [
        ("a7b1c9d2e009", True),  # a b c d e in every other place: four steps
        ("a7b1c9d20059", False),  # three
        ("7a1b9c2d0e90", True),  # the same in the other places
        ("7a1b9c2d0095", False),
        ("c4d8e1f7a2b0", True),  # f is followed by a
        ("c7d8e9f2a0b1", True),
        ("12345678", True),
        ("1234567a", False),
        ("1234567", False),
        ("a5a5a5a5a5a5", True),
        ("a5ca5ca5ca5c", True),
        ("a5c2a5c2a5c2", False),
        ("aaaaaaaa", True),
        ("aaaaaaa", False),
    ],
)
def test_the_line_is_drawn_here(name, invented):
    assert looks_invented(name) == invented


def test_drawn_ids_are_hardly_ever_suspected():
    draw = random.Random(1)
    suspected = sum(looks_invented(f"{draw.getrandbits(48):012x}") for _ in range(20_000))
    assert suspected < 20


def test_an_invented_id_on_the_base_is_left_alone():
    before = history({"a1b2c3d4e5f6": None})
    after = history({"a1b2c3d4e5f6": None, "ae10": "a1b2c3d4e5f6"})
    assert not judged(id_looks_invented, change(before, after))


def test_the_hint_gives_a_drawn_id():
    hint = judged(id_looks_invented, added("a1b2c3d4e5f6"))[0].hint
    assert not looks_invented(hint.split('"')[1])
