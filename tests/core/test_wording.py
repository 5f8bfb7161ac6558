import pytest

from migbot.core.wording import counted, folded, is_missing, listed, shown


def test_messages_are_folded_to_what_two_people_write_the_same():
    assert folded(" “Add  Email.” ") == folded("add email")


@pytest.mark.parametrize("message", ["", " ", "empty message", "Empty Message.", "${message}"])
def test_a_text_that_stands_for_no_message_is_missing(message):
    assert is_missing(message)


@pytest.mark.parametrize("message", ["empty the cart table", "pkce", "x", "fix"])
def test_a_text_of_its_own_is_not_missing(message):
    assert not is_missing(message)


def test_lists_read_as_sentences_do():
    assert [listed("abcdefg"[:n]) for n in range(1, 6)] == [
        *("a", "a and b", "a, b and c", "a, b, c and d", "a, b, c, d and e"),
    ]
    assert listed("abcdefg") == "a, b, c, d and 3 more"
    assert listed([]) == ""


def test_names_are_clipped_and_printable():
    assert len(shown("x" * 1000)) < 70
    assert shown("a\nb\x1b\u202e").isprintable()


def test_counts_are_singular_and_plural():
    assert [counted(n, "head") for n in (0, 1, 2)] == ["0 heads", "1 head", "2 heads"]
