import os
import subprocess
import sys
import time

import pytest

from migbot.adapters.git_process import git, said
from migbot.adapters.git_read import (
    current_branch,
    default_base,
    elsewhere,
    git_version,
    hooks_dir,
    is_shallow,
    is_single_branch,
    locate,
    merge_base,
    refs_matching,
    resolve,
    staged,
)
from migbot.errors import MigbotError
from support.repos import Repo


@pytest.fixture
def repo(tmp_path):
    made = Repo.init(tmp_path / "app")
    made.put({"a.py": "a"})
    return made


class TestLocate:
    def test_a_subfolder_finds_the_top_of_the_work_tree(self, repo):
        repo.put({"x/y/b.py": "b"})
        found = locate(repo.root / "x" / "y")
        assert found.root == repo.root
        assert found.git_dir == found.common_dir == repo.root / ".git"
        assert found.object_format == "sha1"

    def test_a_folder_reached_through_a_link_is_the_real_one(self, repo, tmp_path):
        repo.put({"x/b.py": "b"})
        (tmp_path / "link").symlink_to(repo.root / "x")
        assert locate(tmp_path / "link").root == repo.root

    def test_a_bare_repository_has_no_work_tree(self, repo, tmp_path):
        bare = repo.clone(tmp_path / "bare.git", "--bare")
        found = locate(bare.root)
        assert found.root is None
        assert found.git_dir == bare.root
        assert resolve(found, "main") == repo.sha()

    def test_a_linked_work_tree_shares_the_common_folder(self, repo, tmp_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "feature")
        found = locate(linked.root)
        assert found.root == linked.root
        assert found.common_dir == repo.root / ".git"
        assert found.git_dir == repo.root / ".git" / "worktrees" / "linked"

    def test_a_submodule_is_a_repository_of_its_own(self, repo, tmp_path):
        outer = Repo.init(tmp_path / "outer")
        outer.git("submodule", "--quiet", "add", repo.url, "inner")
        found = locate(outer.root / "inner")
        assert found.root == outer.root / "inner"
        assert found.git_dir == outer.root / ".git" / "modules" / "inner"

    def test_a_sha256_repository_says_so(self, tmp_path):
        made = Repo.init(tmp_path / "app", "--object-format=sha256")
        sha = made.put({"a": "a"})
        found = locate(made.root)
        assert found.object_format == "sha256"
        assert resolve(found, "HEAD") == sha
        assert len(sha) == 64

    def test_in_a_hook_git_dir_wins_over_the_folder(self, repo, tmp_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "feature")
        env = {**os.environ, "GIT_DIR": str(repo.root / ".git/worktrees/linked")}
        assert locate(linked.root, env).common_dir == repo.root / ".git"

    def test_a_relative_git_dir_of_a_hook_is_not_lost_later(self, repo):
        found = locate(repo.root, {**os.environ, "GIT_DIR": ".git"})
        assert found.git_dir == repo.root / ".git"
        assert resolve(found, "HEAD") == repo.sha()

    def test_a_relative_git_dir_means_the_same_after_git_runs_elsewhere(self, repo, tmp_path):
        repo.clone(tmp_path / "bare.git", "--bare")
        found = locate(tmp_path, {**os.environ, "GIT_DIR": "bare.git"})
        assert resolve(found, "main") == repo.sha()

    def test_a_real_hook_of_a_linked_work_tree_finds_it(self, repo, tmp_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "feature")
        hook = repo.root / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        script = (
            "from pathlib import Path; from migbot.adapters.git_read import *;"
            "r = locate(Path()); print(r.root, current_branch(r), staged(r), file=open('said','w'))"
        )
        hook.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{script}"\n')
        hook.chmod(0o755)
        linked.put({"new.py": "x"})
        told = (linked.root / "said").read_text()
        assert told == f"{linked.root} refs/heads/feature ('new.py',)\n"

    def test_outside_any_repository_the_error_says_what_to_do(self, tmp_path):
        with pytest.raises(MigbotError, match="is not in a git repository") as error:
            locate(tmp_path)
        assert "-C" in error.value.hint

    def test_a_folder_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(MigbotError, match="nowhere is not a folder"):
            locate(tmp_path / "nowhere")

    def test_without_git_the_error_says_to_install_it(self, repo, tmp_path):
        with pytest.raises(MigbotError, match="git cannot be started") as error:
            locate(repo.root, {"PATH": str(tmp_path)})
        assert "PATH" in error.value.hint

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
    def test_a_repository_of_another_user_is_refused_with_the_command_that_trusts_it(self, repo):
        os.chown(repo.root, 12345, 12345)
        os.chown(repo.root / ".git", 12345, 12345)
        with pytest.raises(MigbotError, match="belongs to another user") as error:
            locate(repo.root)
        assert error.value.hint.endswith(f"safe.directory {repo.root}")

    def test_a_newline_in_the_path_is_an_error_and_not_another_repository(self, tmp_path):
        made = Repo.init(tmp_path / "a\nb")
        with pytest.raises(MigbotError, match="newline"):
            locate(made.root)


class TestEnvironment:
    def test_elsewhere_forgets_the_repository_of_the_hook(self, repo, tmp_path):
        other = Repo.init(tmp_path / "other")
        env = {**os.environ, "GIT_DIR": str(repo.root / ".git"), "GIT_INDEX_FILE": "/x", "A": "1"}
        clean = elsewhere(env)
        assert "GIT_INDEX_FILE" not in clean
        assert clean["A"] == "1"
        assert locate(other.root, clean).root == other.root

    def test_a_replaced_commit_is_read_as_it_is(self, repo):
        old = repo.sha()
        new = repo.put({"evil.py": "x"})
        repo.git("replace", old, new)
        assert git(locate(repo.root), "ls-tree", "--name-only", old) == b"a.py\n"

    def test_the_language_of_the_user_does_not_change_answers(self, repo):
        repo.git("config", "alias.language", "!echo $LC_ALL")
        found = locate(repo.root, {**os.environ, "LC_ALL": "de_DE.UTF-8"})
        assert git(found, "language") == b"C\n"

    def test_a_configured_fsmonitor_is_not_run(self, repo, tmp_path):
        repo.git("config", "core.fsmonitor", f"touch {tmp_path / 'ran'}; false")
        git(locate(repo.root), "ls-files", "-c", "-o")
        git(locate(repo.root), "status")
        assert not (tmp_path / "ran").exists()

    def test_a_question_that_takes_too_long_is_an_error(self, repo):
        repo.git("config", "alias.wait", "!exec sleep 20")
        began = time.monotonic()
        with pytest.raises(MigbotError, match=r"git wait took longer than 0\.2 seconds"):
            git(locate(repo.root), "wait", seconds=0.2)
        assert time.monotonic() - began < 5

    def test_the_words_of_git_are_one_line_without_control_characters(self):
        assert said(b"warning: x\nfatal: bad \x1b[31mname\nmore") == "bad ?[31mname"
        assert said(b"") == "it did not say why"

    def test_what_a_hook_imports_is_small(self):
        script = (
            "import sys; sys.modules.pop('hashlib', None); import migbot.adapters.git_trees;"
            "import migbot.adapters.git_read, migbot.adapters.git_state;"
            "print(*sys.modules)"
        )
        loaded = subprocess.check_output([sys.executable, "-S", "-c", script], env=_with_path())
        slow = {"asyncio", "hashlib", "tempfile", "shutil", "git", "typer", "sqlalchemy", "logging"}
        assert not slow & set(loaded.decode().split())


def _with_path():
    return {**os.environ, "PYTHONPATH": os.getcwd()}


class TestNames:
    def test_a_ref_becomes_the_id_of_its_commit(self, repo):
        repo.git("tag", "-a", "v1", "-m", "v1")
        found = locate(repo.root)
        assert {resolve(found, name) for name in ("HEAD", "main", "v1", repo.sha())} == {repo.sha()}

    @pytest.mark.parametrize(
        "name",
        [
            *("", "nope", "-x", "--output=x", "--upload-pack=x", "HEAD..", "^HEAD", "a\0b", "a\nb"),
            *("HEAD:a.py", "f" * 40, "HEAD^{tree}", "$(touch x)", "main main", "\udcff"),
        ],
    )
    def test_what_names_no_commit_is_none(self, repo, name):
        assert resolve(locate(repo.root), name) is None

    @pytest.mark.parametrize(
        "branch",
        [
            *("$(touch${IFS}x)", "`touch`", "${{github.token}}", "b" * 240, "\u202egnp.x"),
            *("\udcff", "x;y", "a'b", 'a"b', "\x85\u2028", "feature/x#1"),
        ],
    )
    def test_a_branch_with_an_odd_name_is_found(self, repo, branch):
        repo.branch(branch)
        found = locate(repo.root)
        assert resolve(found, branch) == repo.sha()
        assert resolve(found, f"refs/heads/{branch}") == repo.sha()
        assert f"refs/heads/{branch}" in {
            ref.name for ref in refs_matching(found, ("refs/heads/",))
        }
        assert default_base(found, branch) == f"refs/heads/{branch}"

    def test_a_branch_that_looks_like_an_option_is_found_by_its_full_name_only(self, repo):
        repo.branch("--upload-pack=x")
        found = locate(repo.root)
        assert resolve(found, "--upload-pack=x") is None
        assert resolve(found, "refs/heads/--upload-pack=x") == repo.sha()


class TestHistory:
    def test_the_merge_base_is_the_fork(self, repo):
        fork = repo.sha()
        repo.switch("feature", create=True)
        mine = repo.put({"f": "f"})
        repo.switch("main")
        assert merge_base(locate(repo.root), repo.put({"m": "m"}), mine) == fork

    def test_unrelated_histories_have_none(self, repo):
        repo.git("switch", "--quiet", "--orphan", "other")
        repo.put({"z": "z"})
        assert merge_base(locate(repo.root), "main", "other") is None

    def test_an_unknown_commit_is_an_error(self, repo):
        with pytest.raises(MigbotError, match="merge-base"):
            merge_base(locate(repo.root), "f" * 40, "main")

    def test_a_shallow_clone_is_known_as_such(self, repo, tmp_path):
        repo.put({"b": "b"})
        whole, cut = repo.clone(tmp_path / "w"), repo.clone(tmp_path / "s", "--depth=1")
        assert [is_shallow(locate(one.root)) for one in (whole, cut)] == [False, True]

    def test_a_single_branch_clone_is_known_as_such(self, repo, tmp_path):
        whole, one = repo.clone(tmp_path / "w"), repo.clone(tmp_path / "s", "--single-branch")
        mirrored = repo.clone(tmp_path / "m", "--mirror")
        seen = [is_single_branch(locate(x.root)) for x in (repo, whole, mirrored, one)]
        assert seen == [False, False, False, True]

    def test_git_has_a_version(self, repo):
        assert git_version(locate(repo.root)) >= (2, 30)

    def test_hooks_are_where_git_looks_for_them(self, repo, tmp_path):
        linked = repo.worktree(tmp_path / "linked", "-b", "x")
        assert hooks_dir(locate(repo.root)) == repo.root / ".git/hooks"
        assert hooks_dir(locate(linked.root)) == repo.root / ".git/hooks"
        repo.git("config", "core.hooksPath", ".husky")
        assert hooks_dir(locate(repo.root)) == repo.root / ".husky"


class TestBranches:
    def test_the_current_branch_has_a_name_before_its_first_commit(self, tmp_path):
        made = Repo.init(tmp_path, branch="trunk")
        assert current_branch(locate(made.root)) == "refs/heads/trunk"

    def test_a_detached_head_is_on_no_branch(self, repo):
        repo.git("switch", "--quiet", "--detach")
        assert current_branch(locate(repo.root)) is None

    def test_the_setting_is_the_base(self, repo):
        repo.branch("develop")
        assert default_base(locate(repo.root), "develop") == "refs/heads/develop"

    def test_a_setting_that_exists_on_the_remote_only_is_found_there(self, repo, tmp_path):
        repo.branch("develop")
        clone = repo.clone(tmp_path / "c")
        assert default_base(locate(clone.root), "develop") == "refs/remotes/origin/develop"

    def test_a_setting_may_be_an_id(self, repo):
        assert default_base(locate(repo.root), repo.sha()) == repo.sha()

    @pytest.mark.parametrize("setting", ["nope", "--upload-pack=x", "$(x)"])
    def test_a_setting_that_names_nothing_is_an_error(self, repo, setting):
        with pytest.raises(MigbotError, match="names no commit") as error:
            default_base(locate(repo.root), setting)
        assert error.value.hint.startswith("git fetch origin")
        assert "$(x)" not in error.value.hint.replace("'$(x)'", "")

    def test_the_remote_says_which_branch_is_its_default(self, tmp_path):
        origin = Repo.init(tmp_path / "o", branch="trunk")
        origin.put({"a": "a"})
        origin.branch("main")
        clone = origin.clone(tmp_path / "c")
        assert default_base(locate(clone.root)) == "refs/remotes/origin/trunk"

    def test_the_remote_of_the_current_branch_comes_before_origin(self, repo, tmp_path):
        fork = repo.clone(tmp_path / "fork")
        fork.git("remote", "add", "upstream", repo.url)
        fork.git("fetch", "--quiet", "upstream")
        fork.git("branch", "--quiet", "--set-upstream-to=upstream/main")
        assert default_base(locate(fork.root)) == "refs/remotes/upstream/main"

    def test_without_the_remotes_head_main_comes_before_master(self, repo, tmp_path):
        repo.branch("master")
        clone = repo.clone(tmp_path / "c")
        clone.git("remote", "set-head", "origin", "--delete")
        assert default_base(locate(clone.root)) == "refs/remotes/origin/main"

    def test_without_a_remote_the_local_main_is_the_base(self, repo):
        repo.switch("feature", create=True)
        assert default_base(locate(repo.root)) == "refs/heads/main"

    def test_what_init_names_is_the_last_guess(self, tmp_path):
        made = Repo.init(tmp_path, branch="trunk")
        made.put({"a": "a"})
        assert default_base(locate(made.root)) is None
        made.git("config", "init.defaultBranch", "trunk")
        assert default_base(locate(made.root)) == "refs/heads/trunk"

    def test_refs_are_found_by_pattern_and_tags_are_peeled(self, repo):
        repo.git("tag", "-a", "v1", "-m", "v1")
        repo.git("tag", "blob", repo.sha("HEAD:a.py"))
        for name in ("release-1", "release/2", "feature"):
            repo.branch(name)
        found = refs_matching(locate(repo.root), ("refs/tags/", "refs/heads/release*"))
        assert [ref.name for ref in found] == [
            "refs/heads/release-1",
            "refs/heads/release/2",
            "refs/tags/v1",
        ]
        assert {ref.id for ref in found} == {repo.sha()}

    def test_no_pattern_matches_no_ref(self, repo):
        assert refs_matching(locate(repo.root), ()) == ()


class TestStaged:
    def test_what_is_staged_is_named_and_what_is_not_is_not(self, repo):
        repo.write("b\nc.py", "x")
        repo.write("-d.py", "x")
        repo.add()
        repo.write("later.py", "x")
        assert staged(locate(repo.root)) == ("-d.py", "b\nc.py")

    def test_before_the_first_commit_everything_is_staged(self, tmp_path):
        made = Repo.init(tmp_path)
        made.write("a", "a")
        made.add()
        assert staged(locate(made.root)) == ("a",)

    def test_a_rename_is_both_paths(self, repo):
        repo.git("mv", "a.py", "b.py")
        assert staged(locate(repo.root)) == ("a.py", "b.py")

    def test_nothing_staged_is_nothing(self, repo):
        assert staged(locate(repo.root)) == ()
