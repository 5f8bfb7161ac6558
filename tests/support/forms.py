"""The forms in which migrations say who they are: what Alembic takes, and what it would compute."""

LITERAL_PARENTS = {
    "None is a base": ("None", ()),
    "an empty tuple is a base": ("()", ()),
    "a str is one parent": ("'b'", ("b",)),
    "a tuple is a merge": ("('b', 'c')", ("b", "c")),
    "a tuple of one": ("('b',)", ("b",)),
    "a list is a merge": ("['b', 'c']", ("b", "c")),
    "a set is a merge": ("{'b', 'c'}", ("b", "c")),
    "adjacent strings are joined": ("'b' 'c'", ("bc",)),
    "added strings are joined": ("'b' + 'c'", ("bc",)),
    "an f-string without a call": ("f'b{revision}'", ("ba",)),
    "a repeated parent is kept": ("('b', 'b')", ("b", "b")),
}

ASSIGNMENTS = {
    "annotated": "revision: str = 'a'\ndown_revision: Union[str, None] = 'b'",
    "chained": "x = revision = 'a'\ndown_revision = y = 'b'",
    "unpacked": "revision, down_revision = 'a', 'b'",
    "unpacked in a list": "[revision, down_revision] = ['a', 'b']",
    "walrus": "(revision := 'a')\ndown_revision = 'b'",
    "through a name": "ID = 'a'\nrevision = ID\ndown_revision = 'b'",
    "assigned twice, the last wins": "revision = 'z'\nrevision = 'a'\ndown_revision = 'b'",
    "after a star import": "from x import *\nrevision = 'a'\ndown_revision = 'b'",
    "after an if": "if x:\n    revision = 'z'\nrevision = 'a'\ndown_revision = 'b'",
}

COMPUTED = {
    "a call": "revision = 'a'\ndown_revision = get(revision)",
    "inside an if": "revision = 'a'\ndown_revision = 'b'\nif x:\n    down_revision = 'c'",
    "inside a try": "revision = 'a'\ntry:\n    down_revision = 'b'\nexcept E:\n    pass",
    "inside a with": "revision = 'a'\nwith x as down_revision:\n    pass",
    "inside a loop": "revision = 'a'\nfor down_revision in x:\n    pass",
    "a star import afterwards": "revision = 'a'\ndown_revision = 'b'\nfrom x import *",
    "imported by name": "revision = 'a'\nfrom x import down_revision",
    "augmented": "revision = 'a'\ndown_revision = 'b'\ndown_revision += 'c'",
    "through globals": "revision = 'a'\ndown_revision = 'b'\nglobals()['down_revision'] = 'c'",
    "through exec": "revision = 'a'\ndown_revision = 'b'\nexec('down_revision = 1')",
    "deleted": "revision = 'a'\ndown_revision = 'b'\ndel down_revision",
    "by a function": "revision = 'a'\ndown_revision = 'b'\ndef f():\n    global down_revision",
    "a function of that name": "revision = 'a'\ndef down_revision():\n    pass",
    "an f-string with a call": "revision = 'a'\ndown_revision = f'{x()}'",
    "starred": "revision = 'a'\n*down_revision, x = 'b', 'c'",
    "walrus in an expression": "revision = 'a'\nprint(down_revision := 'c')",
}

NOT_IDS = {
    "an empty str": "''",
    "a number": "7",
    "a number in a tuple": "('b', 7)",
    "None in a tuple": "('b', None)",
    "an empty str in a tuple": "('b', '')",
    "bytes": "b'b'",
}

MESSAGES = {
    "the first line": ('"""add user\n\nRevision ID: a\n"""', "add user"),
    "a first paragraph of two lines": ('"""add\nuser\n\nmore\n"""', "add user"),
    "none, only the Revision ID line": ('"""\nRevision ID: a\nRevises: b\n"""', ""),
    "none, and Revision ID follows at once": ('"""add user\nRevision ID: a\n"""', "add user"),
    "no docstring": ("x = 1", ""),
    "an empty docstring": ('""" """', ""),
}
