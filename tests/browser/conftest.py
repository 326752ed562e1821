"""Debian's Chromium in place of a downloaded one, and the pages on a port of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page

from tests.browser.watched import watched
from tests.page_app import page_app, served

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Chromium is started here: as root in a container, without a graphics card."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    return {"executable_path": "/usr/bin/chromium", "args": arguments}


@pytest.fixture(scope="session")
def application() -> FastAPI:
    """The pages over fictional knowledge."""
    return page_app()


@pytest.fixture(scope="session")
def address(application: FastAPI) -> Iterator[str]:
    """Where they are served."""
    with served(application) as found:
        yield found


@pytest.fixture
def phone(page: Page, address: str) -> Iterator[Page]:
    """A page on a phone; what it says on its console and what it fetches from elsewhere fails the test."""
    complaints = watched(page, address, PHONE)
    yield page
    assert complaints == []
