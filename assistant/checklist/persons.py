"""Persons (谁来、谁签): who answers for an enterprise and who promises together, by its type."""

from __future__ import annotations

from assistant.knowledge import model as m

ONE_OWNER = ("geti", "geren-duzi")
LEGAL_REPRESENTATIVE, HEIRS, INVESTORS = "法定代表人", "继承人", "全体投资人"
_OWNERS = {
    "geti": "经营者",
    "geren-duzi": "投资人",
    "hehuo": "执行事务合伙人",
    "ziran-ren": "持证人",
}
_OF_A_BRANCH = "负责人"
_BRANCHES = ("fen-gongsi", "fei-gongsi-faren-fenzhi", "hehuo-fenzhi", "geren-duzi-fenzhi", "hezuoshe-fenzhi")
_TOGETHER = {"gongsi": "股东", "hezuoshe": "成员", "hehuo": "合伙人"}  # who owns it with others
_SOMEBODY = "出资人"


def one_owner(kind: m.EnterpriseType | None) -> bool:
    """Whether the enterprise stands and falls with one owner, whose heirs then come; true while nobody told."""
    return kind is None or kind.id in ONE_OWNER


def owner(kind: str | None) -> str:
    """Who answers for an enterprise of this type."""
    return _OF_A_BRANCH if kind in _BRANCHES else _OWNERS.get(kind or "", LEGAL_REPRESENTATIVE)


def identity_card(kind: str) -> str:
    """Whose identity card a department wants to see; that of a branch or that of its enterprise, as it asks."""
    who = f"{LEGAL_REPRESENTATIVE}或{_OF_A_BRANCH}" if kind in _BRANCHES else owner(kind)
    return f"{who}身份证明"


def promiser(kind: str | None, *, by_heirs: bool) -> str:
    """Who makes the promise of the simple path."""
    if by_heirs:
        return HEIRS
    return owner(kind) if kind in ONE_OWNER else INVESTORS


def promise(kind: str, *, by_heirs: bool) -> tuple[str, str]:
    """What that promise is called, and who signs it."""
    if kind in ONE_OWNER:
        name = "承诺书" if kind == "geti" else "投资人承诺书"
        return name, f"{HEIRS if by_heirs else owner(kind) + '本人'}签字。"
    return f"{INVESTORS}承诺书", f"所有{_TOGETHER.get(kind, _SOMEBODY)}签字。"
