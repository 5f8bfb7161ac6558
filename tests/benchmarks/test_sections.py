"""A page of measurements keeps what another run has written."""

from pathlib import Path

from sections import sections, write

PAGE = "# Page\n\nAbove.\n\n## One\n\n1\n\n### Within\n\n## Two\n\n2\n"


def test_a_section_takes_the_place_of_its_like_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write(page, PAGE)
    assert page.read_text() == PAGE
    write(page, "## One\n\nnew\n")
    assert page.read_text() == "# Page\n\nAbove.\n\n## One\n\nnew\n\n## Two\n\n2\n"
    write(page, "# Page\n\nOther.\n\n## Three\n\n3\n")
    assert list(sections(page.read_text())) == ["", "One", "Two", "Three"]
    assert page.read_text().startswith("# Page\n\nOther.\n\n## One\n\nnew\n")
    assert [each.name for each in tmp_path.iterdir()] == ["page.md"]
