"""Write a merge revision in the project's own style, without running its template."""

from __future__ import annotations

import ast
import re
import unicodedata
from datetime import datetime

from migbot.core.alembic_ini import Options, parse_ini, parse_pyproject, section
from migbot.core.environment import Environment
from migbot.core.files import Tree
from migbot.core.layout import Foreign, fill
from migbot.core.model import Revision
from migbot.core.parse import PARSE_ERRORS, module_names, parse, read_revision
from migbot.core.script import Body, read_script
from migbot.core.value import Value
from migbot.errors import MigbotError

LONGEST_MESSAGE = 200
"""Characters of a message; a pull request's title may have 256, and nobody reads on."""

_ENGINE = re.compile(r"\w+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, bidi marks, surrogates, newlines


class Template(Value):
    """How a project writes revisions: the text of its script.py.mako ("" where it has none) and
    the `databases` that the configuration of a multidb project names."""

    text: str = ""
    engines: tuple[str, ...] = ()


class Draft(Value):
    """What a revision that is not written yet shall say. `created` is None where no date is known.

    A repair has no clock: whoever writes it, and whenever, the bytes are the same.
    """

    id: str
    parents: tuple[str, ...]
    message: str
    created: datetime | None = None


def read_template(tree: Tree, environment: Environment) -> Template:
    """The template of `environment` as data; nothing of it is run, what is absent is empty."""
    folder = environment.script_location
    content = _content(tree, f"{folder}/script.py.mako" if folder else "script.py.mako")
    engines = (name for name in _databases(tree, environment) if _ENGINE.fullmatch(name))
    return Template(content.decode("utf-8-sig", "replace"), tuple(engines))


def _content(tree: Tree, path: str) -> bytes:
    folder = path.rpartition("/")[0]
    entries = [each for each in tree.entries(folder) if each.path == path] if path else []
    return tree.read(entries).get(path, b"")


def _databases(tree: Tree, environment: Environment) -> list[str]:
    path, content = environment.config, _content(tree, environment.config)
    try:
        if path.endswith(".toml"):
            options = Options(toml=parse_pyproject(path, content) or {})
        else:
            options = Options(section(parse_ini(path, content), environment.section))
        return re.split(r",\s*", (options.text("databases") or "").strip())
    except (MigbotError, ValueError):  # a list, or unreadable: the revisions name the engines too
        return []


def tame(text: str) -> str:
    """`text` as one line that can stand in any docstring: no quote or backslash that could end
    it, nothing invisible, at most LONGEST_MESSAGE characters.

    A branch's name or a pull request's title is a stranger's text, and a revision file is code.
    """
    seen = "".join(" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    seen = re.sub("'{2,}", "'", seen.replace("\\", "/").replace('"', "'"))
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 3].rstrip()}..."


def render(draft: Draft, template: Template, like: bytes, encoding: str = "utf-8") -> bytes:
    """The file of a merge revision: empty bodies, the project's layout.

    The layout is the project's template where it needs no more than text put in its places, else
    the plain one in the style of `like`, the content of a revision that is there already (its
    quotes count in both cases, as a formatter may have chosen them). What is returned was read
    back: id, parents, message and empty bodies are as asked, and the message is data, whatever it
    is. Raises MigbotError where no layout can hold it.
    """
    style = _style(like)
    engines = tuple(dict.fromkeys((*template.engines, *style.engines)))
    for text, codec in (
        (template.text, encoding),
        (_plain_layout(style), encoding),
        (_plain_layout(style), "utf-8"),
    ):
        data = _proved(draft, _Layout(text, engines, style.quote, codec))
        if data is not None:
            return data
    raise MigbotError(
        f"The message {draft.message!r} cannot be written into a migration.",
        'Choose another one: migbot resolve --message "merge"',
    )


class _Style(Value):
    quote: str = "'"
    annotated: bool = False
    parameters: str = ""
    engines: tuple[str, ...] = ()


def _style(like: bytes) -> _Style:
    """How an existing revision is written."""
    try:
        module = parse(like)
    except PARSE_ERRORS:
        return _Style()
    functions = [each for each in module.body if isinstance(each, ast.FunctionDef)]
    upgrade = [each for each in functions if each.name == "upgrade"]
    return _Style(
        '"' if re.search(rb"^revision\b[^=\n]*=\s*\"", like, re.MULTILINE) else "'",
        any(isinstance(each, ast.AnnAssign) for each in module.body),
        _parameters(upgrade[-1].args) if upgrade else "",
        tuple(each.name[8:] for each in functions if each.name.startswith("upgrade_")),
    )


def _parameters(known: ast.arguments) -> str:
    names = [each.arg for each in (*known.posonlyargs, *known.args)]
    optional = len(names) - len(known.defaults)
    said = [name if place < optional else f"{name}=None" for place, name in enumerate(names)]
    said += [f"*{known.vararg.arg}"] if known.vararg else []
    said += [f"**{known.kwarg.arg}"] if known.kwarg else []
    return ", ".join(said)


def _plain_layout(style: _Style) -> str:
    """What a revision file has to have and no more, in the template language."""
    ids = ": Union[str, Sequence[str], None]" if style.annotated else ""
    result = " -> None" if style.annotated else ""
    names = ("down_revision", "branch_labels", "depends_on")
    return "\n".join(
        [
            '"""${message}\n\nRevision ID: ${up_revision}',
            "Revises: ${down_revision | comma,n}\nCreate Date: ${create_date}\n\n" + '"""\n',
            *(["from typing import Sequence, Union\n"] if style.annotated else []),
            f"revision{': str' if style.annotated else ''} = ${{repr(up_revision)}}",
            *(f"{name}{ids} = ${{repr({name})}}" for name in names),
            *(
                f"\n\ndef {name}({style.parameters}){result}:\n    pass"
                for name in ("upgrade", "downgrade")
            ),
            "",
        ]
    )


class _Layout(Value):
    text: str
    engines: tuple[str, ...]
    quote: str
    codec: str

    def filled(self, draft: Draft) -> bytes:
        """The template with its places filled; raises Foreign where that takes running it."""
        text = self.text if draft.created else re.sub(r".*\$\{\s*create_date\b.*\n", "", self.text)
        places = _places(draft, self.quote)
        return fill(text, places, self.engines).encode(self.codec, "replace")


def _proved(draft: Draft, layout: _Layout) -> bytes | None:
    """The file, if it says what was asked for and its code does not depend on the message."""
    marked = draft._replace(message="migbotmessageplace")
    try:
        data, plain = layout.filled(draft), layout.filled(marked)
        said = draft.message.encode(layout.codec, "replace").decode(layout.codec)
        if _tree(data) != _tree(plain, marked.message, said):
            return None
        return data if _says(data, draft._replace(message=said)) else None
    except (Foreign, *PARSE_ERRORS):
        return None


def _tree(data: bytes, marker: str = "", message: str = "") -> str:
    """The syntax tree, with `message` put for `marker` inside string constants and nowhere else."""
    module = parse(data)
    for each in ast.walk(module):
        if marker and isinstance(each, ast.Constant) and isinstance(each.value, str):
            each.value = each.value.replace(marker, message)
    return ast.dump(module)


def _says(data: bytes, draft: Draft) -> bool:
    path = f"{draft.id}.py"
    read = read_revision(path, data)
    asked = Revision(draft.id, path, draft.parents)
    script = read_script(data)
    return (
        isinstance(read, Revision)
        and draft.message in read.message
        and read._replace(message="", claims=asked.claims) == asked
        and {script.upgrade, script.downgrade} == {Body.EMPTY}
        and {"upgrade", "downgrade"} <= module_names(parse(data)).lines.keys()
    )


def _places(draft: Draft, quote: str) -> dict[str, str]:
    """The expressions that templates use, without spaces, and what stands in their places.

    They are those of Alembic's and Flask-Migrate's own templates.
    """
    listed = tame(", ".join(draft.parents))
    return {
        "message": draft.message,
        "up_revision": draft.id,
        "down_revision|comma,n": listed,
        "down_revision|comma": listed,
        "create_date": str(draft.created),
        'importsifimportselse""': "",
        "repr(up_revision)": f"{quote}{draft.id}{quote}",
        "repr(down_revision)": f"({', '.join(_repr(each, quote) for each in draft.parents)})",
        "repr(branch_labels)": "None",
        "repr(depends_on)": "None",
    }


def _repr(name: str, quote: str) -> str:
    plain = name.isascii() and name.isprintable() and not {'"', "'", "\\"} & set(name)
    return f"{quote}{name}{quote}" if plain else ascii(name)
