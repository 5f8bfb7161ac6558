import ast
import base64
import os
import shutil
import time
from pathlib import Path

import pytest

import migbot
from migbot.adapters.git_merge import merged
from migbot.adapters.git_read import locate, resolve
from migbot.adapters.git_repo import is_damaged, mirror, server_env, stage
from migbot.adapters.git_trees import commit, index
from migbot.errors import MigbotError
from support.git_http import serving_git
from support.repos import Repo

FILE = ("file",)


@pytest.fixture
def origin(tmp_path):
    made = Repo.init(tmp_path / "origin")
    made.put({"v/a.py": "a"})
    made.switch("feature", create=True)
    made.put({"v/b.py": "b"})
    made.switch("main")
    made.put({"v/c.py": os.urandom(3000)})
    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mirrors" / "1"


def names(tree):
    return [entry.path for entry in tree.entries("v")]


class TestMirror:
    def test_the_commits_that_are_asked_for_can_be_read_and_merged(self, origin, folder):
        base, head = origin.sha("main"), origin.sha("feature")
        repo = mirror(origin.url, folder, [base, head], protocols=FILE)
        assert repo.root is None
        assert names(commit(repo, head)) == ["v/a.py", "v/b.py"]
        with merged(repo, head, base) as merge:
            assert names(merge.tree) == ["v/a.py", "v/b.py", "v/c.py"]

    def test_a_commit_that_no_branch_leads_to_any_more_is_fetched_by_its_id(self, origin, folder):
        head = origin.sha("feature")
        origin.git("branch", "--quiet", "-D", "feature")
        repo = mirror(origin.url, folder, [head], protocols=FILE)
        assert names(commit(repo, head)) == ["v/a.py", "v/b.py"]

    def test_what_is_there_is_not_fetched_again(self, origin, folder):
        first = origin.sha()
        mirror(origin.url, folder, [first], protocols=FILE)
        gone = origin.root.rename(origin.root.parent / "gone")
        repo = mirror(origin.url, folder, [first], protocols=FILE)
        assert resolve(repo, first) == first
        gone.rename(origin.root)

    def test_later_commits_are_added_and_earlier_ones_stay(self, origin, folder):
        first = origin.sha()
        mirror(origin.url, folder, [first], protocols=FILE)
        second = origin.put({"v/d.py": "d"})
        repo = mirror(origin.url, folder, [second], protocols=FILE)
        assert [resolve(repo, id) for id in (first, second)] == [first, second]

    def test_a_commit_that_is_not_there_is_an_error(self, origin, folder):
        with pytest.raises(MigbotError, match="not our ref"):
            mirror(origin.url, folder, ["1" * 40], protocols=FILE)

    @pytest.mark.parametrize(
        "id", ["main", "--upload-pack=touch x", "", "HEAD", "a" * 39, "A" * 40]
    )
    def test_what_is_no_id_never_reaches_git(self, origin, folder, id):
        with pytest.raises(MigbotError, match="Not the id of a commit"):
            mirror(origin.url, folder, [id], protocols=FILE)
        assert not folder.exists()

    @pytest.mark.parametrize(
        "url",
        [
            *("file:///etc", "ext::sh -c x", "--upload-pack=x", "git@github.com:o/r", "", "/tmp"),
            *("http://github.com/o/r", "https://user:secret@github.com/o/r", "ssh://h/x"),
        ],
    )
    def test_what_is_no_https_address_never_reaches_git(self, folder, url):
        with pytest.raises(MigbotError, match="Not an address to fetch from") as error:
            mirror(url, folder, ["1" * 40])
        assert not folder.exists()
        assert "secret" not in str(error.value)

    def test_a_refused_protocol_is_refused_by_git_too(self, origin, folder):
        mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        command = ["git", "fetch", origin.url]
        done = Repo(folder, server_env()).run(*command, env=server_env(), check=False)
        assert b"transport 'file' not allowed" in done.stderr

    def test_a_folder_of_somebody_else_is_neither_used_nor_deleted(self, origin, folder):
        folder.mkdir(parents=True)
        (folder / "precious").touch()
        with pytest.raises(MigbotError, match="is not a mirror that migbot made"):
            mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        assert (folder / "precious").exists()

    def test_a_beginning_that_was_killed_is_finished(self, origin, folder):
        folder.mkdir(parents=True)
        (folder / "migbot-mirror").touch()
        assert mirror(origin.url, folder, [origin.sha()], protocols=FILE)

    def test_objects_that_fsck_refuses_are_not_taken(self, origin, folder):
        blob = origin.sha("main:v/a.py")
        tree = origin.git("mktree", stdin=f"100644 blob {blob}\t.git\n".encode())
        evil = origin.git("commit-tree", "-m", "evil", tree)
        with pytest.raises(MigbotError, match="git fetch failed"):
            mirror(origin.url, folder, [evil], protocols=FILE)


class TestDamage:
    def packs(self, folder):
        return list(folder.glob("objects/pack/*.pack"))

    def test_a_truncated_pack_is_noticed_and_the_mirror_made_anew(self, origin, folder):
        mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        for pack in self.packs(folder):
            pack.chmod(0o644)
            os.truncate(pack, pack.stat().st_size // 2)
        assert is_damaged(folder)
        later = origin.put({"v/d.py": "d"})
        repo = mirror(origin.url, folder, [origin.sha("main~1"), later], protocols=FILE)
        assert commit(repo, later).read(commit(repo, later).entries("v"))["v/d.py"] == b"d"

    def test_a_lock_that_a_killed_git_left_does_not_stop_it_for_ever(self, origin, folder):
        first = origin.sha()
        mirror(origin.url, folder, [first], protocols=FILE)
        later = origin.put({"v/d.py": "d"})
        (folder / f"refs/migbot/{later}.lock").touch()
        repo = mirror(origin.url, folder, [later], protocols=FILE)
        assert names(commit(repo, later)) == ["v/a.py", "v/c.py", "v/d.py"]

    def test_without_a_head_it_is_made_anew(self, origin, folder):
        mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        (folder / "HEAD").write_text("garbage")
        assert is_damaged(folder)
        repo = mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        assert names(commit(repo, origin.sha())) == ["v/a.py", "v/c.py"]

    def test_a_sound_mirror_is_not_damaged(self, origin, folder):
        mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        assert not is_damaged(folder)

    def test_a_failure_of_the_other_side_does_not_cost_the_mirror(self, origin, folder):
        mirror(origin.url, folder, [origin.sha()], protocols=FILE)
        inode = folder.stat().st_ino
        (folder / "refs/left.lock").touch()  # even where there is something to mend
        shutil.rmtree(origin.root / ".git")
        with pytest.raises(MigbotError):
            mirror(origin.url, folder, ["1" * 40], protocols=FILE)
        assert folder.stat().st_ino == inode


class TestToken:
    def test_it_goes_to_the_server_in_a_header_and_nowhere_else(
        self, origin, folder, tmp_path, monkeypatch
    ):
        seen = spy(tmp_path, monkeypatch)
        secret = "basic " + base64.b64encode(b"x-access-token:s3cret").decode()
        with serving_git(tmp_path, password=secret) as server:
            url = f"{server.url}/origin/.git"
            repo = mirror(url, folder, [origin.sha()], token="s3cret", protocols=("http",))
            with pytest.raises(MigbotError, match="git fetch failed") as error:
                mirror(url, folder, ["1" * 40], token="wrong", protocols=("http",))
        assert set(server.authorizations) > {secret}
        assert names(commit(repo, origin.sha())) == ["v/a.py", "v/c.py"]
        kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        for hidden in ("s3cret", secret.split()[1]):
            assert hidden.encode() not in kept
            assert hidden not in "".join(path.read_text() for path in seen.glob("*.args"))
            assert hidden not in str(repo.env)
            assert hidden not in error.value.message

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            *(("core.hooksPath", os.devnull), ("core.fsmonitor", "false")),
            *(("protocol.allow", "never"), ("protocol.https.allow", "always")),
            *(("transfer.fsckObjects", "true"), ("fetch.recurseSubmodules", "no")),
            *(("submodule.recurse", "false"), ("gc.auto", "0"), ("http.followRedirects", "false")),
        ],
    )
    def test_on_a_server_the_repositorys_own_configuration_does_not_count(self, origin, key, value):
        origin.git("config", key, "9")
        said = origin.run("git", "config", "--get", key, env=server_env()).stdout
        assert said.decode().strip() == value

    def test_it_is_not_sent_to_where_a_redirect_leads(self, origin, folder):
        env = server_env("https://github.com/o/r.git", "t")
        keys = [value for name, value in env.items() if name.startswith("GIT_CONFIG_KEY")]
        assert "http.https://github.com/.extraHeader" in keys
        number = next(n for n, key in enumerate(keys) if key == "http.followRedirects")
        assert env[f"GIT_CONFIG_VALUE_{number}"] == "false"

    def test_git_gets_an_environment_made_from_nothing(self, origin, folder, tmp_path, monkeypatch):
        head = origin.sha()
        seen = spy(tmp_path, monkeypatch)
        monkeypatch.setenv("GITHUB_WEBHOOK_SECRET", "hush")
        monkeypatch.setenv("GIT_DIR", str(origin.root / ".git"))
        monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.hooksPath=/tmp'")
        monkeypatch.setenv("HOME", str(tmp_path))
        mirror(origin.url, folder, [head], protocols=FILE)
        told = [
            dict(line.split("=", 1) for line in f.read_text().split("\0") if "=" in line)
            for f in seen.glob("*.env")
        ]
        assert told
        ours = set(server_env(protocols=FILE)) | {"PWD", "_", "SHLVL", "OLDPWD"}
        for env in told:
            assert set(env) - ours <= {"LANGUAGE", "GIT_DIR", "GIT_NO_LAZY_FETCH"} | {
                name for name in env if name.endswith("_PATHSPECS")
            }
            assert env["HOME"] == os.devnull
            assert env.get("GIT_DIR") in (None, str(folder))

    def test_a_server_that_does_not_answer_is_left_after_the_time_given(self, folder, tmp_path):
        with serving_git(tmp_path) as server:
            server.stuck.set()
            began = time.monotonic()
            with pytest.raises(MigbotError, match="git fetch took longer than 1 seconds"):
                mirror(f"{server.url}/x", folder, ["1" * 40], protocols=("http",), seconds=1)
            assert time.monotonic() - began < 8


def spy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `git` first on PATH that writes down how it was started, and is then the real one."""
    seen = tmp_path / "seen"
    (tmp_path / "bin").mkdir()
    seen.mkdir()
    script = tmp_path / "bin" / "git"
    script.write_text(
        "#!/bin/sh\n"
        f'env -0 > "{seen}/$$.env"\n'
        f'echo "$@" > "{seen}/$$.args"\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return seen


class TestStage:
    def test_a_file_is_staged_as_the_users_git_would(self, origin):
        origin.put({".gitattributes": "*.py text eol=lf\n"})
        origin.write("v/new.py", "a\r\nb\r\n")
        repo = locate(origin.root)
        stage(repo, ["v/new.py"])
        tree = index(repo)
        assert tree.read(tree.entries("v"))["v/new.py"] == b"a\nb\n"

    def test_it_goes_into_the_index_that_the_environment_names(self, origin, tmp_path):
        other = tmp_path / "index"
        shutil.copy(origin.root / ".git/index", other)
        origin.write("v/new.py", "new")
        repo = locate(origin.root, {**os.environ, "GIT_INDEX_FILE": str(other)})
        stage(repo, ["v/new.py"])
        assert "v/new.py" in names(index(repo))
        assert "v/new.py" not in names(index(locate(origin.root)))

    @pytest.mark.parametrize("name", ["-A", "*.py", ":(glob)**", "--all"])
    def test_an_odd_name_is_that_file_only(self, origin, name):
        origin.write(name, "odd")
        origin.write("v/loose.py", "loose")
        repo = locate(origin.root)
        stage(repo, [name])
        assert [entry.path for entry in index(repo).entries("")] == [name]
        assert "v/loose.py" not in names(index(repo))

    def test_a_file_that_is_not_there_is_an_error(self, origin):
        with pytest.raises(MigbotError, match="git add failed"):
            stage(locate(origin.root), ["nowhere.py"])

    def test_it_works_in_a_linked_work_tree(self, origin, tmp_path):
        linked = origin.worktree(tmp_path / "linked", "-b", "third")
        linked.write("v/new.py", "new")
        stage(locate(linked.root), ["v/new.py"])
        assert "v/new.py" in names(index(locate(linked.root)))
        assert origin.status() == ""


FORBIDDEN = {
    "index",
    "refs",
    "head",
    "heads",
    "submodules",
    "config_writer",
    "remotes",
    "clone_from",
}
"""Attributes of GitPython's Repo that read or write the repository by themselves, or unguarded."""


def test_gitpython_is_used_for_starting_git_only():
    used = set()
    for path in Path(migbot.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        imported = [node for node in ast.walk(tree) if _imports_git(node)]
        assert not imported or path.name == "git_repo.py", f"{path} imports GitPython"
        if imported:
            used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert [alias.name for node in imported for alias in node.names] == ["Git"]
    assert "execute" in used
    assert not used & FORBIDDEN


def _imports_git(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "git" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "git"
