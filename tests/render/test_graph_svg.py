"""The history as SVG: one file that every viewer opens, and that holds nothing but a picture."""

import xml.etree.ElementTree as ET

from hypothesis import given, settings

from migbot.core.graph import RevisionGraph
from migbot.core.model import Revision
from migbot.render.graph_svg import draw_svg
from support.foreign import HOSTILE, anything
from support.graphs import everything, fork, graph, ladder, revision

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


def words(text: str) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(text).iter(f"{SVG}text")]


def test_every_revision_has_a_dot_and_its_words_and_heads_and_new_ones_differ() -> None:
    text = draw_svg(fork(), new={"c"})
    assert words(text) == [
        "3 revisions, 2 heads",
        "c (new, head) Make c",
        "b (head) Make b",
        "a (base) Make a",
    ]
    dots = [each.get("class") for each in parsed(text).iter(f"{SVG}circle")]
    assert dots == ["new", "head", "dot"]


def test_lines_lead_from_dot_to_dot() -> None:
    root = parsed(draw_svg(fork()))
    dots = {(each.get("cx"), each.get("cy")) for each in root.iter(f"{SVG}circle")}
    lines = [each.get("d") or "" for each in root.iter(f"{SVG}path")]
    assert len(dots) == 3
    assert lines == ["M24 53v26", "M24 79v26", "M42 79C42 92 24 92 24 105"]
    assert dots == {("24", "53"), ("42", "79"), ("24", "105")}


def test_what_is_broken_is_red_and_says_why() -> None:
    text = draw_svg(everything())
    assert "lost (head, missing parent gone) Make lost" in words(text)
    assert [each.get("class") for each in parsed(text).iter(f"{SVG}circle")].count("broken") == 4


def test_it_can_be_read_in_light_and_in_dark() -> None:
    text = draw_svg(fork())
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    ground, ink = ".ground {fill: #ffffff}", "text {fill: #1f2328}"
    assert ground in light
    assert ink in light
    assert ".ground {fill: #0d1117}" in dark
    assert "text {fill: #f0f6fc}" in dark


def test_every_line_of_words_is_inside_the_picture() -> None:
    wide = draw_svg(graph(revision("a", message="日本語 " * 19)))
    width = int(parsed(wide).get("width") or 0)
    assert width > 19 * 7 * 7.8


def test_an_empty_history_is_a_picture_too() -> None:
    assert words(draw_svg(graph())) == ["0 revisions, 0 heads"]


def test_two_thousand_revisions_are_drawn() -> None:
    tall = ladder(merges=30, between=33)
    assert len(list(parsed(draw_svg(tall)).iter(f"{SVG}circle"))) == 2011


ALLOWED = {"svg", "style", "rect", "text", "tspan", "path", "circle", "title"}


@settings(max_examples=100)
@given(anything)
def test_no_foreign_text_becomes_markup(text: str) -> None:
    for message in (text, f"</text><script>alert(1)</script>{text}", f'"{HOSTILE}'):
        each = Revision(message, message, (message + "x",), labels=(message,), message=message)
        drawn = draw_svg(RevisionGraph([each]))
        assert {node.tag.removeprefix(SVG) for node in parsed(drawn).iter()} <= ALLOWED
        attributes = {key for node in parsed(drawn).iter() for key in node.attrib}
        assert not {key for key in attributes if "href" in key or key.startswith("on")}
