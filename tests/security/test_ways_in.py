"""Denied unless allowed: every route of the whole application, with every role and with none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.staff.shell import StaffRoute
from assistant.staff.roles import Role
from tests.security.ways import AT_DESK, ENDS_THE_SESSION, OPEN, SEALED, Way, filled, ways
from tests.staff.builders import browser, csrf, sign_in
from tests.staff.test_door import MAY, declared

GUARDED = MAY | dict(AT_DESK)


def sent(client: TestClient, way: Way, token: str) -> tuple[int, str]:
    """The answer to a request as a form would make it: its status, and where it leads."""
    method, path = way
    answer = client.request(method, filled(path), data={"csrf": token} if method == "POST" else None)
    return answer.status_code, answer.headers.get("location", "")


def test_every_way_in_is_listed(app: FastAPI) -> None:
    """There is no route but those that are listed as open or as somebody's; a new one has to be put into a list."""
    assert set(ways(app)) == OPEN | set(GUARDED)


def test_every_listed_role_is_what_the_route_asks(app: FastAPI) -> None:
    """What stands in the list is what the code asks of whoever comes."""
    found = ways(app)
    for way, roles in GUARDED.items():
        route = found[way]
        assert isinstance(route, StaffRoute), way
        assert declared(route.dependant) == roles, way


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_where_it_may_and_nowhere_else(
    app: FastAPI, signed_in: dict[Role, TestClient], role: Role
) -> None:
    """Every guarded route with every role: refused where it is not theirs, no fault where it is."""
    client = signed_in[role]
    token = csrf(client)
    for way, allowed in GUARDED.items():
        if way[1] in ENDS_THE_SESSION:
            client, token = again(app, role)
        status, leads = sent(client, way, token)
        assert (status == 403) is (role not in allowed), way
        assert status < 500, way
        assert leads.split("?")[0] != "/staff/sign-in" or way[1] == "/staff/sign-out", way
        if way[1] in ENDS_THE_SESSION:
            client, token = again(app, role)


def again(app: FastAPI, role: Role) -> tuple[TestClient, str]:
    """Another browser of the same person, and what its forms send along."""
    client = browser(app)
    sign_in(client, role.value)
    return client, csrf(client)


def test_nobody_gets_in_unsigned(person: TestClient) -> None:
    """Whoever is not signed in is sent to the door from every guarded route, and from nowhere else."""
    for way in GUARDED:
        status, leads = sent(person, way, "x" * 43)
        assert (status, leads.split("?")[0]) == (303, "/staff/sign-in"), way
    for way in OPEN:
        if way not in sealed():
            assert sent(person, way, "x" * 43)[1].split("?")[0] != "/staff/sign-in", way


def test_other_methods_lead_nowhere(app: FastAPI, person: TestClient) -> None:
    """A page is not reached by a method that it was not made for."""
    for path in {path for _, path in ways(app)}:
        for method in ("PUT", "PATCH", "TRACE", "OPTIONS"):
            assert person.request(method, filled(path)).status_code == 405, (method, path)


def sealed() -> Iterator[Way]:
    """What programs sign."""
    for method, paths in SEALED.items():
        yield from ((method, path) for path in paths)


def test_sealed_doors_stay_shut_without_the_secret(person: TestClient) -> None:
    """WeChat's door, the webhook and Rasa's way to us are refused without the secret."""
    for method, path in sealed():
        answer = person.request(method, filled(path, "guess"), json={} if method == "POST" else None)
        assert answer.status_code == 403, path


@pytest.mark.parametrize("token", ["", "x" * 43, None])
def test_no_form_of_another_site_does_anything(signed_in: dict[Role, TestClient], token: str | None) -> None:
    """Every POST of the window and of the editors is refused without the token of the session, whoever is signed in."""
    for (method, path), roles in GUARDED.items():
        if method == "POST":
            client = signed_in[next(role for role in Role if role in roles)]
            answer = client.post(filled(path), data={} if token is None else {"csrf": token})
            assert answer.status_code == 403, path


def test_no_change_is_made_by_a_mere_link(app: FastAPI) -> None:
    """Every route below /staff, /editors and /f is GET or POST, and every POST asks for the token of a form."""
    for (method, path), route in ways(app).items():
        if path.startswith(("/staff", "/editors", "/f/")):
            assert method in ("GET", "POST"), path
            assert isinstance(route, StaffRoute), path


def test_links_without_account_want_their_own_form(person: TestClient) -> None:
    """The two pages that a link opens take nothing that was not sent from their own form."""
    for path in ("/staff/result/{key}", "/f/{key}/{about}", "/staff/sign-in"):
        assert person.post(filled(path), data={"csrf": "x" * 32}).status_code == 403, path
