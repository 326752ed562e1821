"""A page that is watched: what it complains of, and what it fetches from elsewhere, is written down."""

from __future__ import annotations

from playwright.sync_api import Page, Route, ViewportSize


def watched(page: Page, address: str, size: ViewportSize) -> list[str]:
    """The complaints of a page of this size from now on; nothing but what is ours is fetched."""
    complaints: list[str] = []

    def only_ours(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            complaints.append(f"fetched {route.request.url}")
            route.abort()

    page.set_viewport_size(size)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    page.route("**/*", only_ours)
    return complaints
