"""The git history of the knowledge as one bundle: commits alone, so no hook, no setting and no address of another git goes along."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from dulwich.bundle import create_bundle_from_repo, read_bundle, write_bundle
from dulwich.errors import NotGitRepository
from dulwich.objects import Commit, ObjectID, Tree
from dulwich.objectspec import parse_commit
from dulwich.refs import HEADREF, LOCAL_BRANCH_PREFIX, Ref
from dulwich.repo import BaseRepo, MemoryRepo, Repo

BRANCH = Ref(LOCAL_BRANCH_PREFIX + b"main")


def bundled(folder: Path, to: Path) -> bool:
    """Write the history of a knowledge folder; False where it has none.

    Where the folder is a part of a larger repository, that is what its commits say of the folder, as a history of its own.
    """
    try:
        repo = Repo.discover(str(folder.resolve()))
    except NotGitRepository:
        return False
    with repo:
        prefix = folder.resolve().relative_to(Path(repo.path).resolve()).parts
        source: BaseRepo = repo
        last = repo.refs.follow(HEADREF)[1]
        if prefix and last is not None:
            source = MemoryRepo()
            last = _alone(repo, last, prefix, source)
        if last is None:
            return False
        bundle = create_bundle_from_repo(source, [HEADREF])
        bundle.references = {HEADREF: last, BRANCH: last}
        with to.open("wb") as file:
            write_bundle(file, bundle)
    return True


def _alone(repo: Repo, head: ObjectID, prefix: tuple[str, ...], to: MemoryRepo) -> ObjectID | None:
    """The last of the new commits, which tell of one folder of a repository and of nothing else."""
    line: list[Commit] = []
    following: ObjectID | None = head
    while following is not None and following in repo.object_store:  # a shallow clone ends before its beginning
        line.append(parse_commit(repo, following))
        following = line[-1].parents[0] if line[-1].parents else None
    last: ObjectID | None = None
    shown: ObjectID | None = None
    for commit in reversed(line):
        tree = _within(repo, commit.tree, prefix)
        if tree is None or tree == shown:
            continue
        _copy(repo, tree, to)
        new = commit.copy()
        assert isinstance(new, Commit)
        new.tree, new.parents, new.gpgsig = tree, [last] if last else [], None
        to.object_store.add_object(new)
        last, shown = new.id, tree
    if last is not None:
        to.refs[HEADREF] = last
    return last


def _within(repo: Repo, tree_id: ObjectID, prefix: tuple[str, ...]) -> ObjectID | None:
    for part in prefix:
        tree = repo[tree_id]
        if not isinstance(tree, Tree) or part.encode() not in tree:
            return None
        tree_id = tree[part.encode()][1]
    return tree_id


def _copy(repo: Repo, tree_id: ObjectID, to: MemoryRepo) -> None:
    """A tree with everything below it that is not there yet."""
    if tree_id in to.object_store:
        return
    tree = repo[tree_id]
    to.object_store.add_object(tree)
    if isinstance(tree, Tree):
        for _, _, own in tree.items():
            if own in repo.object_store:  # not a repository within the repository
                _copy(repo, own, to)


def unbundled(bundle: Path, folder: Path) -> None:
    """Give a folder this history; git finds in it what its files say else than the last commit."""
    with TemporaryDirectory(dir=folder.parent) as name, bundle.open("rb") as file:
        with Repo.init(name, default_branch=b"main") as repo:
            read = read_bundle(file)
            read.store_objects(repo.object_store)
            repo.refs[BRANCH] = read.references[BRANCH]
            read.close()
            repo.get_worktree().reset_index()
        shutil.move(Path(name, ".git"), folder / ".git")
