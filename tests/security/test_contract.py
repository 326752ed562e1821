"""What OpenAPI says of the interface for programs is what it does: no fault and no status that is not written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.test_words import JSON, as_json
from tests.security.ways import filled
from tests.security.world import FACTS
from tests.staff.builders import browser

PROGRAM = {"accept": "application/json"}


@pytest.fixture(scope="module")
def program(app: FastAPI) -> TestClient:
    """Another program, with a checklist and a conversation that it may name."""
    return TestClient(app, follow_redirects=False, headers=PROGRAM)


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation that OpenAPI describes."""
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            yield method, path, told


def test_interface_is_the_one_for_programs(app: FastAPI) -> None:
    """Pages of people, of the window and of editors are no interface; what programs use is described."""
    paths = {path for _, path, _ in operations(app)}
    assert {"/api/chat", "/api/search", "/api/checklists", "/api/checklists/{token}", "/healthz", "/readyz"} <= paths
    assert all(path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics") for path in paths)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_operation_answers_as_it_says(app: FastAPI, program: TestClient, data: st.DataObject) -> None:
    """Whatever is sent to an operation, its status is one that OpenAPI names; a fault of ours is none."""
    token = program.post("/api/checklists", json=FACTS).json()["token"]
    for method, path, told in operations(app):
        if path == "/readyz":
            continue  # asks Rasa, which is not here
        place = data.draw(st.sampled_from((token, "nobody-knows-this-one", "1")))
        query = {
            one["name"]: data.draw(st.one_of(st.integers(-9, 99).map(str), st.text("aé证<'&=", max_size=9)))
            for one in told.get("parameters", ())
            if one["in"] == "query" and data.draw(st.booleans())
        }
        body = data.draw(BODIES) if "requestBody" in told else None
        sent = as_json(body) if body is not None else {}
        ending = data.draw(st.sampled_from(("pdf", "docx", "exe")))
        answer = program.request(method, filled(path, place, ending=ending), params=query, **sent)
        assert answer.status_code < 500, (method, path, query, body)
        assert str(answer.status_code) in told["responses"], (method, path, answer.status_code)
        if answer.status_code >= 400:
            assert list(answer.json()) == ["error"], (method, path)


BODIES = st.one_of(
    JSON,
    st.fixed_dictionaries({}, optional={"conversation_id": JSON, "text": JSON, "payload": JSON}),
    st.fixed_dictionaries({}, optional={"enterprise_type": JSON, "place": JSON, "licences": JSON}),
)


def test_redirects_of_the_interface_are_described(app: FastAPI) -> None:
    """A browser that opens the address of a checklist is sent to its page, as it is written down."""
    client = browser(app)
    token = client.post("/api/checklists", json=FACTS).json()["token"]
    told = app.openapi()["paths"]
    for path, tail in (("/api/checklists/{token}", ""), ("/api/checklists/{token}.{ending}", ".pdf")):
        assert client.get(f"/api/checklists/{token}{tail}").status_code == 307
        assert "307" in told[path]["get"]["responses"]
