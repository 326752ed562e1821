"""All pages of cases; papers come first, as their addresses end in .pdf where others go on."""

from __future__ import annotations

from fastapi import APIRouter

from api.staff import cases, departments, files, intake, notices, papers, queue, report, voices

router = APIRouter(include_in_schema=False)
for part in (papers, queue, cases, notices, intake, departments, voices, files, report):
    router.include_router(part.router)
