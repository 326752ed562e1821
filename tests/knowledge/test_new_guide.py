"""A new guide begins as a draft that passes the check."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import TypeAdapter

from assistant.errors import KnowledgeError
from assistant.knowledge.finding import errors_in
from assistant.knowledge.folder import check_folder
from assistant.knowledge.model import Guide
from assistant.knowledge.new_guide import new_guide
from assistant.knowledge.yamlfile import read, validated

TODAY = dt.date(2026, 11, 21)


def written(root, guide_id="xin-zheng", name="新许可证"):
    """The skeleton of one guide."""
    return new_guide(root, guide_id, name, owner="地区文旅局", today=TODAY)


def test_new_guide_is_a_draft_without_errors(real_root, tmp_path):
    """In the real folder the skeleton is only told to be missing from the catalogue."""
    root = tmp_path / "knowledge"
    root.mkdir()
    for path in real_root.iterdir():
        (root / path.name).symlink_to(path) if path.name != "guides" else (root / "guides").mkdir()
    for path in (real_root / "guides").iterdir():
        (root / "guides" / path.name).symlink_to(path)
    before = check_folder(root, demo=False, today=TODAY)
    written(root)

    new = [finding for finding in check_folder(root, demo=False, today=TODAY) if finding not in before]

    assert [str(f) for f in new] == [
        "guides/xin-zheng.yaml:2:1：目录里没有编号“xin-zheng”，请改文件名，或先在 catalog.yaml 里添上"
    ]
    assert errors_in(new) == []


def test_new_guide_never_overwrites(folder):
    """An existing guide stays as it is."""
    before = (folder.root / "guides/geting.yaml").read_bytes()

    with pytest.raises(KnowledgeError, match="已经有"):
        written(folder.root, "geting")
    assert (folder.root / "guides/geting.yaml").read_bytes() == before


@pytest.mark.parametrize("guide_id", ["../x", "Abc", "新证", "a b", ""])
def test_new_guide_refuses_ids_that_are_no_file_name(folder, guide_id):
    """An id is small letters, digits and dashes."""
    with pytest.raises(KnowledgeError, match="编号"):
        written(folder.root, guide_id)


@pytest.mark.parametrize("name", ["a: b", "新证 # 旧", "- x", "{x}", "多\n行", "[a, b]"])
def test_new_guide_stays_readable_whatever_the_name(folder, name):
    """Signs that mean something in YAML do not break the file."""
    file, findings = read(written(folder.root, "xin", name), "xin.yaml")

    assert findings == []
    assert validated(file, TypeAdapter(Guide))[1] == []
