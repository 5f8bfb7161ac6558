"""A stranger's text in Markdown: shown whole, and without effect."""

import pytest

from migbot.render.foreign import JOINER, code, fenced, prose, sentence
from migbot.render.masked import HIDDEN, masked
from support.github_markdown import rendered, seen


@pytest.mark.parametrize(
    "text", ["1f3c9ab", "revert 1F3C9AB00 now", "20230101120000", "`x`1f3c9ab"]
)
def test_what_could_be_a_commit_is_code_which_github_does_not_link(text):
    page = rendered(f"a {prose(text)}")
    assert page.count("<code>") == text.count("`") // 2 + 1
    assert seen(page).replace(JOINER, "") == "a " + text.replace("`", "")


@pytest.mark.parametrize("text", ["1f3c9a", "x1f3c9ab", "1f3c9abz", "a" * 65, "order_1f3c9ab"])
def test_what_is_no_commit_stays_as_it_is(text):
    assert "<code>" not in rendered(prose(text))


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "= a", "- [ ] a", "---"])
def test_a_sentence_begins_no_list_and_no_line(text):
    assert rendered(f"before\n\n{sentence(text)}").count("<p>") == 2
    assert seen(rendered(sentence(text))).replace(JOINER, "") == text


def test_an_emojis_name_is_shown_and_a_place_in_a_file_is_left_alone():
    assert f":{JOINER}tada:" in prose(":tada:")
    assert JOINER not in prose("v/x.py:31: it fails")


def test_a_comment_of_ours_cannot_be_found_in_foreign_text():
    for made in (code("<!-- migbot:v1"), fenced("<!-- migbot:v1"), prose("<!-- migbot:v1")):
        assert "<!--" not in made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada:s3cret@db:5432/shop", f"postgresql://ada:{HIDDEN}@db:5432/shop"),
        ("host=db password=s3cret user=ada", f"host=db password={HIDDEN} user=ada"),
        ("https://x/?a=1&key=s3cret&b=2", f"https://x/?a=1&key={HIDDEN}&b=2"),
        ("ghp_0123456789abcdefABCD", HIDDEN),
        ("github_pat_0123456789abcdefABCD", HIDDEN),
        ("-----BEGIN RSA PRIVATE KEY-----\ns3cret", HIDDEN),
        ("a -----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY----- b", f"a {HIDDEN} b"),
    ],
)
def test_a_secret_that_can_be_told_by_its_form_is_not_shown(text, shown):
    assert masked(text) == shown
    assert "s3cret" not in prose(text) + code(text) + fenced(text)


@pytest.mark.parametrize(
    "text", ["down_revision = 'a1b2c3'", "https://x/a?page=2", "ghost_writer", "SET x = 1", "a:b@c"]
)
def test_what_is_no_secret_is_left_alone(text):
    assert masked(text) == text
