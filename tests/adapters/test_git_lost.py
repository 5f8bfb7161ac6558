import time

import pytest

from migbot.adapters.git_lost import find_lost
from migbot.adapters.git_read import locate
from support.repos import Repo


def migration(revision, parent=None):
    return f'"""m"""\nrevision = "{revision}"\ndown_revision = {parent!r}\n'


@pytest.fixture
def repo(tmp_path):
    made = Repo.init(
        tmp_path / "app",
    )
    made.put({"v/a1.py": migration("a1")})
    made.switch("feature", create=True)
    made.put({"v/b2.py": migration("b2", "a1")})
    made.switch("main")
    return made


def find(repo, revision):
    return find_lost(locate(repo.root), revision, ["v"])


def test_it_is_on_another_branch(repo):
    found = find(repo, "b2")
    assert (found.ref, found.path, found.deleted) == ("refs/heads/feature", "v/b2.py", False)
    assert (found.commit, found.author) == (repo.sha("feature"), "Ada")


def test_it_was_deleted_and_the_commit_says_by_whom(repo):
    repo.git("rm", "--quiet", "v/a1.py")
    repo.git("commit", "--quiet", "-m", "drop", env={"GIT_AUTHOR_NAME": "Bob"})
    repo.git("branch", "--quiet", "-D", "feature")
    found = find(repo, "a1")
    assert (found.commit, found.author, found.deleted) == (repo.sha(), "Bob", True)
    assert found.ref == "refs/heads/main"


def test_deleted_here_it_may_still_be_on_another_branch(repo):
    repo.git("rm", "--quiet", "v/a1.py")
    repo.commit("drop")
    found = find(repo, "a1")
    assert (found.ref, found.deleted) == ("refs/heads/feature", False)


def test_renamed_it_is_where_it_went(repo):
    repo.git("branch", "--quiet", "-D", "feature")
    repo.git("mv", "v/a1.py", "v/new.py")
    repo.commit("rename")
    found = find(repo, "a1")
    assert (found.path, found.deleted) == ("v/new.py", False)


def test_deleted_and_added_again_it_is_there(repo):
    repo.git("branch", "--quiet", "-D", "feature")
    text = (repo.root / "v/a1.py").read_text()
    repo.git("rm", "--quiet", "v/a1.py")
    repo.commit("drop")
    again = repo.put({"v/a1.py": text})
    found = find(repo, "a1")
    assert (found.commit, found.ref, found.deleted) == (again, "refs/heads/main", False)


def test_of_a_deleted_branch_the_reflog_still_knows_it(repo):
    repo.switch("feature")
    lost = repo.sha()
    repo.switch("main")
    repo.git("branch", "--quiet", "-D", "feature")
    found = find(repo, "b2")
    assert (found.commit, found.ref, found.deleted) == (lost, "", False)


def test_it_may_be_on_a_branch_of_the_remote_only(repo, tmp_path):
    clone = repo.clone(tmp_path / "c")
    assert find(clone, "b2").ref == "refs/remotes/origin/feature"


@pytest.mark.parametrize(
    "revision", ["nope", "a", "1", ".*", "a.", "b2|a1", "", "--all", "(", "x\ny"]
)
def test_what_never_was_is_nowhere(repo, revision):
    assert find(repo, revision) is None


@pytest.mark.parametrize("line", ["revision: str = 'c3'", "revision='c3'", 'revision\t=\t"c3"'])
def test_the_ways_to_write_an_id_are_known(repo, line):
    repo.put({"v/c3.py": line + "\n"})
    assert find(repo, "c3").path == "v/c3.py"


def test_a_child_that_names_it_as_its_parent_is_not_it(repo):
    repo.put({"v/d4.py": migration("d4", "gone")})
    assert find(repo, "gone") is None


def test_other_folders_are_not_looked_at(repo):
    repo.put({"elsewhere/e5.py": migration("e5")})
    assert find(repo, "e5") is None


def test_no_configured_program_runs(repo, tmp_path):
    repo.git("config", "diff.evil.textconv", f"touch {tmp_path}/ran; cat")
    repo.git("config", "diff.external", f"touch {tmp_path}/ran")
    repo.git("config", "log.showSignature", "true")
    repo.put({".gitattributes": "*.py diff=evil\n"})
    assert find(repo, "b2").commit == repo.sha("feature")
    assert not (tmp_path / "ran").exists()


def test_no_signature_is_looked_at(repo, tmp_path):
    program = tmp_path / "gpg"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "gpg.program", str(program))
    head, _, rest = repo.git("cat-file", "commit", "feature").partition("\n\n")
    seal = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = f"{head}\n{seal}\n\n{rest}\n"
    commit = repo.git("hash-object", "-w", "-t", "commit", "--stdin", stdin=signed.encode())
    repo.git("update-ref", "refs/heads/feature", commit)
    assert find(repo, "b2").commit == commit
    assert not (tmp_path / "ran").exists()


def test_when_there_is_no_time_it_is_not_known(repo):
    began = time.monotonic()
    assert find_lost(locate(repo.root), "b2", ["v"], seconds=0) is None
    assert time.monotonic() - began < 1
