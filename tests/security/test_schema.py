"""The interface for programs keeps its word: schemathesis reads OpenAPI and tries every operation with what fits and what does not."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events

SEED, EXAMPLES = 20261122, 15  # of each operation in each phase
KEPT = {  # a name that stands for nothing is refused though its schema is kept, so what is taken is no matter here
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
}
NO_RASA_HERE = ("GET /readyz", "not_a_server_error")  # says so with 503, in the shape that is written down


def tried(app: FastAPI) -> tuple[int, dict[tuple[str, str], str]]:
    """How much was checked, and what does not hold: the operation and the check, with the first reason."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig(seed=SEED, color=False))
    schema.config.generation.update(max_examples=EXAMPLES)
    checked, found = 0, {}
    for event in engine.from_schema(schema).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), event
        if isinstance(event, events.ScenarioFinished):
            for case, checks in event.recorder.checks.items():
                checked += len(checks)
                for one in checks:
                    if one.failure_info and one.name in KEPT:
                        where = event.recorder.cases[case].value.operation.label
                        found.setdefault((where, one.name), str(one.failure_info.failure))
    return checked, found


def test_every_operation_keeps_its_schema(own: FastAPI) -> None:
    """Examples, edge cases, noise and sequences of requests: no fault, no status, header or body that is not described."""
    checked, found = tried(own)  # which starts and stops it: no other test can use it afterwards
    assert checked > 2000
    assert set(found) == {NO_RASA_HERE}, found


class Kept(BaseModel):
    """What a route says that it gives."""

    name: str


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ({"name": 5}, "response_schema_conformance"),
        (JSONResponse({"name": "示例"}, 418), "status_code_conformance"),
        (JSONResponse({"name": "示例"}, media_type="text/plain"), "content_type_conformance"),
        (ZeroDivisionError(), "not_a_server_error"),
    ],
)
def test_broken_word_is_found(answer: Any, check: str) -> None:
    """A route whose body, status or kind is not the one it describes, or that breaks, does not pass."""
    app = FastAPI()

    @app.get("/broken", response_model=None, responses={200: {"model": Kept}})
    def broken() -> Any:
        if isinstance(answer, Exception):
            return JSONResponse({"error": "ours"}, 500)
        return answer

    _, found = tried(app)
    assert ("GET /broken", check) in found
