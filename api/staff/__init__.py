"""The staff console: the door, the look-up, both queues, accounts; every page says whom it is for."""

from __future__ import annotations

from fastapi import APIRouter

from api.staff import case_pages, door, inbox, look_up, people

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for part in (door, look_up, inbox, people, case_pages):
    router.include_router(part.router)
