"""Files to take away: with a Chinese name, and no copy stays with the browser."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


def download(content: bytes | str, name: str, *, opened: bool = False) -> Response:
    """A file of the kind that its name ends in, saved; or `opened` where the browser can show it."""
    disposition = "inline" if opened else "attachment"
    headers = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)
