"""Contacts come in from a CSV as a whole or not at all, and go out without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import NotFound, Refused
from assistant.staff.contacts import Contact, read_csv
from assistant.staff.desk import Desk
from tests.builders import COUNTY, REGISTRAR, a_knowledge
from tests.staff.builders import MOBILE, PERSON, a_contact

HEAD = "部门,地区,科室,姓名,职务,电话,手机,备注\n"


def a_csv(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    """A file as somebody saved it."""
    path = folder / "contacts.csv"
    path.write_bytes((head + "\n".join(rows) + "\n").encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_file_of_either_spelling_is_read(tmp_path: Path, encoding: str) -> None:
    """What Excel saves is read, whichever way it saves it."""
    path = a_csv(tmp_path, f"示例市市监局,示例县,审批科,{PERSON},科长,,{MOBILE},周三下乡", encoding=encoding)
    (found,) = read_csv(path, a_knowledge())
    assert found == Contact(REGISTRAR, PERSON, "审批科", "科长", "", MOBILE, "周三下乡", COUNTY)


def test_faulty_file_is_refused_with_every_line(tmp_path: Path) -> None:
    """All that is wrong is told at once, by line."""
    path = a_csv(tmp_path, "没有的局,,,张某,,,,", "示例市市监局,,,,,,,", "示例市市监局,没有的县,,李某,,,,")
    with pytest.raises(Refused) as refused:
        read_csv(path, a_knowledge())
    assert [line.split("：")[0] for line in str(refused.value).splitlines()[1:]] == ["第 2 行", "第 3 行", "第 4 行"]


@pytest.mark.parametrize(("head", "row"), [("名字,手机\n", "某,1"), (HEAD, ",,,,,,,"), ("", "")])
def test_file_without_heads_or_people_is_refused(tmp_path: Path, head: str, row: str) -> None:
    """A table of something else changes nothing."""
    with pytest.raises(Refused):
        read_csv(a_csv(tmp_path, row, head=head), a_knowledge())


def test_binary_file_is_refused(tmp_path: Path) -> None:
    """A workbook with the wrong ending is told how to be saved."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"PK\x03\x04\xff\xff\x00\x81")
    with pytest.raises(Refused):
        read_csv(path, a_knowledge())


def test_list_stands_for_the_departments_it_names(at: Desk) -> None:
    """Reading the same list twice doubles nobody; other departments keep theirs."""
    at.contacts.replace([a_contact(), a_contact(department="yancaoju", name="示例乙")])
    assert at.contacts.replace([a_contact(name="示例丙")]) == (1, 1)
    assert [one.name for one in at.contacts.of(REGISTRAR)] == ["示例丙"]
    assert [one.name for one in at.contacts.of("yancaoju")] == ["示例乙"]
    assert at.contacts.count() == {REGISTRAR: 1, "yancaoju": 1}


def test_erased_is_gone(at: Desk) -> None:
    """Nothing of an erased person can be read any more."""
    at.contacts.replace([a_contact(), a_contact(name="示例乙")])
    first, _ = at.contacts.all()
    at.contacts.erase(first.id)
    with pytest.raises(NotFound):
        at.contacts.get(first.id)
    with pytest.raises(NotFound):
        at.contacts.erase(first.id)
    assert at.contacts.erase_named("示例乙") == 1
    assert at.contacts.all() == []
