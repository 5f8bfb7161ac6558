"""Environments are found where Alembic finds them; Alembic itself is the judge."""

from __future__ import annotations

import configparser
import contextlib
import os
import string
import sys
import uuid
import warnings
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from migbot.core.alembic_ini import HERE, LONGEST, Options, expand, parse_ini
from migbot.core.environments import find_environments, nothing_found, survey
from migbot.core.files import Entry, FileTree, Kind
from migbot.core.names import select
from migbot.core.settings import EnvironmentSettings, Settings
from migbot.errors import MigbotError
from support.disk import DiskTree, write_all

MIGRATION = 'revision = "a1"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n'


def home(folder: str, *versions: str, mako: bool = True) -> dict[str, str]:
    """The files of one environment folder, with one migration in each folder of versions."""
    files = {f"{folder}/env.py": "from alembic import context\n"}
    if mako:
        files[f"{folder}/script.py.mako"] = "revision = ${repr(up_revision)}\n"
    for where in versions or (f"{folder}/versions",):
        files[f"{where}/a1.py"] = MIGRATION
    return files


def tree(files: dict[str, str]) -> FileTree:
    return FileTree({path: text.encode() for path, text in files.items()})


def found(files: dict[str, str], settings: Settings | None = None):
    return find_environments(tree(files), settings or Settings())


def names(files: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {each.name: each.versions for each in found(files)}


def problem(files: dict[str, str], settings: Settings | None = None) -> str:
    with pytest.raises(MigbotError) as caught:
        found(files, settings)
    assert caught.value.hint
    return caught.value.message


@contextlib.contextmanager
def working_in(folder: Path):
    before, path = Path.cwd(), list(sys.path)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path


def alembics(root: Path, cwd: str, ini: str | None, toml: str | None, section: str = "alembic"):
    """What Alembic makes of a project, paths from `root`."""
    with working_in(root / cwd), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = ScriptDirectory.from_config(Config(ini, toml, ini_section=section))
        relative = [os.path.relpath(each, root) for each in script._version_locations]
        return {
            "versions": list(dict.fromkeys(relative)),
            "script_location": os.path.relpath(script.dir, root),
            "recursive": script.recursive_version_locations,
            "sourceless": script.sourceless,
            "file_template": script.file_template,
            "truncate_slug_length": script.truncate_slug_length,
            "output_encoding": script.output_encoding,
        }


def ours(environment) -> dict:
    return {
        "versions": list(environment.versions),
        "script_location": environment.script_location or ".",
        "recursive": environment.recursive,
        "sourceless": environment.sourceless,
        "file_template": environment.file_template,
        "truncate_slug_length": environment.truncate_slug_length,
        "output_encoding": environment.output_encoding,
    }


INI = "[alembic]\nscript_location = migrations\n"
TWO = home("migrations", "one", "two", "migrations/versions")
LOCATIONS = [
    ("os separates", "path_separator = os\nversion_locations = %(here)s/one:%(here)s/two\n"),
    ("a space separates", "path_separator = space\nversion_locations = one two\n"),
    ("lines separate", "path_separator = newline\nversion_locations =\n  one\n  two\n"),
    ("a colon separates", "path_separator = :\nversion_locations = one:two\n"),
    ("a semicolon separates", "path_separator = ;\nversion_locations = one;two\n"),
    ("the older key separates", "version_path_separator = ;\nversion_locations = one;two\n"),
    (
        "the newer key wins",
        "version_path_separator = space\npath_separator = ;\nversion_locations = one;two\n",
    ),
    ("spaces and commas separate without a key", "version_locations = one, two migrations\n"),
    ("a folder is named twice", "version_locations = one two one\n"),
    ("a folder does not exist", "version_locations = one none/at/all\n"),
    ("an empty list is no list", "version_locations =\n"),
    ("a name refers to another key", "base = %(here)s\nversion_locations = %(base)s/one\n"),
    ("a wrong separator leaves one folder", "path_separator = ;\nversion_locations = one two\n"),
]
OPTIONS = [
    ("true is on", "recursive_version_locations = true\n"),
    ("True is off", "recursive_version_locations = True\nsourceless = True\n"),
    ("a comment after true turns it off", "recursive_version_locations = true  # yes\n"),
    ("sourceless", "sourceless = true\n"),
    ("a file template has escaped percents", "file_template = %%(year)d_%%(rev)s_%%(slug)s\n"),
    ("a short slug", "truncate_slug_length = 8\n"),
    ("no length is the default length", "truncate_slug_length = 0\n"),
    ("another encoding", "output_encoding = latin-1\n"),
    ("a URL with a percent is nobody's business", "sqlalchemy.url = postgresql://u:p%40@h/d\n"),
    ("a separator with a comment, but no list", "version_path_separator = os  # Use os.pathsep\n"),
    ("a reference in capitals", "version_locations = %(HERE)s/one\n"),
    ("a here of its own", "here = two\nversion_locations = %(here)s/one %(here)s\n"),
    ("keys in capitals", "Truncate_Slug_Length = 9\n"),
    ("Windows line ends", "truncate_slug_length = 7\r\nsourceless = true\r\n"),
]


@pytest.mark.parametrize(
    "lines", [pytest.param(lines, id=name) for name, lines in LOCATIONS + OPTIONS]
)
def test_an_ini_is_read_as_alembic_reads_it(tmp_path: Path, lines: str) -> None:
    write_all(tmp_path, {**TWO, "alembic.ini": INI + lines})

    (environment,) = find_environments(DiskTree(tmp_path), Settings())

    assert ours(environment) == alembics(tmp_path, ".", "alembic.ini", None)


PACKAGE = f"package_{uuid.uuid4().hex[:8]}"
SCRIPT_LOCATIONS = [
    ("relative to the ini's folder, which is also the root", "", "migrations", ""),
    ("here", "", "%(here)s/migrations", ""),
    ("here, in a folder below", "back/conf", "%(here)s/db/migrations", "back/conf"),
    ("here, and up again", "back/conf", "%(here)s/../migrations", "back/conf"),
    ("relative to the ini's folder", "back", "migrations", "back"),
    ("the ini's folder itself", "back/migrations", ".", "back/migrations"),
    ("relative to the root, by -c", "back/conf", "back/migrations", ""),
    ("relative to a folder between, by -c", "back/conf", "migrations", "back"),
    ("a package and its folder", "", f"{PACKAGE}.sub:migrations", ""),
    ("a package and folders", "", f"{PACKAGE}:sub:migrations", ""),
    ("a package and a path", "", f"{PACKAGE}:sub/migrations", ""),
    ("a package in src", "", f"{PACKAGE}.sub:migrations", "src"),
    ("a package anywhere", "", f"{PACKAGE}.sub:migrations", "back/lib"),
    ("a package from its own folder", f"{PACKAGE}/sub", f"{PACKAGE}:sub:migrations", ""),
]


@pytest.mark.parametrize(
    ("folder", "location", "cwd"),
    [pytest.param(*values, id=name) for name, *values in SCRIPT_LOCATIONS],
)
def test_a_script_location_leads_where_alembic_goes(
    tmp_path: Path, folder: str, location: str, cwd: str
) -> None:
    config = f"{folder}/alembic.ini".lstrip("/")
    homes = ["migrations", "back/migrations", "back/conf/db/migrations"]
    above = cwd if location.startswith(PACKAGE) else ""
    package = f"{above}/{PACKAGE}".lstrip("/")
    if location.startswith(PACKAGE):
        homes, cwd = [f"{package}/sub/migrations"], ""
    elif not folder:
        homes = ["migrations"]
    elif folder == "back/conf" and "db" not in location:
        homes = ["back/migrations"]
    files = {path: text for each in homes for path, text in home(each).items()}
    packages = {f"{package}/__init__.py": "", f"{package}/sub/__init__.py": ""}
    ini = f"[alembic]\nscript_location = {location}\nprepend_sys_path = {tmp_path / above}\n"
    write_all(tmp_path, {**files, **packages, config: ini})
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]

    environments = find_environments(DiskTree(tmp_path), Settings())

    (environment,) = select(environments, config)
    assert ours(environment) == alembics(
        tmp_path, cwd, os.path.relpath(tmp_path / config, tmp_path / cwd), None
    )


def test_a_folder_with_env_py_goes_before_a_nearer_one_without() -> None:
    files = home("m") | {"conf/m/readme.py": ""}
    files["conf/alembic.ini"] = "[alembic]\nscript_location = m\nversion_locations = new\n"

    (environment,) = found(files)

    assert environment.script_location == "m"
    assert environment.versions == ("new",)  # from where the script_location was found


def test_revisions_in_a_package_of_src_are_found() -> None:
    files = home("m", "src/pkg/sub/revisions")
    files["alembic.ini"] = "[alembic]\nscript_location = m\nversion_locations = pkg.sub:revisions\n"

    assert names(files) == {"alembic": ("src/pkg/sub/revisions",)}


TOMLS = [
    ("alone", None, 'script_location = "%(here)s/migrations"\nrecursive_version_locations = true'),
    ("with a list", None, 'script_location = "migrations"\nversion_locations = ["one", "two"]'),
    ("with an empty list", None, 'script_location = "migrations"\nversion_locations = []'),
    (
        "with a template",
        None,
        'script_location = "migrations"\nfile_template = "%%(rev)s"\ntruncate_slug_length = 9',
    ),
    ("beside an ini without alembic", "[loggers]\nkeys = root\n", 'script_location = "migrations"'),
    (
        "completed by an ini",
        "[alembic]\nsqlalchemy.url = sqlite://\n",
        'script_location = "migrations"\nsourceless = true',
    ),
    (
        "where the ini wins key by key",
        "[alembic]\nversion_locations = one\nsourceless = false\n",
        'script_location = "migrations"\nversion_locations = ["two"]\nsourceless = true',
    ),
]


@pytest.mark.parametrize(
    ("ini", "toml"), [pytest.param(ini, toml, id=name) for name, ini, toml in TOMLS]
)
def test_pyproject_is_read_as_alembic_reads_it(tmp_path: Path, ini: str | None, toml: str) -> None:
    files = {**TWO, "pyproject.toml": f"[tool.alembic]\n{toml}\n"}
    write_all(tmp_path, {**files, "alembic.ini": ini} if ini else files)

    (environment,) = find_environments(DiskTree(tmp_path), Settings())

    read = alembics(tmp_path, ".", "alembic.ini" if ini else None, "pyproject.toml")
    assert ours(environment) == read


RAW = st.text(alphabet="%()abs x", max_size=12)


@given(values=st.dictionaries(st.sampled_from(["a", "b", "s"]), RAW, min_size=1), key=st.data())
@hypothesis_settings(max_examples=600, deadline=None)
def test_references_are_expanded_as_configparser_does(values: dict[str, str], key) -> None:
    key = key.draw(st.sampled_from(sorted(values)))
    parser = configparser.ConfigParser({"here": HERE})
    parser.read_dict({})
    parser.add_section("x")
    for name, value in values.items():
        parser._sections["x"][name] = value  # set() would refuse a broken value
    try:
        theirs = parser.get("x", key)
    except configparser.InterpolationError:
        with pytest.raises(ValueError, match="'"):
            expand(values[key], values)
    else:
        assert expand(values[key], values) == theirs


PART = st.text(alphabet=string.ascii_lowercase[:4] + ",; :/", max_size=6)
KEYS = st.sampled_from(["path_separator", "version_path_separator"])
VALUES = st.sampled_from(["os", "space", "newline", ":", ";", "Os", "os  # no", ","])


@given(
    parts=st.lists(PART, min_size=1, max_size=4),
    joint=st.sampled_from([" ", ", ", ":", ";", "\n  "]),
    separators=st.dictionaries(KEYS, VALUES, max_size=2),
)
@hypothesis_settings(max_examples=500, deadline=None)
def test_a_list_of_folders_is_split_as_alembic_splits_it(parts, joint, separators) -> None:
    lines = [f"{key} = {value}" for key, value in separators.items()]
    text = "\n".join(["[alembic]", f"version_locations = {joint.join(parts)}", *lines])
    config = Config()
    config.__dict__["file_config"] = parser = configparser.ConfigParser({"here": HERE})
    try:
        parser.read_string(text)
        read = parse_ini("alembic.ini", text.encode())
    except configparser.Error:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = config.get_version_locations_list() or []
        except ValueError:
            theirs = None
    if theirs is None:
        with pytest.raises(ValueError, match="path_separator"):
            Options(read["alembic"]).version_locations()
    else:
        # "" is the working directory for Alembic, which nobody means by a trailing comma
        stripped = tuple(each.strip() for each in theirs if each.strip())
        assert Options(read["alembic"]).version_locations() == stripped


def test_no_environment_is_an_empty_tuple_and_has_its_words() -> None:
    assert found({"README.md": "", "app/env.py": "DEBUG = True\n"}) == ()
    assert "No Alembic environment" in nothing_found().message
    assert "[tool.migbot.environments.main]" in nothing_found().hint


def test_a_flask_migrate_ini_stands_in_its_own_folder() -> None:
    files = home("migrations") | {"migrations/alembic.ini": "[alembic]\n[loggers]\nkeys = root\n"}

    (environment,) = found(files)

    assert environment.versions == ("migrations/versions",)
    assert environment.config == "migrations/alembic.ini"


def test_every_section_with_a_script_location_is_an_environment(tmp_path: Path) -> None:
    ini = "[alembic]\nsourceless = true\n[core]\nscript_location = c\n[tenant]\nscript_location = t"
    write_all(tmp_path, home("c") | home("t") | {"alembic.ini": ini})

    core, tenant = find_environments(DiskTree(tmp_path), Settings())

    assert (core.name, tenant.name) == ("core", "tenant")
    assert ours(core) == alembics(tmp_path, ".", "alembic.ini", None, "core")
    assert ours(tenant) == alembics(tmp_path, ".", "alembic.ini", None, "tenant")


def test_a_script_location_in_the_defaults_is_the_alembic_section_s(tmp_path: Path) -> None:
    ini = "[DEFAULT]\nscript_location = m\n[loggers]\nkeys = root\n[alembic]\nx = 1\n"
    write_all(tmp_path, home("m") | {"alembic.ini": ini})

    (environment,) = find_environments(DiskTree(tmp_path), Settings())

    assert environment.section == "alembic"
    assert ours(environment) == alembics(tmp_path, ".", "alembic.ini", None)


def test_a_folder_with_env_py_needs_no_ini() -> None:
    files = home("pkg/with_template") | home("pkg/without", mako=False)

    assert [each.versions for each in found(files)] == [
        ("pkg/with_template/versions",),
        ("pkg/without/versions",),
    ]
    assert {each.config for each in found(files)} == {""}


def test_revisions_beside_env_py_are_found_without_an_ini() -> None:
    files = {"m/env.py": "from alembic import context\n", "m/a1.py": MIGRATION}

    assert found(files)[0].versions == ("m",)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"p/env.py": "import alembic\n", "p/x.py": "y = 1\n"}, id="no revision"),
        pytest.param({"p/env.py": "import os\n", "p/x.py": MIGRATION}, id="no word of Alembic"),
    ],
)
def test_what_is_only_called_env_py_is_no_environment(files: dict[str, str]) -> None:
    assert found(files) == ()


def test_a_new_environment_has_a_template_and_no_revision_yet() -> None:
    assert found({"m/env.py": "", "m/script.py.mako": ""})[0].versions == ("m/versions",)


def test_a_template_ini_stands_for_the_only_folder_below_it() -> None:
    files = home("hub/alembic") | {"hub/alembic.ini": "[alembic]\nscript_location = {folder}\n"}

    (environment,) = found(files)

    assert (environment.script_location, environment.config) == ("hub/alembic", "hub/alembic.ini")


def test_a_template_ini_above_several_folders_could_mean_any() -> None:
    ini = {"alembic.ini": "[alembic]\nscript_location = {folder}\n"}

    assert "filled in when the project runs" in problem(home("a") | home("b") | ini)
    assert "is not set" in problem(home("a") | home("b") | {"alembic.ini": "[alembic]\n"})


@pytest.mark.parametrize(
    ("location", "says"),
    [
        pytest.param("/etc", "is an absolute path", id="absolute"),
        pytest.param("../..", "lies outside of the repository", id="above the root"),
        pytest.param("%(here)s/..", "lies outside of the repository", id="above the root by here"),
        pytest.param("pkg:../../../x", "lies outside of the repository", id="out of a package"),
        pytest.param("pkg:x", "does not exist", id="a package that is not there"),
        pytest.param("${ENV}", "filled in when the project runs", id="an environment variable"),
        pytest.param("nowhere", "does not exist", id="not there"),
        pytest.param("%(a)s", "'a', which is not set", id="a reference to nothing"),
        pytest.param("%(script_location)s", "refers to itself", id="a loop"),
        pytest.param("50%/x", "lone %", id="a lone percent"),
    ],
)
def test_a_script_location_that_cannot_be_followed_is_said(location: str, says: str) -> None:
    message = problem({"alembic.ini": f"[alembic]\nscript_location = {location}\n"})

    assert says in message
    assert message.startswith("alembic.ini [alembic]: ")
    assert "\0" not in message


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param("path_separator = os # x\nversion_locations = a", "path_separator", id="sep"),
        pytest.param("truncate_slug_length = many", "truncate_slug_length", id="length"),
        pytest.param("version_locations = /etc", "absolute", id="absolute"),
        pytest.param("version_locations = %(here)s/../..", "outside", id="outside"),
    ],
)
def test_an_option_alembic_would_stop_at_is_said(lines: str, says: str) -> None:
    assert says in problem({**TWO, "alembic.ini": INI + lines})


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param('recursive_version_locations = "true"', "true or false", id="quoted true"),
        pytest.param('version_locations = "one"', "list", id="text for a list"),
        pytest.param("version_locations = [1]", "list", id="a list of numbers"),
        pytest.param("script_location = 7", "text", id="a number for text"),
    ],
)
def test_a_toml_value_of_a_wrong_type_is_said(lines: str, says: str) -> None:
    location = "" if lines.startswith("script") else 'script_location = "migrations"\n'
    files = {**TWO, "pyproject.toml": f"[tool.alembic]\n{location}{lines}\n"}

    assert says in problem(files)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"\xef\xbb\xbf" + INI.encode(), "byte order mark", id="a byte order mark"),
        pytest.param(INI.encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(INI.encode() + b"# \0", "NUL", id="a NUL"),
        pytest.param(b"# \xe9\n" + INI.encode(), "UTF-8", id="latin-1"),
        pytest.param(INI.encode() * 2, "already exists", id="a section twice"),
        pytest.param(INI.encode() + b"script_location = b\n", "already exists", id="a key twice"),
        pytest.param(b"script_location = m\n", "no section headers", id="no section"),
        pytest.param(INI.encode() + b"#" * 10_000_000, "too large", id="ten megabytes"),
    ],
)
def test_an_ini_that_cannot_be_read_is_said_in_one_line(content: bytes, says: str) -> None:
    with pytest.raises(MigbotError) as caught:
        find_environments(FileTree({"alembic.ini": content}), Settings())

    assert says in caught.value.message
    assert "alembic.ini" in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_bomb_of_references_costs_no_time() -> None:
    keys = [f"k{number} = {'%(k' + str(number + 1) + ')s' * 1}" for number in range(9)]
    wide = [f"w{number} = {f'%(w{number + 1})s' * 900}" for number in range(9)] + ["w9 = xxxxxxxx"]
    files = {"alembic.ini": "\n".join([INI.strip(), "version_locations = %(w0)s", *wide, *keys])}

    assert f"longer than {LONGEST}" in problem({**TWO, **files})


def test_a_broken_pyproject_is_a_problem_only_where_it_declares_an_environment() -> None:
    broken = "[tool.other]\nalembic = \n"
    assert names({**home("m"), "pyproject.toml": broken}) == {"alembic": ("m/versions",)}
    assert "pyproject.toml" in problem({"pyproject.toml": "[tool.alembic]\nx = \n"})


def test_a_link_for_a_folder_is_said_and_not_followed(tmp_path: Path) -> None:
    write_all(tmp_path, home("real") | {"alembic.ini": "[alembic]\nscript_location = m\n"})
    (tmp_path / "m").symlink_to("real")

    with pytest.raises(MigbotError, match="m is a link, which migbot does not follow"):
        find_environments(DiskTree(tmp_path), Settings())


@pytest.mark.parametrize(
    "ini",
    [
        pytest.param({}, id="without an ini"),
        pytest.param({"alembic.ini": "[alembic]\nscript_location = m\n"}, id="by default"),
        pytest.param(
            {"alembic.ini": "[alembic]\nscript_location = m\nversion_locations = m/versions\n"},
            id="in a list",
        ),
    ],
)
def test_a_link_for_versions_is_said_and_not_taken_for_an_empty_history(
    tmp_path: Path, ini: dict[str, str]
) -> None:
    write_all(tmp_path, home("m", "real") | ini)
    (tmp_path / "m/versions").symlink_to("../real")

    with pytest.raises(MigbotError, match="m/versions is a link, which migbot does not follow"):
        find_environments(DiskTree(tmp_path), Settings())


def test_an_ini_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    write_all(tmp_path, home("m") | {"elsewhere.txt": "[alembic]\nscript_location = /etc\n"})
    (tmp_path / "alembic.ini").symlink_to("elsewhere.txt")

    (environment,) = find_environments(DiskTree(tmp_path), Settings())

    assert (environment.config, environment.versions) == ("", ("m/versions",))


def test_an_ini_in_conflict_is_said() -> None:
    class Conflict(FileTree):
        def named(self, *names: str) -> tuple[Entry, ...]:
            return (Entry("alembic.ini", "", Kind.UNMERGED),)

    with pytest.raises(MigbotError, match="unresolved merge conflict"):
        find_environments(Conflict({}), Settings())


@pytest.mark.parametrize(
    "copy",
    [".venv/lib", "venv", "web/node_modules/x", "x/site-packages/y", ".tox/py", "build/lib/app"],
)
def test_copies_are_passed_over(copy: str) -> None:
    files = home("m") | home(f"{copy}/m") | {f"{copy}/alembic.ini": INI}

    assert names(files) == {"alembic": ("m/versions",)}


def test_the_tests_of_a_project_are_not_passed_over() -> None:
    assert len(found(home("m") | home("tests/fixtures/m"))) == 2


def test_one_folder_for_each_database_is_one_environment_each() -> None:
    files = home("m", "m/versions/postgresql", "m/versions/sqlite")
    files["m/versions/__init__.py"] = ""

    assert [(each.name, each.versions, each.database) for each in found(files)] == [
        ("postgresql", ("m/versions/postgresql",), "postgresql"),
        ("sqlite", ("m/versions/sqlite",), "sqlite"),
    ]


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("m/versions/b2.py", id="a revision beside them"),
        pytest.param("m/versions/2024/b2.py", id="a folder of another name"),
    ],
)
def test_other_folders_below_versions_are_left_to_the_caller(extra: str) -> None:
    files = home("m", "m/versions/postgresql") | {extra: MIGRATION}

    assert names(files) == {"alembic": ("m/versions",)}


def test_folders_of_databases_are_one_history_where_alembic_reads_them_as_one() -> None:
    files = home("migrations", "migrations/versions/postgresql", "migrations/versions/sqlite")
    files["alembic.ini"] = INI + "recursive_version_locations = true\n"

    assert names(files) == {"alembic": ("migrations/versions",)}


def test_more_files_than_any_project_has_are_refused() -> None:
    assert "501 files" in problem({f"d{number}/alembic.ini": INI for number in range(501)})


def test_several_files_for_one_tree_are_one_environment() -> None:
    ini = "[alembic]\nscript_location = pkg:db/alembic\n"
    files = home("pkg/db/alembic") | {f"pkg/{name}/alembic.ini": ini for name in ("a", "b", "c")}

    (environment,) = found(files)

    assert environment.config == "pkg/a/alembic.ini"
    assert environment.also == (("pkg/b/alembic.ini", "alembic"), ("pkg/c/alembic.ini", "alembic"))
    assert select([environment], "pkg/b/alembic.ini")[0].config == "pkg/b/alembic.ini"


def test_a_nearer_folder_goes_before_one_of_the_same_name_at_the_root() -> None:
    ini = "[alembic]\nscript_location = alembic\n"
    files = home("alembic") | home("service/alembic")
    files |= {"alembic.ini": ini, "service/alembic.ini": ini}

    assert {each.config: each.versions[0] for each in found(files)} == {
        "alembic.ini": "alembic/versions",
        "service/alembic.ini": "service/alembic/versions",
    }


def test_folders_in_one_another_are_read_once_where_reading_is_deep() -> None:
    lines = "version_locations = one one/two migrations\nrecursive_version_locations = true\n"

    assert found({**TWO, "alembic.ini": INI + lines})[0].versions == ("one", "migrations")


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        pytest.param(["deep/in/it/migrations"], ["alembic"], id="one is called alembic"),
        pytest.param(
            ["app/storage/pg/migrations", "app/storage/lite/migrations"],
            ["lite", "pg"],
            id="the folder that differs",
        ),
        pytest.param(["app/db", "app/auth/alembic"], ["auth/alembic", "db"], id="different ends"),
        pytest.param(
            ["alembic", "back/alembic"], ["alembic", "back/alembic"], id="one at the root"
        ),
        pytest.param(["a", "a/b"], ["a", "b"], id="one in another"),
    ],
)
def test_names_say_what_differs(folders: list[str], expected: list[str]) -> None:
    files = {path: text for each in folders for path, text in home(each).items()}

    assert sorted(names(files)) == expected


FOLDER = st.lists(st.sampled_from(["a", "b", "migrations", "versions"]), min_size=1, max_size=4)


@given(folders=st.sets(FOLDER.map("/".join), min_size=1, max_size=5))
@hypothesis_settings(max_examples=300, deadline=None)
def test_names_are_unique_and_stable_whatever_the_layout(folders: set[str]) -> None:
    files = {path: text for each in sorted(folders) for path, text in home(each).items()}
    environments = found(files)
    by_name = {each.name: each for each in environments}

    assert len(by_name) == len(environments) >= 1
    assert all(by_name)
    assert found(dict(reversed(files.items()))) == environments


def test_settings_that_place_an_environment_replace_the_search() -> None:
    tables = {
        "main": EnvironmentSettings(script_location="m"),
        "auth": EnvironmentSettings(config="conf/db.ini", section="auth", database="mysql"),
    }
    files = home("m") | home("other") | home("conf/a")
    files["conf/db.ini"] = "[auth]\nscript_location = %(here)s/a\n[x]\nscript_location = ../m\n"

    main, auth = found(files, Settings(environments=tables, expected_heads=2))

    assert (main.name, main.versions, main.config) == ("main", ("m/versions",), "")
    assert (auth.name, auth.versions, auth.section) == ("auth", ("conf/a/versions",), "auth")
    assert (main.expected_heads, auth.expected_heads, auth.database) == (2, 2, "mysql")


def test_settings_may_try_one_tree_on_two_databases() -> None:
    tables = {
        name: EnvironmentSettings(script_location="m", database=name)
        for name in ("mysql", "sqlite")
    }

    environments = found(home("m"), Settings(environments=tables))

    assert [(each.name, each.database) for each in environments] == [
        ("mysql", "mysql"),
        ("sqlite", "sqlite"),
    ]


def test_a_config_and_a_script_location_of_the_settings_complete_one_another() -> None:
    tables = {"x": EnvironmentSettings(config="alembic.ini", script_location="m")}
    ini = "[alembic]\nscript_location = /app/m\nrecursive_version_locations = true\n"

    (environment,) = found(home("m") | {"alembic.ini": ini}, Settings(environments=tables))

    assert (environment.versions, environment.recursive) == (("m/versions",), True)


def test_an_environment_that_the_settings_name_is_not_split() -> None:
    tables = {"x": EnvironmentSettings(script_location="m")}
    files = home("m", "m/versions/postgresql", "m/versions/sqlite")

    environments = found(files, Settings(environments=tables))

    assert [(each.name, each.versions) for each in environments] == [("x", ("m/versions",))]


def test_settings_may_name_a_folder_that_would_be_passed_over() -> None:
    tables = {"v": EnvironmentSettings(config=".hidden/alembic.ini")}
    files = home(".hidden/m") | {".hidden/alembic.ini": "[alembic]\nscript_location = m\n"}

    assert found(files, Settings(environments=tables))[0].versions == (".hidden/m/versions",)


def test_settings_add_to_an_environment_of_that_name() -> None:
    tables = {"alembic": EnvironmentSettings(versions=("m/core", "m/more"), expected_heads=3)}

    (environment,) = found(home("m"), Settings(environments=tables))

    assert environment.versions == ("m/core", "m/more")
    assert (environment.script_location, environment.expected_heads) == ("m", 3)


def test_versions_alone_make_an_environment_of_a_new_name() -> None:
    tables = {"extra": EnvironmentSettings(versions=("x",))}

    environments = found(home("m"), Settings(environments=tables))

    assert [(each.name, each.versions) for each in environments] == [
        ("alembic", ("m/versions",)),
        ("extra", ("x",)),
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        pytest.param(EnvironmentSettings(expected_heads=2), "'x', which is not there", id="name"),
        pytest.param(EnvironmentSettings(config="no.ini"), "no.ini is not in", id="config"),
        pytest.param(EnvironmentSettings(script_location="no"), "'no' does not exist", id="folder"),
        pytest.param(EnvironmentSettings(script_location="../y"), "outside", id="outside"),
        pytest.param(EnvironmentSettings(versions=("/etc",)), "outside", id="versions outside"),
        pytest.param(
            EnvironmentSettings(config="alembic.ini", section="s"), "section [s]", id="section"
        ),
    ],
)
def test_settings_that_fit_nothing_are_said(table: EnvironmentSettings, says: str) -> None:
    files = {**TWO, "alembic.ini": INI}

    assert says in problem(files, Settings(environments={"x": table}))


def test_one_file_that_cannot_be_followed_does_not_hide_the_others() -> None:
    files = home("m") | {"alembic.ini": "[alembic]\nscript_location = /app/m\n"}

    result = survey(tree(files), Settings())

    assert [each.versions for each in result.environments] == [("m/versions",)]
    assert len(result.problems) == 1


def test_an_ini_of_another_name_is_read_when_it_is_asked_for() -> None:
    files = home("m") | home("n") | {"async.ini": "[alembic]\nscript_location = n\n"}

    environments = find_environments(tree(files), Settings(), "./async.ini")

    assert [each.versions for each in select(environments, "async.ini")] == [("n/versions",)]
    with pytest.raises(MigbotError, match=r"none\.ini is not in the repository"):
        find_environments(tree(files), Settings(), "none.ini")


def test_select_takes_a_name_a_section_or_a_file() -> None:
    files = home("c") | home("t") | home("other/m")
    files["alembic.ini"] = "[core]\nscript_location = c\n[tenant]\nscript_location = t\n"
    files["other/alembic.ini"] = "[alembic]\nscript_location = m\n"
    environments = found(files)

    assert select(environments) == environments
    assert [each.versions[0] for each in select(environments, name="tenant")] == ["t/versions"]
    assert len(select(environments, "alembic.ini")) == 2
    assert len(select(environments, "./other/alembic.ini", "alembic")) == 1
    with pytest.raises(MigbotError, match="No environment fits -n nope") as caught:
        select(environments, name="nope")
    assert "-n core" in caught.value.hint


def test_select_takes_the_name_that_a_folder_gave() -> None:
    environments = found(home("one/m") | home("two/m"))

    assert [each.versions[0] for each in select(environments, name="two")] == ["two/m/versions"]


def test_a_name_of_the_settings_is_not_given_twice() -> None:
    tables = {"alembic": EnvironmentSettings(script_location="m")}
    files = home("m") | home("n") | {"n.ini": "[alembic]\nscript_location = n\n"}

    environments = find_environments(tree(files), Settings(environments=tables), "n.ini")

    assert [(each.name, each.versions) for each in environments] == [
        ("alembic", ("m/versions",)),
        ("n", ("n/versions",)),
    ]


def test_two_sections_for_one_tree_are_both_selectable() -> None:
    ini = "[pg]\nscript_location = m\n[lite]\nscript_location = m\n"
    (environment,) = found(home("m") | {"alembic.ini": ini})

    assert environment.section == "pg"
    assert select([environment], name="lite")[0].section == "lite"


def test_a_folder_that_does_not_exist_stays_as_configured() -> None:
    files = {**TWO, "alembic.ini": INI + "version_locations = gone\n"}

    assert found(files)[0].versions == ("gone",)
