"""The editors' desk (编辑台): find, edit with a check at hand, propose, review, publish, take back."""

from __future__ import annotations

from fastapi import APIRouter

from api.editors import annexes, as_of, edit, fact_page, facts, guides, publications, review, unanswered, windows

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for part in (guides, windows, edit, review, publications, as_of, annexes, unanswered, facts, fact_page):
    router.include_router(part.router)
