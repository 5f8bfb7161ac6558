import hashlib
import os
import time

import pytest

from migbot.adapters.git_process import Repository
from migbot.adapters.git_read import locate
from migbot.adapters.git_trees import commit, index
from migbot.adapters.git_work_tree import work_tree
from migbot.core.files import LARGEST_FILE, MOST_FILES, Entry, Kind
from migbot.errors import MigbotError
from support.parts import need
from support.repos import Repo

FILES = {
    "alembic.ini": "ini",
    "m/versions/a.py": "a",
    "m/versions/sub/b.py": "b",
    "m/env.py": "env",
    "other/alembic.ini": "other",
}


@pytest.fixture
def repo(tmp_path):
    made = Repo.init(tmp_path / "app")
    made.put(FILES)
    return made


def trees(repo):
    """The three trees of a repository in which nothing is changed: they must say the same."""
    found = locate(repo.root)
    head = commit(found, "HEAD")
    return {
        "commit": head,
        "index": index(found),
        "index on HEAD": index(found, head),
        "work tree": work_tree(found),
    }


def paths(entries):
    return [entry.path for entry in entries]


def text(tree, path):
    """What a tree holds at one path, None where it lists no such file."""
    folder = path.rpartition("/")[0]
    entries = [entry for entry in tree.entries(folder) if entry.path == path]
    return tree.read(entries).get(path)


def test_a_file_over_the_limit_is_listed_and_not_read(repo):
    repo.put({"big/at.py": b"x" * LARGEST_FILE, "big/over.py": b"x" * (LARGEST_FILE + 1)})
    repo.put({"big/zeros.py": bytes(50_000_000)})
    for kind, tree in trees(repo).items():
        entries = tree.entries("big")
        assert paths(entries) == ["big/at.py", "big/over.py", "big/zeros.py"], kind
        assert list(tree.read(entries)) == ["big/at.py"], kind


def test_a_folder_with_too_many_files_is_an_error(repo):
    for number in range(MOST_FILES):
        repo.write(f"many/{number}.py")
    repo.commit()
    for kind, tree in trees(repo).items():
        assert len(tree.entries("many")) == MOST_FILES, kind
    repo.put({"many/more.py": ""})
    for kind, tree in trees(repo).items():
        for folder, deep in (("many", False), ("", True)):
            with pytest.raises(MigbotError, match="'many' holds more than 5000 files"):
                tree.entries(folder, deep=deep)
        assert tree.entries("", deep=False), kind


@pytest.mark.parametrize("kind", ["commit", "index", "index on HEAD", "work tree"])
class TestEveryTree:
    def test_a_folder_lists_its_own_files(self, repo, kind):
        tree = trees(repo)[kind]
        assert paths(tree.entries("m/versions")) == ["m/versions/a.py"]
        assert paths(tree.entries("m/versions/")) == ["m/versions/a.py"]
        assert paths(tree.entries("")) == ["alembic.ini"]
        assert tree.entries("nowhere") == ()
        assert tree.entries("alembic.ini") == ()

    def test_a_deep_listing_has_the_files_below_too(self, repo, kind):
        tree = trees(repo)[kind]
        assert paths(tree.entries("m", deep=True)) == [
            "m/env.py",
            "m/versions/a.py",
            "m/versions/sub/b.py",
        ]
        assert paths(tree.entries("", deep=True)) == sorted(FILES)

    def test_names_are_found_at_any_depth(self, repo, kind):
        tree = trees(repo)[kind]
        assert paths(tree.named("alembic.ini", "env.py")) == [
            "alembic.ini",
            "m/env.py",
            "other/alembic.ini",
        ]
        assert tree.named("ini") == tree.named("*.ini") == tree.named() == ()

    def test_an_entry_has_the_blob_id_of_its_content(self, repo, kind):
        (entry,) = trees(repo)[kind].entries("m/versions")
        assert entry == Entry("m/versions/a.py", repo.sha("HEAD:m/versions/a.py"), Kind.FILE)

    def test_files_are_read_by_path(self, repo, kind):
        tree = trees(repo)[kind]
        assert tree.read(tree.entries("", deep=True)) == {
            path: content.encode() for path, content in FILES.items()
        }
        assert tree.read([]) == {}

    def test_two_paths_with_one_content_are_both_read(self, repo, kind):
        repo.put({"x/1.py": "same", "x/2.py": "same", "x/3.py": ""})
        tree = trees(repo)[kind]
        assert tree.read(tree.entries("x")) == {
            "x/1.py": b"same",
            "x/2.py": b"same",
            "x/3.py": b"",
        }

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "new\nline.py",
                "tab\t.py",
                "-dash.py",
                "--output=x.py",
                'quo"te.py',
                "back\\slash.py",
            ),
            *("\udcff\udcfe.py", "star*[a]?.py", ":(glob)**.py", "\x1b[31m.py", "cr\r.py"),
            *(
                " space .py",
                "\u202ertl.py",
                "caf\u00e9.py",
                "cafe\u0301.py",
                "x" * 250,
                "a.py~HEAD",
            ),
        ],
    )
    def test_a_file_with_an_odd_name_is_listed_and_read(self, repo, kind, name):
        repo.put({f"odd/{name}": "content", f"odd/{name}d/in.py": "below", f"{name}d/in.py": ""})
        tree = trees(repo)[kind]
        assert text(tree, f"odd/{name}") == b"content"
        assert paths(tree.entries(f"odd/{name}d")) == [f"odd/{name}d/in.py"]
        assert paths(tree.entries(f"{name}d")) == [f"{name}d/in.py"]
        assert paths(tree.named(name)) == [f"odd/{name}"]

    def test_a_link_is_a_link_and_is_not_read(self, repo, kind):
        (repo.root / "m/versions/link.py").symlink_to("/etc/passwd")
        (repo.root / "m/versions/loop.py").symlink_to("loop.py")
        repo.commit()
        tree = trees(repo)[kind]
        _, link, loop = tree.entries("m/versions")
        assert (link.kind, loop.kind) == (Kind.LINK, Kind.LINK)
        assert link.id == repo.sha("HEAD:m/versions/link.py")
        assert tree.read([link, loop]) == {}

    def test_a_folder_that_is_a_link_answers_with_the_link(self, repo, kind, tmp_path):
        (tmp_path / "away/versions").mkdir(parents=True)
        (tmp_path / "away/versions/evil.py").write_text("evil")
        (repo.root / "linked").symlink_to(tmp_path / "away")
        repo.commit()
        tree = trees(repo)[kind]
        assert [(e.path, e.kind) for e in tree.entries("linked")] == [("linked", Kind.LINK)]
        assert [(e.path, e.kind) for e in tree.entries("linked/versions")] == [
            ("linked", Kind.LINK)
        ]
        assert tree.named("evil.py") == ()

    def test_a_submodule_is_a_submodule(self, repo, kind, tmp_path):
        inner = Repo.init(tmp_path / "inner")
        inner.put({"x.py": "x"})
        repo.git("submodule", "--quiet", "add", inner.url, "m/versions/inner")
        repo.commit()
        tree = trees(repo)[kind]
        inside = Entry("m/versions/inner", inner.sha(), Kind.SUBMODULE)
        assert inside in tree.entries("m/versions")
        assert tree.entries("m/versions/inner") == (inside,)
        assert tree.read([inside]) == {}

    def test_a_sha256_repository_is_read(self, tmp_path, kind):
        made = Repo.init(tmp_path / "new", "--object-format=sha256")
        made.put(FILES)
        tree = trees(made)[kind]
        (entry,) = tree.entries("m/versions")
        assert entry.id == made.sha("HEAD:m/versions/a.py")
        assert tree.read([entry]) == {"m/versions/a.py": b"a"}

    def test_a_linked_work_tree_has_its_own(self, repo, kind, tmp_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "feature")
        linked.put({"m/versions/a.py": "changed"})
        assert text(trees(linked)[kind], "m/versions/a.py") == b"changed"
        assert text(trees(repo)[kind], "m/versions/a.py") == b"a"

    def test_a_shallow_clone_is_read(self, repo, kind, tmp_path):
        repo.put({"m/versions/c.py": "c"})
        clone = repo.clone(tmp_path / "c", "--depth=1")
        assert text(trees(clone)[kind], "m/versions/c.py") == b"c"

    def test_a_detached_head_is_read(self, repo, kind):
        repo.git("switch", "--quiet", "--detach")
        assert text(trees(repo)[kind], "m/versions/a.py") == b"a"

    def test_what_a_sparse_checkout_leaves_out_is_still_there(self, repo, kind):
        for cone in ("--cone", "--no-cone"):
            repo.git("sparse-checkout", "set", cone, "other")
            assert not (repo.root / "m/env.py").exists()
            assert text(trees(repo)[kind], "m/env.py") == b"env"


class TestCommit:
    def test_a_tree_has_an_id_too(self, repo):
        tree = commit(locate(repo.root), repo.sha("HEAD^{tree}"))
        assert paths(tree.entries("m/versions")) == ["m/versions/a.py"]

    def test_a_commit_of_a_bare_repository_is_read(self, repo, tmp_path):
        bare = repo.clone(tmp_path / "b", "--bare")
        assert text(commit(locate(bare.root), "main"), "alembic.ini") == b"ini"

    @pytest.mark.parametrize("name", ["nope", "--output=x", "f" * 40])
    def test_a_name_of_nothing_is_an_error(self, repo, name):
        with pytest.raises(MigbotError):
            commit(locate(repo.root), name).entries("")

    def test_a_change_after_the_commit_is_not_seen(self, repo):
        tree = commit(locate(repo.root), "HEAD")
        repo.put({"m/versions/a.py": "later"})
        assert text(tree, "m/versions/a.py") == b"a"

    def test_a_replaced_blob_is_read_as_it_was(self, repo):
        repo.write("evil", "evil")
        evil = repo.git("hash-object", "-w", "evil")
        repo.git("replace", repo.sha("HEAD:m/versions/a.py"), evil)
        assert text(commit(locate(repo.root), "HEAD"), "m/versions/a.py") == b"a"

    def test_an_object_that_is_missing_is_an_error_and_not_an_empty_file(self, repo):
        id = repo.sha("HEAD:m/versions/a.py")
        (repo.root / ".git/objects" / id[:2] / id[2:]).unlink()
        tree = commit(locate(repo.root), "HEAD")
        with pytest.raises(MigbotError, match=f"The object {id} is missing here"):
            tree.read(tree.entries("m", deep=True))

    def test_a_partial_clone_is_not_filled_from_the_network(self, repo, tmp_path):
        repo.git("config", "uploadpack.allowFilter", "true")
        clone = repo.clone(tmp_path / "c", "--filter=blob:none", "--no-checkout")
        tree = commit(locate(clone.root), "HEAD")
        entries = tree.entries("m/versions")
        with pytest.raises(MigbotError, match="partial clone") as error:
            tree.read(entries)
        clone.git(*error.value.hint.split()[1:])
        assert tree.read(entries) == {"m/versions/a.py": b"a"}

    def test_reading_more_than_any_history_needs_is_an_error(self, repo):
        files = {f"big/{n}.py": bytes([n]) + b"x" * (LARGEST_FILE - 1) for n in range(130)}
        repo.put(files)
        tree = commit(locate(repo.root), "HEAD")
        with pytest.raises(MigbotError, match="32 MiB"):
            tree.read(tree.entries("big"))


class TestTreeWithoutEnd:
    """Ten folders in each of ten levels: 10^10 paths in a dozen objects."""

    @pytest.fixture
    def endless(self, repo):
        return locate(repo.root), bomb(repo, "100644 blob " + repo.sha("HEAD:alembic.ini"))

    def test_names_in_it_are_an_error_soon(self, endless):
        found, tree = endless
        began = time.monotonic()
        with pytest.raises(MigbotError, match="more paths than can be listed"):
            commit(found, tree).named("alembic.ini")
        assert time.monotonic() - began < 8

    def test_a_deep_listing_of_it_is_an_error(self, endless):
        found, tree = endless
        with pytest.raises(MigbotError, match="more paths than can be listed"):
            commit(found, tree).entries("", deep=True)

    def test_one_folder_of_it_is_read_as_ever(self, endless):
        found, tree = endless
        assert paths(commit(found, tree).entries("0/1/2/3/4/5/6/7/8"))[0] == "0/1/2/3/4/5/6/7/8/0"

    def test_a_list_that_is_longer_than_allowed_by_a_byte_is_not_cut(self, repo, monkeypatch):
        found = locate(repo.root)
        length = len(repo.run("git", "ls-tree", "-r", "-z", "HEAD").stdout)
        monkeypatch.setattr("migbot.adapters.git_process.LISTING_BYTES", length)
        assert len(commit(found, "HEAD").entries("", deep=True)) == len(FILES)
        monkeypatch.setattr("migbot.adapters.git_process.LISTING_BYTES", length - 1)
        with pytest.raises(MigbotError, match="more paths than can be listed"):
            commit(found, "HEAD").entries("", deep=True)

    def test_one_without_a_single_file_is_stopped_by_the_clock(self, repo, monkeypatch):
        monkeypatch.setattr("migbot.adapters.git_process.LISTING_SECONDS", 1.0)
        empty = repo.git("mktree")
        tree = bomb(repo, f"040000 tree {empty}")
        with pytest.raises(MigbotError, match="more paths than can be listed"):
            commit(locate(repo.root), tree).named("alembic.ini")


def bomb(repo, leaf):
    for _ in range(10):
        lines = "".join(f"{leaf}\t{name}\n" for name in range(10))
        leaf = "040000 tree " + repo.git("mktree", stdin=lines.encode())
    return leaf.split()[-1]


ASKED = ("", "m", "m/versions", "m/versions/sub", "other", "linked", "linked/below", "alembic.ini")


def test_the_index_is_the_same_read_whole_and_as_what_differs_from_head(repo):
    """Every kind of difference: added, edited, deleted, renamed, a link for a folder, unmerged."""
    repo.put({"linked/below/c.py": "c", "gone.py": "x", "both.py": "0"})
    repo.switch("feature", create=True)
    repo.put({"both.py": "theirs"})
    repo.switch("main")
    repo.put({"both.py": "ours"})
    assert repo.merge("feature", check=False) == 1
    repo.git("mv", "m/versions/a.py", "m/versions/renamed.py")
    repo.git("rm", "--quiet", "gone.py")
    repo.git("rm", "--quiet", "-r", "linked")
    (repo.root / "linked").symlink_to("m")
    repo.write("m/versions/sub/b.py", "edited")
    repo.write("m/versions/new.py", "new")
    repo.git("add", "m", "linked")
    found = locate(repo.root)
    whole, part = index(found), index(found, commit(found, "HEAD"))
    for folder in ASKED:
        for deep in (False, True):
            assert part.entries(folder, deep=deep) == whole.entries(folder, deep=deep), folder
    names = ("a.py", "b.py", "new.py", "renamed.py", "gone.py", "linked", "both.py")
    assert part.named(*names) == whole.named(*names)
    every = whole.entries("", deep=True)
    assert part.read(every) == whole.read(every)
    assert [each.path for each in every if each.kind is Kind.UNMERGED] == ["both.py"]


class TestIndex:
    def test_it_holds_what_is_staged_and_not_what_is_on_disk(self, repo):
        repo.write("m/versions/a.py", "staged")
        repo.add()
        repo.write("m/versions/a.py", "on disk")
        repo.write("m/versions/new.py", "new")
        tree = index(locate(repo.root))
        assert text(tree, "m/versions/a.py") == b"staged"
        assert paths(tree.entries("m/versions")) == ["m/versions/a.py"]

    @pytest.mark.parametrize(
        "config",
        [
            {"index.version": "2"},
            {"index.version": "4"},
            {"core.splitIndex": "true"},
            {"index.sparse": "true", "core.sparseCheckout": "true"},
            {"core.untrackedCache": "true"},
        ],
        ids=lambda config: next(iter(config)) + "=" + next(iter(config.values())),
    )
    def test_every_format_is_read(self, repo, config):
        for key, value in config.items():
            repo.git("config", key, value)
        if "index.sparse" in config:
            repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "other")
        repo.git("update-index", "--force-write-index")
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{repo.sha('HEAD:m/env.py')},z.py")
        tree = index(locate(repo.root))
        assert paths(tree.entries("", deep=True)) == sorted([*FILES, "z.py"])
        assert text(tree, "m/versions/a.py") == b"a"

    def test_an_unmerged_path_is_said_once_and_is_not_read(self, repo):
        repo.switch("feature", create=True)
        repo.put({"m/versions/a.py": "theirs"})
        repo.switch("main")
        repo.put({"m/versions/a.py": "ours"})
        assert repo.merge("feature", check=False) == 1
        tree = index(locate(repo.root))
        assert tree.entries("m/versions") == (Entry("m/versions/a.py", "", Kind.UNMERGED),)
        assert tree.read(tree.entries("m/versions")) == {}
        assert b"<<<<<<<" in text(work_tree(locate(repo.root)), "m/versions/a.py")

    def test_before_the_first_commit_it_holds_what_is_staged(self, tmp_path):
        made = Repo.init(tmp_path)
        found = locate(made.root)
        assert index(found).entries("", deep=True) == ()
        made.write("a.py", "a")
        made.add()
        assert text(index(found), "a.py") == b"a"

    @pytest.mark.parametrize(
        ("arguments", "seen"),
        [
            (["-m", "x"], {"staged.py": b"1"}),
            (["-m", "x", "-a"], {"staged.py": b"1", "edited.py": b"2"}),
            (["-m", "x", "edited.py"], {"edited.py": b"2"}),
        ],
        ids=["commit", "commit -a", "commit FILE"],
    )
    def test_a_hook_sees_exactly_what_is_being_committed(self, repo, tmp_path, arguments, seen):
        repo.put({"v/edited.py": "1", "v/staged.py": "0"})
        script = tmp_path / "hook.py"
        script.write_text(
            "from pathlib import Path\n"
            "from migbot.adapters.git_read import locate, staged\n"
            "from migbot.adapters.git_trees import index\n"
            "repo = locate(Path()); tree = index(repo); new = staged(repo)\n"
            "wanted = [e for e in tree.entries('v') if e.path in new]\n"
            f"Path({str(tmp_path / 'said')!r}).write_text(repr(tree.read(wanted)))\n"
        )
        hook = repo.root / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {os.sys.executable} {script}\n")
        hook.chmod(0o755)
        repo.write("v/staged.py", "1")
        repo.add()
        repo.write("v/edited.py", "2")
        folder = Repo(repo.root / "v")
        folder.git("commit", "--quiet", *arguments)
        said = eval((tmp_path / "said").read_text())
        assert said == {f"v/{name}": content for name, content in seen.items()}

    def test_a_bare_repository_has_none(self, repo, tmp_path):
        bare = locate(repo.clone(tmp_path / "b", "--bare").root)
        for tree in (index, work_tree):
            with pytest.raises(MigbotError, match="is a bare repository"):
                tree(bare)


def test_pathspec_settings_of_the_git_that_runs_a_hook_change_nothing(repo):
    for name in ("LITERAL", "GLOB", "NOGLOB", "ICASE"):
        found = locate(repo.root, {**os.environ, f"GIT_{name}_PATHSPECS": "1"})
        for tree in (commit(found, "HEAD"), index(found), work_tree(found)):
            assert paths(tree.entries("m/versions")) == ["m/versions/a.py"]
            assert tree.entries("M/versions") == ()
            assert len(tree.named("alembic.ini")) == 2


class TestWorkTree:
    def test_new_files_are_in_it_ignored_and_deleted_ones_are_not(self, repo):
        repo.write(".gitignore", "*.log\n")
        repo.write("m/versions/new.py", "new")
        repo.write("m/versions/x.log", "log")
        (repo.root / "m/versions/a.py").unlink()
        tree = work_tree(locate(repo.root))
        blob = hashlib.sha1(b"blob 3\0new").hexdigest()
        assert tree.entries("m/versions") == (Entry("m/versions/new.py", blob, tracked=False),)
        assert tree.read(tree.entries("m/versions")) == {"m/versions/new.py": b"new"}

    def test_before_the_first_commit_it_holds_what_is_on_disk(self, tmp_path):
        made = Repo.init(tmp_path)
        made.write("a.py", "a")
        assert text(work_tree(locate(made.root)), "a.py") == b"a"

    def test_a_tracked_folder_that_became_a_link_is_not_followed(self, repo, tmp_path):
        away = tmp_path / "away"
        (repo.root / "m/versions").rename(away)
        (repo.root / "m/versions").symlink_to(away)
        tree = work_tree(locate(repo.root))
        assert [(e.path, e.kind) for e in tree.entries("m/versions")] == [("m/versions", Kind.LINK)]
        assert tree.named("a.py") == ()
        (away / "a.py").write_text("evil")
        (old,) = index(locate(repo.root)).entries("m/versions", deep=False)
        assert tree.read([old]) == {"m/versions/a.py": b"a"}

    def test_a_tracked_file_that_became_a_pipe_is_not_opened(self, repo):
        (repo.root / "m/versions/a.py").unlink()
        os.mkfifo(repo.root / "m/versions/a.py")
        assert work_tree(locate(repo.root)).entries("m/versions") == ()

    def test_a_repository_inside_that_is_no_submodule_yet_is_seen(self, repo):
        Repo.init(repo.root / "m/versions/inner").put({"x.py": "x"})
        entries = work_tree(locate(repo.root)).entries("m", deep=True)
        assert Entry("m/versions/inner", "", Kind.SUBMODULE, tracked=False) in entries

    def test_a_file_that_changes_between_listing_and_reading_is_an_error(self, repo):
        tree = work_tree(locate(repo.root))
        entries = tree.entries("m/versions")
        repo.write("m/versions/a.py", "changed")
        with pytest.raises(MigbotError, match="changed while it was read"):
            tree.read(entries)

    def test_a_file_that_cannot_be_read_is_an_error(self, repo, tmp_path):
        (repo.root / "m/versions/a.py").chmod(0)
        if os.geteuid():
            with pytest.raises(MigbotError, match="cannot be read"):
                work_tree(locate(repo.root)).entries("m/versions")


class TestOnNewerGit:
    def test_a_reftable_repository_is_read(self, tmp_path):
        need("git-2.45")
        made = Repo.init(tmp_path / "r", "--ref-format=reftable")
        made.put(FILES)
        assert text(trees(made)["commit"], "alembic.ini") == b"ini"


def test_a_repository_does_not_print_its_environment(repo):
    found = locate(repo.root, {**os.environ, "SECRET": "hunter2"})
    assert isinstance(found, Repository)
    assert "hunter2" not in repr(found) + repr(index(found))
