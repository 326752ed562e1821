"""What a browser would run or draw of a page that is not in a file of ours: read as a browser reads it, not by pattern."""

from __future__ import annotations

from html.parser import HTMLParser

RUNS = ("javascript:", "data:text", "vbscript:")


class Inline(HTMLParser):
    """Collects scripts, styles and handlers that stand in a page, and tags that are none of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        told = {name: value or "" for name, value in attrs}
        own = told.get("src", "").startswith("/static/")
        if (tag == "script" and not own) or tag in ("style", "iframe", "object", "embed", "base", "x"):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in told if name == "style" or name.startswith("on")]
        addresses = (told.get(name, "") for name in ("href", "src", "action", "formaction"))
        self.found += [f"{tag} {one[:20]}" for one in addresses if one.strip().lower().startswith(RUNS)]
        if tag == "img" and not (told.get("src", "").startswith(("/", "data:image/"))):
            self.found.append(f"img {told.get('src')}")


def inline(page: str) -> list[str]:
    """What stands in a page that should not."""
    reader = Inline()
    reader.feed(page)
    return reader.found
