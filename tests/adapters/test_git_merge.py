import contextlib
import os
import shutil
import time
from pathlib import Path

import pytest

from migbot.adapters.git_merge import Uncommitted, captured, export, merged
from migbot.adapters.git_read import locate
from migbot.adapters.git_trees import commit
from migbot.errors import MigbotError
from support.repos import Repo


@pytest.fixture
def repo(tmp_path):
    """A fork: main and feature each added a file, and each has its own head."""
    made = Repo.init(tmp_path / "app")
    made.put({"v/base.py": "base", "old.py": "old", "both.py": "".join(f"{n}\n" for n in range(9))})
    made.switch("feature", create=True)
    made.put({"v/feature.py": "feature"})
    made.switch("main")
    made.put({"v/main.py": "main"})
    made.switch("feature")
    return made


@pytest.fixture(params=[False, True], ids=["by git", "by path"])
def by_path(request):
    return request.param


def everything(tree):
    return tree.read(tree.entries("", deep=True))


def edit(repo, branch, files, removed=()):
    repo.switch(branch)
    for path in removed:
        (repo.root / path).unlink()
    return repo.put(files)


class TestMerged:
    def test_it_has_the_files_of_both_sides(self, repo, by_path):
        with merged(locate(repo.root), "feature", "main", by_path=by_path) as merge:
            names = [entry.path for entry in merge.tree.entries("v")]
            content = everything(merge.tree)
        assert names == ["v/base.py", "v/feature.py", "v/main.py"]
        assert content["v/main.py"] == b"main"
        assert merge.conflicts == ()

    def test_it_is_the_tree_that_git_makes_when_the_merge_happens(self, repo, by_path):
        with merged(locate(repo.root), "feature", "main", by_path=by_path) as merge:
            pass
        repo.merge("main")
        assert merge.id == repo.sha("HEAD^{tree}")

    def test_nothing_is_written_into_the_repository(self, repo, by_path):
        repo.write("dirty.py", "dirty")
        repo.write("old.py", "edited")
        before = snapshot(repo.root)
        for ours in ("feature", Uncommitted.INDEX, Uncommitted.WORK_TREE):
            with merged(locate(repo.root), ours, "main", by_path=by_path) as merge:
                everything(merge.tree)
        assert snapshot(repo.root) == before

    def test_nothing_is_left_behind(self, repo, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
        (tmp_path / "scratch").mkdir()
        with merged(locate(repo.root), Uncommitted.WORK_TREE, "main") as merge:
            export(merge.tree, tmp_path / "out")
            assert list((tmp_path / "scratch").iterdir())
        assert not list((tmp_path / "scratch").iterdir())

    def test_what_one_side_deleted_is_gone(self, repo, by_path):
        edit(repo, "main", {}, removed=["old.py"])
        with merged(locate(repo.root), "feature", "main", by_path=by_path) as merge:
            assert "old.py" not in everything(merge.tree)

    def test_a_file_that_both_added_alike_is_no_conflict(self, repo, by_path):
        for branch in ("main", "feature"):
            edit(repo, branch, {"v/same.py": "same"})
        with merged(locate(repo.root), "feature", "main", by_path=by_path) as merge:
            assert everything(merge.tree)["v/same.py"] == b"same"
        assert merge.conflicts == ()

    def test_a_real_conflict_is_named(self, repo, by_path):
        edit(repo, "main", {"v/base.py": "theirs"}, removed=["old.py"])
        edit(repo, "feature", {"v/base.py": "ours", "old.py": "changed"})
        edit(repo, "main", {"new\nline.py": "1"})
        edit(repo, "feature", {"new\nline.py": "2"})
        with merged(locate(repo.root), "feature", "main", by_path=by_path) as merge:
            assert merge.conflicts == ("new\nline.py", "old.py", "v/base.py")
            assert b"ours" in everything(merge.tree)["v/base.py"]

    def test_two_edits_of_one_file_are_joined_by_git_and_a_conflict_by_path(self, repo):
        text = (repo.root / "both.py").read_text()
        edit(repo, "main", {"both.py": "first\n" + text})
        edit(repo, "feature", {"both.py": text + "last\n"})
        with merged(locate(repo.root), "feature", "main") as merge:
            assert everything(merge.tree)["both.py"].decode() == f"first\n{text}last\n"
            assert merge.conflicts == ()
        with merged(locate(repo.root), "feature", "main", by_path=True) as merge:
            assert everything(merge.tree)["both.py"].decode() == f"{text}last\n"
            assert merge.conflicts == ("both.py",)

    def test_by_path_ours_deleted_and_theirs_changed_stays_deleted(self, repo):
        edit(repo, "main", {"old.py": "changed"})
        edit(repo, "feature", {}, removed=["old.py"])
        with merged(locate(repo.root), "feature", "main", by_path=True) as merge:
            assert "old.py" not in everything(merge.tree)
            assert merge.conflicts == ("old.py",)

    def test_a_side_that_is_behind_the_other_gives_the_other(self, repo, by_path):
        repo.branch("start", "feature~1")
        for sides in (("start", "main"), ("main", "start")):
            with merged(locate(repo.root), *sides, by_path=by_path) as merge:
                assert merge.id == repo.sha("main^{tree}")

    def test_it_works_in_a_bare_repository(self, repo, tmp_path, by_path):
        bare = repo.clone(tmp_path / "b.git", "--bare")
        with merged(locate(bare.root), "feature", "main", by_path=by_path) as merge:
            assert len(merge.tree.entries("v")) == 3

    def test_it_works_in_a_linked_work_tree(self, repo, tmp_path, by_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "third")
        linked.write("v/third.py", "third")
        with merged(locate(linked.root), Uncommitted.WORK_TREE, "main", by_path=by_path) as merge:
            assert {"v/third.py", "v/main.py"} < set(everything(merge.tree))

    def test_it_works_in_a_sha256_repository(self, tmp_path, by_path):
        made = Repo.init(tmp_path / "new", "--object-format=sha256")
        made.put({"a": "a", "b": "b", "c": "c"})
        made.branch("other")
        made.put({"a": "1", "c": "3"})
        made.switch("other")
        made.git("rm", "--quiet", "c")
        made.put({"b": "2"})
        with merged(locate(made.root), "main", "other", by_path=by_path) as merge:
            assert everything(merge.tree) == {"a": b"1", "b": b"2", "c": b"3"}
            assert merge.conflicts == ("c",)

    def test_a_path_with_the_separator_of_paths_in_it_works(self, tmp_path, by_path):
        made = Repo.init(tmp_path / 'a:b"c\\d')
        made.put({"a": "a"})
        made.branch("other")
        made.put({"b": "b"})
        with merged(locate(made.root), "other", "main", by_path=by_path) as merge:
            assert set(everything(merge.tree)) == {"a", "b"}

    @pytest.mark.parametrize("side", ["nope", "--write-tree", "$(x)", ""])
    def test_a_side_that_is_no_commit_is_an_error(self, repo, side):
        for sides in ((side, "main"), ("main", side)):
            with (
                pytest.raises(MigbotError, match="names no commit"),
                merged(locate(repo.root), *sides),
            ):
                pass

    def test_unrelated_histories_are_an_error(self, repo, by_path):
        repo.git("switch", "--quiet", "--orphan", "alone")
        repo.put({"z": "z"})
        with (
            pytest.raises(MigbotError, match="no common ancestor: git would refuse"),
            merged(locate(repo.root), "alone", "main", by_path=by_path),
        ):
            pass

    def test_in_a_shallow_clone_the_hint_is_to_fetch_the_rest(self, repo, tmp_path, by_path):
        clone = repo.clone(tmp_path / "c", "--depth=1", "--no-single-branch")
        with (
            pytest.raises(MigbotError, match="shallow clone") as error,
            merged(locate(clone.root), "HEAD", "origin/main", by_path=by_path),
        ):
            pass
        clone.git(*error.value.hint.split()[1:])
        with merged(locate(clone.root), "HEAD", "origin/main", by_path=by_path) as merge:
            assert len(merge.tree.entries("v")) == 3

    def test_a_tree_without_end_on_the_other_side_is_an_answer_soon(self, repo):
        leaf = "100644 blob " + repo.sha("HEAD:old.py")
        for _ in range(10):
            lines = "".join(f"{leaf}\t{name}\n" for name in range(10))
            leaf = "040000 tree " + repo.git("mktree", stdin=lines.encode())
        top = repo.git("ls-tree", "main") + f"\n{leaf}\tbomb\n"
        tree = repo.git("mktree", stdin=top.encode())
        evil = repo.git("commit-tree", "-p", "main", "-m", "evil", tree)
        began = time.monotonic()
        with merged(locate(repo.root), "feature", evil) as merge:
            assert len(merge.tree.entries("v")) == 3
            with pytest.raises(MigbotError, match="more paths"):
                export(merge.tree, repo.root.parent / "out")
        assert time.monotonic() - began < 8


class TestUncommitted:
    def test_the_index_is_merged_without_what_is_only_on_disk(self, repo, by_path):
        repo.write("v/staged.py", "staged")
        repo.add()
        repo.write("v/staged.py", "on disk")
        repo.write("v/loose.py", "loose")
        with merged(locate(repo.root), Uncommitted.INDEX, "main", by_path=by_path) as merge:
            content = everything(merge.tree)
        assert content["v/staged.py"] == b"staged"
        assert "v/main.py" in content
        assert "v/loose.py" not in content

    def test_the_work_tree_is_merged_with_what_is_new_and_without_what_is_ignored(
        self, repo, by_path
    ):
        repo.write(".gitignore", "*.log")
        repo.write("v/loose.py", "loose")
        repo.write("x.log", "log")
        (repo.root / "old.py").unlink()
        with merged(locate(repo.root), Uncommitted.WORK_TREE, "main", by_path=by_path) as merge:
            content = everything(merge.tree)
        assert {"v/loose.py", "v/main.py"} < set(content)
        assert not {"x.log", "old.py"} & set(content)

    def test_it_is_the_index_that_a_hook_names(self, repo, tmp_path):
        repo.write("v/mine.py", "mine")
        other = tmp_path / "other-index"
        shutil.copy(repo.root / ".git/index", other)
        repo.git("add", "v/mine.py", env={"GIT_INDEX_FILE": str(other)})
        found = locate(repo.root, {**os.environ, "GIT_INDEX_FILE": str(other)})
        with captured(found, Uncommitted.INDEX) as tree:
            assert "v/mine.py" in everything(tree)
        with captured(locate(repo.root), Uncommitted.INDEX) as tree:
            assert "v/mine.py" not in everything(tree)

    def test_a_relative_index_of_a_hook_is_found(self, repo):
        repo.write("v/mine.py", "mine")
        repo.add()
        found = locate(repo.root, {**os.environ, "GIT_INDEX_FILE": ".git/index"})
        with captured(found, Uncommitted.INDEX) as tree:
            assert "v/mine.py" in everything(tree)

    @pytest.mark.parametrize("format", ["core.splitIndex", "index.sparse"])
    def test_odd_indexes_are_taken_and_left_as_they_are(self, repo, format):
        repo.git("config", format, "true")
        if format == "index.sparse":
            repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "v")
        repo.git("update-index", "--force-write-index")
        new = {f"v/new{number}.py" for number in range(9)}
        for path in new:  # so many that git would split the index anew
            repo.write(path, path)
        before = snapshot(repo.root)
        with captured(locate(repo.root), Uncommitted.WORK_TREE) as tree:
            assert set(everything(tree)) - new == {
                *("v/base.py", "v/feature.py", "old.py", "both.py")
            }
        assert snapshot(repo.root) == before

    def test_mixed_line_ends_are_taken_even_where_git_add_would_refuse_them(self, repo):
        repo.git("config", "core.autocrlf", "input")
        repo.git("config", "core.safecrlf", "true")
        repo.write("v/mixed.py", "a\r\nb\n")
        with captured(locate(repo.root), Uncommitted.WORK_TREE) as tree:
            assert everything(tree)["v/mixed.py"] == b"a\nb\n"

    def test_a_partial_clone_can_be_captured_without_the_rest_of_it(self, repo, tmp_path):
        repo.git("config", "uploadpack.allowFilter", "true")
        clone = repo.clone(tmp_path / "c", "--filter=blob:none", "--sparse")
        clone.write("mine.py", "mine")
        with captured(locate(clone.root), Uncommitted.WORK_TREE) as tree:
            assert [entry.path for entry in tree.entries("v")] == ["v/base.py", "v/feature.py"]

    def test_heads_being_merged_are_parents(self, repo):
        edit(repo, "main", {"v/base.py": "theirs"})
        edit(repo, "feature", {"v/base.py": "ours"})
        assert repo.merge("main", check=False) == 1
        repo.write("v/base.py", "resolved")
        with merged(locate(repo.root), Uncommitted.WORK_TREE, "main") as merge:
            assert merge.conflicts == ()
            assert everything(merge.tree)["v/base.py"] == b"resolved"

    def test_an_unmerged_index_is_an_error_that_names_the_file(self, repo):
        edit(repo, "main", {"v/base.py": "theirs"})
        edit(repo, "feature", {"v/base.py": "ours"})
        repo.merge("main", check=False)
        with (
            pytest.raises(MigbotError, match=r"'v/base\.py' is unmerged"),
            merged(locate(repo.root), Uncommitted.INDEX, "main"),
        ):
            pass

    def test_before_the_first_commit_there_is_nothing_to_merge_but_a_tree(self, repo, by_path):
        repo.git("switch", "--quiet", "--orphan", "new")
        repo.write("v/first.py", "first")
        found = locate(repo.root)
        with captured(found, Uncommitted.WORK_TREE) as tree:
            assert everything(tree) == {"v/first.py": b"first"}
        with (
            pytest.raises(MigbotError, match="Nothing is committed on this branch yet"),
            merged(found, Uncommitted.WORK_TREE, "main", by_path=by_path),
        ):
            pass

    def test_no_hook_and_no_signature_is_asked_for(self, repo, tmp_path):
        repo.git("config", "commit.gpgSign", "true")
        repo.git("config", "gpg.program", f"touch {tmp_path}/signed; false")
        for name in ("post-index-change", "pre-commit", "reference-transaction"):
            hook = repo.root / ".git/hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/{name}\n")
            hook.chmod(0o755)
        repo.write("new.py", "new")
        with merged(locate(repo.root), Uncommitted.WORK_TREE, "main") as merge:
            export(merge.tree, tmp_path / "out")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["app", "out"]


class TestExport:
    def test_it_is_what_a_checkout_would_be(self, repo, tmp_path):
        (repo.root / "link").symlink_to("v/base.py")
        script = repo.write("run.sh", "#!/bin/sh\n")
        script.chmod(0o755)
        repo.commit()
        export(commit(locate(repo.root), "HEAD"), tmp_path / "out")
        shutil.rmtree(repo.root / ".git")
        assert files(tmp_path / "out") == files(repo.root)
        assert (tmp_path / "out/run.sh").stat().st_mode & 0o111
        assert (tmp_path / "out/link").readlink() == Path("v/base.py")

    def test_the_merge_is_exported(self, repo, tmp_path):
        repo.write("v/dirty.py", "dirty")
        with merged(locate(repo.root), Uncommitted.WORK_TREE, "main") as merge:
            export(merge.tree, tmp_path / "out")
        assert set(files(tmp_path / "out")) == {
            *("v/base.py", "v/dirty.py", "v/feature.py", "v/main.py", "old.py", "both.py")
        }

    def test_from_a_bare_repository_and_a_linked_work_tree_too(self, repo, tmp_path):
        bare = repo.clone(tmp_path / "b.git", "--bare")
        linked = repo.worktree(tmp_path / "linked", "-b", "third")
        for number, other in enumerate((bare, linked)):
            export(commit(locate(other.root), "main"), tmp_path / f"out{number}")
            assert "v/main.py" in files(tmp_path / f"out{number}")

    def test_what_a_sparse_checkout_leaves_out_is_exported(self, repo, tmp_path):
        repo.git("sparse-checkout", "set", "--cone", "nothing")
        export(commit(locate(repo.root), "HEAD"), tmp_path / "out")
        assert "v/base.py" in files(tmp_path / "out")

    def test_a_submodule_is_an_empty_folder(self, repo, tmp_path):
        inner = Repo.init(tmp_path / "inner")
        inner.put({"x.py": "x"})
        repo.git("submodule", "--quiet", "add", inner.url, "inner")
        repo.commit()
        export(commit(locate(repo.root), "HEAD"), tmp_path / "out")
        assert list((tmp_path / "out/inner").iterdir()) == []

    def test_the_repository_and_its_index_do_not_change(self, repo, tmp_path):
        repo.write("old.py", "dirty")
        repo.add()
        before = snapshot(repo.root)
        export(commit(locate(repo.root), "main"), tmp_path / "out")
        assert snapshot(repo.root) == before

    def test_a_folder_with_something_in_it_is_refused(self, repo, tmp_path):
        (tmp_path / "out").mkdir()
        (tmp_path / "out/mine").touch()
        with pytest.raises(MigbotError, match="is not empty"):
            export(commit(locate(repo.root), "main"), tmp_path / "out")

    @pytest.mark.parametrize("name", ["..", ".git", ".GIT", "git~1"])
    def test_a_path_that_would_leave_the_folder_is_not_written(self, repo, tmp_path, name):
        repo.git("config", "core.protectNTFS", "true")
        repo.git("config", "core.protectHFS", "true")
        blob = repo.sha("HEAD:old.py")
        inner = repo.git("mktree", stdin=f"100644 blob {blob}\tescaped\n".encode())
        tree = repo.git("mktree", stdin=f"040000 tree {inner}\t{name}\n".encode())
        with pytest.raises(MigbotError, match="read-tree"):
            export(commit(locate(repo.root), tree), tmp_path / "deep/out")
        assert not list(tmp_path.rglob("escaped"))

    def test_a_link_is_not_written_through(self, repo, tmp_path):
        target = tmp_path / "target"
        target.mkdir()
        blob = repo.sha("HEAD:old.py")
        link = repo.git("hash-object", "-w", "--stdin", stdin=str(target).encode())
        inner = repo.git("mktree", stdin=f"100644 blob {blob}\tescaped\n".encode())
        lines = f"040000 tree {inner}\ta\n120000 blob {link}\ta\n"
        tree = repo.git("mktree", stdin=lines.encode())
        with contextlib.suppress(MigbotError):  # not every git refuses a name that is there twice
            export(commit(locate(repo.root), tree), tmp_path / "out")
        assert list(target.iterdir()) == []


def files(root):
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def snapshot(root):
    """Every file, git's own too, with what it holds."""
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
