"""What nobody has written to need not be read again; what may have been undone must."""

from __future__ import annotations

from migbot.guest.catalog.written import Written

BEGAN = "170"


def told(*pairs: tuple[int, int], began: str = BEGAN) -> str:
    """What the host's SQL says: of each catalog what is written here, and the number for all."""
    return " ".join([began, *(f"{here} {all}" for here, all in pairs)])


def known(*pairs: tuple[int, int], transaction: str = "") -> Written:
    """What has been told once, of catalogs a and b."""
    made = Written(["a", "b"])
    assert made.since(told(*pairs), transaction) is None, "nobody knows at the first look"
    return made


def test_a_catalog_whose_number_is_another_was_written() -> None:
    made = known((0, 5), (0, 7))
    assert made.since(told((0, 5), (0, 7)), "") == set()
    assert made.since(told((0, 5), (3, 10)), "") == {"b"}
    assert made.since(told((0, 6), (0, 10)), "") == {"a"}


def test_a_number_that_is_smaller_is_another_too() -> None:
    assert known((0, 5), (0, 7)).since(told((0, 5), (0, 6)), "") == {"b"}


def test_what_an_open_transaction_wrote_is_read_again_till_it_has_ended() -> None:
    made = known((0, 5), (0, 7))
    assert made.since(told((2, 7), (0, 7)), "80") == {"a"}
    assert made.since(told((2, 7), (0, 7)), "80") == {"a"}
    assert made.since(told((2, 7), (1, 8)), "80") == {"a", "b"}
    assert made.since(told((2, 7), (1, 8)), "81") == {"a", "b"}
    assert made.since(told((2, 7), (1, 8)), "81") == set()


def test_what_others_wrote_is_not_an_open_transactions() -> None:
    made = known((0, 5), (0, 7), transaction="80")
    assert made.since(told((0, 6), (0, 7)), "80") == {"a"}
    assert made.since(told((0, 6), (0, 7)), "80") == set()


def test_the_first_look_may_see_what_its_transaction_undoes() -> None:
    made = known((4, 5), (0, 7), transaction="80")
    assert made.since(told((4, 5), (0, 7)), "80") == {"a"}
    assert made.since(told((0, 5), (0, 7)), "") == {"a"}
    assert made.since(told((0, 5), (0, 7)), "") == set()


def test_nobody_knows_in_doubt_nor_after_it() -> None:
    made = known((0, 5), (0, 7))
    assert made.since("", "80") is None
    assert made.since("", "80") is None
    assert made.since(told((1, 5), (0, 7)), "80") is None
    assert made.since(told((1, 5), (0, 7)), "80") == {"a"}


def test_nobody_knows_once_counting_began_anew() -> None:
    made = known((0, 5), (0, 7))
    assert made.since(told((0, 5), (0, 7), began="171"), "") is None
    assert made.since(told((0, 5), (0, 7), began="171"), "") == set()
