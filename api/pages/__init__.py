"""The pages people see: the conversation, the guides, the form, checklists with their forms, reports, kind errors."""

from __future__ import annotations

from fastapi import APIRouter

from api.html import STATIC
from api.pages import chat, checklists, codes, form, forms, guides, handover, message, privacy, progress, wrong
from api.pages.errors import register_errors

__all__ = ["STATIC", "register_errors", "router"]

router = APIRouter(include_in_schema=False)
for part in (chat, handover, message, guides, form, codes, progress, privacy, wrong, forms, checklists):
    router.include_router(part.router)
