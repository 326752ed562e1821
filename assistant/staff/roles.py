"""Roles (角色): what somebody of the staff is there for."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody of the staff is there for; everyone has exactly one role."""

    CLERK = "clerk"
    HEAD = "head"
    DEPARTMENT = "department"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in Chinese."""
        return LABELS[self]


LABELS = {
    Role.CLERK: "窗口人员",
    Role.HEAD: "窗口负责人",
    Role.DEPARTMENT: "部门经办",
    Role.EDITOR: "内容编辑",
    Role.ADMINISTRATOR: "管理员",
}
