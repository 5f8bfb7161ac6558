"""What a migration does, read from its syntax tree."""

import pytest

from migbot.core.script import Body, Waiver, effect, read_script

BODIES = {
    "pass": ("pass", Body.EMPTY),
    "a docstring": ('"""nothing"""', Body.EMPTY),
    "an ellipsis": ("...", Body.EMPTY),
    "return": ("return", Body.EMPTY),
    "return None": ("return None", Body.EMPTY),
    "a call": ("op.drop_table('t')", Body.CODE),
    "raise": ("raise NotImplementedError", Body.RAISE),
    "raise after a docstring": ('"""no way back"""\n    raise Exception("x")', Body.RAISE),
    "a condition around a raise": ("if x:\n        raise E", Body.CODE),
    "pass and then a call": ("pass\n    op.drop_table('t')", Body.CODE),
}


@pytest.mark.parametrize(("text", "body"), BODIES.values(), ids=BODIES)
def test_the_body_of_a_downgrade(text: str, body: Body) -> None:
    assert read_script(f"def downgrade():\n    {text}\n".encode()).downgrade is body


def test_a_missing_downgrade() -> None:
    assert read_script(b"def upgrade():\n    pass\n").downgrade is Body.MISSING


def test_a_downgrade_that_is_imported_or_assigned_counts_as_code() -> None:
    assert read_script(b"from x import downgrade\n").downgrade is Body.CODE
    assert read_script(b"downgrade = make()\n").downgrade is Body.CODE


MULTIDB = """
def upgrade(engine_name):
    globals()["upgrade_%s" % engine_name]()

def upgrade_one():
    {one}

def upgrade_two():
    {two}
"""


@pytest.mark.parametrize(
    ("one", "two", "body"),
    [
        ("pass", "pass", Body.EMPTY),
        ("pass", "op.drop_table('t')", Body.CODE),
        ("raise E", "pass", Body.RAISE),
    ],
)
def test_the_multidb_template_is_judged_by_its_engines(one: str, two: str, body: Body) -> None:
    assert read_script(MULTIDB.format(one=one, two=two).encode()).upgrade is body


def test_operations_are_listed_with_their_names_and_lines() -> None:
    script = read_script(
        b"def upgrade():\n"
        b"    op.create_table('t', sa.Column('a', sa.Integer()))\n"
        b"    with op.batch_alter_table('u') as batch_op:\n"
        b"        batch_op.add_column(sa.Column('b', sa.Text()))\n"
    )
    found = [(each.verb, each.names, each.line) for each in script.upgrades]
    assert found == [("create_table", ("t", "a"), 2), ("add_column", ("u", "b"), 4)]


def test_a_waiver_is_a_comment_and_not_a_string() -> None:
    script = read_script(b"x = '# migbot: allow MB301 no'\n# migbot: allow mb402 data is kept\n")
    assert script.waivers == (Waiver("MB402", "data is kept", 2),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("irreversible = 'data is gone'", "data is gone"), ("irreversible = ''", None), ("", None)],
)
def test_irreversible_is_declared_with_a_reason(text: str, reason: str | None) -> None:
    assert read_script(text.encode()).irreversible == reason


PLAIN = b'"""m"""\nrevision = "a"\ndown_revision = None\n\ndef upgrade():\n    op.f("x")\n'

SAME = {
    "other quotes and spaces": PLAIN.replace(b'"', b"'").replace(b" = ", b"="),
    "comments": PLAIN + b"# done\n",
    "another docstring": PLAIN.replace(b'"""m"""', b'"""another message"""'),
    "no docstring": PLAIN.replace(b'"""m"""\n', b""),
    "annotations": PLAIN.replace(b"revision =", b"revision: str =").replace(b"():", b"() -> None:"),
    "a typing import": PLAIN.replace(b"revision =", b"from typing import Union\nrevision =", 1),
    "a docstring in a function": PLAIN.replace(b"    op", b'    """up"""\n    op'),
    "CRLF": PLAIN.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_a_formatters_run_is_no_edit(text: bytes) -> None:
    assert effect(text) == effect(PLAIN)


OTHER = {
    "another operation": PLAIN.replace(b'"x"', b'"y"'),
    "another parent": PLAIN.replace(b"None", b'"b"'),
    "another id": PLAIN.replace(b'"a"', b'"b"'),
    "one operation more": PLAIN + b"    op.g()\n",
    "an import": b"import os\n" + PLAIN,
    "not Python any more": PLAIN + b"(",
}


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_a_change_of_what_is_done_is_an_edit(text: bytes) -> None:
    assert effect(text) != effect(PLAIN)
