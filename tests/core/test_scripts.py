"""Files of SQL: what is left out of a dump, what cannot be run, where a statement ends."""

import pytest

from migbot.core.scripts import dump, statements


def test_the_lines_of_the_client_are_left_out_of_a_dump() -> None:
    text = "\\restrict abc\nSET x = 1;\n\\connect other\nSELECT '\\restrict';\n"
    assert dump(text) == "SET x = 1;\nSELECT '\\restrict';"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SET a = 1;\nCOPY public.t (a, b) FROM stdin;\n1\t2\n\\.\n", "line 2 is a COPY of rows"),
        ("DELIMITER ;;\nCREATE TRIGGER t;;\n", "line 1 is a DELIMITER"),
    ],
)
def test_what_no_server_takes_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        dump(text)


def test_a_statement_ends_with_a_semicolon_at_the_end_of_a_line() -> None:
    text = (
        "-- rows\nINSERT INTO t VALUES ('a; b'), ('c;\n d');\n\nDELETE FROM u; -- and so on\n;\n"
        "INSERT INTO t VALUES ('it''s;\n', \"x;\n\"); -- done;\n/* not;\n this; */ SELECT 1"
    )
    assert list(statements(text)) == [
        "-- rows\nINSERT INTO t VALUES ('a; b'), ('c;\n d');",
        "DELETE FROM u; -- and so on",
        "INSERT INTO t VALUES ('it''s;\n', \"x;\n\"); -- done;",
        "/* not;\n this; */ SELECT 1",
    ]


def test_comments_alone_are_no_statement() -> None:
    assert list(statements("SELECT 1;\n-- the end\n\n")) == ["SELECT 1;"]
