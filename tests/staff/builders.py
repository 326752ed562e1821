"""What the tests of the console build: the pages with the console, people who may sign in, browsers that are signed in."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import staff
from assistant.issued import IssuedChecklists
from assistant.staff.accounts import Account
from assistant.staff.contacts import Contact
from assistant.staff.desk import Desk, desk
from assistant.staff.roles import Role
from tests.builders import COUNTY, REGISTRAR
from tests.page_app import page_app

PASSWORD = "chuangkou-lian-shanlin"
MOBILE = "000-0000-0201"
PERSON = "示例某"


def desk_app() -> FastAPI:
    """The pages over fictional knowledge, with the console."""
    app = page_app()
    app.include_router(staff.router)
    return app


def desk_of(app: FastAPI) -> Desk:
    """The desk over the database of an application."""
    checklists = app.state.service.checklists
    assert isinstance(checklists, IssuedChecklists)
    return desk(checklists.engine, app.state.service.settings.data)


def somebody(at: Desk, role: Role = Role.CLERK, name: str = "", **place: Any) -> Account:
    """Somebody who has chosen a password already."""
    if role is Role.DEPARTMENT:
        place = {"department": REGISTRAR, **place}
    account, first = at.accounts.add(name or role.value, role, **place)
    at.accounts.choose(account, first, PASSWORD, PASSWORD)
    return at.accounts.named(account.name)


def a_contact(**facts: Any) -> Contact:
    """A person to call in the department of 示例县."""
    usual: dict[str, Any] = {
        "department": REGISTRAR,
        "name": PERSON,
        "office": "审批科",
        "mobile": MOBILE,
        "region": COUNTY,
    }
    return Contact(**{**usual, **facts})


def field(page: str, name: str = "csrf") -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def browser(app: FastAPI, **options: Any) -> TestClient:
    """A browser without JavaScript that shows pages and follows nothing by itself."""
    return TestClient(app, follow_redirects=False, headers={"accept": "text/html"}, **options)


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **told: str) -> Any:
    """Type a name and a password at the door."""
    csrf = field(client.get("/staff/sign-in").text)
    return client.post("/staff/sign-in", data={"csrf": csrf, "name": name, "password": password, **told})


def at_work(app: FastAPI, role: Role = Role.CLERK, **place: Any) -> TestClient:
    """A browser in which somebody of this role is signed in; `csrf` goes with what they send."""
    account = somebody(desk_of(app), role, **place)
    client = browser(app)
    assert sign_in(client, account.name).headers["location"] == "/staff"
    return client


def csrf(client: TestClient) -> str:
    """What a form of this browser sends along."""
    return field(client.get("/staff").text)
