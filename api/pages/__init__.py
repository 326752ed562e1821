"""The pages people see: the conversation, the public list of guides, the form, the checklists, and kind errors."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import chat, checklists, form, guides, handover, message
from api.pages.errors import register_errors
from api.pages.html import STATIC

__all__ = ["STATIC", "register_errors", "router"]

router = APIRouter(include_in_schema=False)
for part in (chat, handover, message, guides, form, checklists):
    router.include_router(part.router)
