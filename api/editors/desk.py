"""The editors' desk in the browser: a screen of the console with the drafts behind it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.auth import AT_THE_DESK, EDITORS, role
from api.staff.shell import At, Screen, StaffRoute, refused
from assistant.desk.drafts import Draft, Drafts, DraftState
from assistant.desk.publishing import Publishing, publishing_over
from assistant.desk.rounds import Rounds
from assistant.errors import DaobanError, Refused
from assistant.issued import IssuedChecklists
from assistant.staff.roles import Role

DECIDE = (Role.HEAD, Role.ADMINISTRATOR)  # whose word puts something out
LONGEST = 4 * 1024 * 1024  # bytes of a form: a file of one megabyte, each of its bytes as three signs
AT = [role(*AT_THE_DESK)]
ONE_AT_A_TIME = threading.Lock()  # looking at everything takes seconds of a processor, and people are served besides


log = logging.getLogger("daoban.desk")
AWAY = "磁盘满了，或者数据库这会儿用不了，这一步可能没办成。请退回去，填过的还在那一页上，过一会儿再办；还不行，请叫管服务器的人看。"


@dataclass(frozen=True)
class Section:
    """One of the pages of the desk."""

    label: str
    href: str
    count: str = ""  # which figure stands beside it
    counted: str = ""  # what the figure counts


SECTIONS = (
    Section("指南", EDITORS),
    Section("窗口和电话", f"{EDITORS}/windows"),
    Section("草稿", f"{EDITORS}/drafts", "proposed", "等着审的"),
    Section("发布记录", f"{EDITORS}/publications"),
    Section("没答上的", f"{EDITORS}/unanswered"),
    Section("部门核对", f"{EDITORS}/facts", "due", "该核对的"),
)


@dataclass(frozen=True)
class EditorsDesk:
    """Who sits at the desk, the drafts, and what becomes of them."""

    screen: Screen
    drafts: Drafts
    publishing: Publishing

    @property
    def who(self) -> str:
        """The account of whoever sits here."""
        return self.screen.who.account.name

    @property
    def decides(self) -> bool:
        """Whether this person may put something out; without the four eyes everybody at the desk may."""
        return self.screen.role in DECIDE or not self.publishing.four_eyes

    def must_decide(self) -> None:
        """Refused for whoever may not put anything out."""
        if not self.decides:
            raise Refused("发布、退回要窗口负责人或者管理员来办。")

    def why_not(self, draft: Draft) -> str:
        """Why this person cannot agree to a draft; nothing where it can be done."""
        if draft.state not in (DraftState.PROPOSED, DraftState.APPROVED) and self.publishing.four_eyes:
            return f"这份草稿{draft.state.label}。"
        if not self.decides:
            return "等窗口负责人或者管理员来审。"
        if self.publishing.four_eyes and self.who in draft.hands:
            return "您写过这份草稿，要请另一个人来审。"
        return ""

    def page(self, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page with the sections of the desk above it."""
        due = Rounds(engine_of(self.screen)).due()
        counts = {"proposed": len(self.drafts.all([DraftState.PROPOSED])), "due": len(due)}
        return self.screen.page(template, status=status, sections=SECTIONS, counts=counts, **context)


class DeskRoute(StaffRoute):
    """A route on which what cannot be done is a sentence, also where the disk is full or the database away."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what no page of the route itself answers as a page that says so."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except DaobanError as error:
                return refused(request, 422, str(error))
            except (SQLAlchemyError, sqlite3.Error):  # the latter while a connection is prepared
                log.exception("the database did not serve a page of the desk")
                return refused(request, 503, AWAY)

        return handled


def new_router() -> APIRouter:
    """A router for pages of the desk."""
    return APIRouter(prefix=EDITORS, route_class=DeskRoute, include_in_schema=False, max_body_size=LONGEST)


def engine_of(screen: Screen) -> Engine:
    """The database behind a screen."""
    lists = screen.parts.checklists
    assert isinstance(lists, IssuedChecklists)
    return lists.engine


async def _desk(screen: At) -> EditorsDesk:
    publishing = publishing_over(screen.parts.settings, engine_of(screen))
    return EditorsDesk(screen, publishing.drafts, publishing)


AtDesk = Annotated[EditorsDesk, Depends(_desk)]
