"""The real application, with every door open that a city can open, once for all tests that leave it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.staff import passwords
from assistant.staff.roles import Role
from tests.security.world import World, service, world_of
from tests.staff.builders import at_work, browser


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """Hash as argon2 does, at the least cost."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The service as `api.app` assembles it, without an encoder and without Rasa: our own actions answer."""
    return service(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="package")
def signed_in(app: FastAPI) -> dict[Role, TestClient]:
    """A browser of each role; whoever signs out, does so in another."""
    return {role: at_work(app, role) for role in Role}


@pytest.fixture(scope="package")
def world(app: FastAPI, signed_in: dict[Role, TestClient]) -> World:
    """Something behind every address."""
    return world_of(app, signed_in)


@pytest.fixture
def person(app: FastAPI) -> TestClient:
    """Somebody's browser, in which nobody is signed in; a fault inside is an answer, as it is outside of tests."""
    return browser(app, raise_server_exceptions=False)


@pytest.fixture
def own(tmp_path: Path) -> FastAPI:
    """An application for one test alone."""
    return service(tmp_path)
