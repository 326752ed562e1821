"""The forms of a checklist: filled in once, downloaded as Word files; what is typed in goes into the file and nowhere else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Parts, Service
from api.files import download
from api.pages.desk import Lists
from api.pages.html import page, short
from assistant.checklist.model import Checklist
from assistant.errors import NotFound
from assistant.forms.fill import FOLDER, filled
from assistant.forms.offered import offered
from assistant.forms.words import TYPED, words

router = APIRouter()

LONGEST = 80


class Typed(BaseModel):
    """What a person typed in, by the names that the templates use; everything may be left empty."""

    model_config = ConfigDict(extra="ignore")

    form: str = ""
    answers: list[Annotated[str, Field(max_length=LONGEST)]] = []

    @property
    def by_name(self) -> dict[str, str]:
        """The answers by the names of their lines."""
        return dict(zip(TYPED, self.answers, strict=False))


@router.get("/c/{token}/forms")
def show(request: Request, lists: Lists, token: str) -> HTMLResponse:
    """The lines to fill in once, and a button for each form."""
    checklist = lists.get(token)
    return page(
        request,
        "forms.html",
        kept=False,
        token=token,
        forms=offered(checklist),
        typed=TYPED,
        longest=LONGEST,
    )


@router.post("/c/{token}/forms")
def fill(parts: Parts, lists: Lists, token: str, typed: Annotated[Typed, Form()]) -> Response:
    """One form with what was typed in."""
    return _file(parts, lists.get(token), token, typed.form, typed.by_name)


@router.get("/c/{token}/forms/{form}.docx")
def blank(parts: Parts, lists: Lists, token: str, form: str) -> Response:
    """One form with what the checklist knows, and lines to write on."""
    return _file(parts, lists.get(token), token, form, {})


def _file(parts: Service, checklist: Checklist, token: str, form_id: str, typed: dict[str, str]) -> Response:
    form = next((one for one in offered(checklist) if one.id == form_id), None)
    if form is None:
        raise NotFound("这张清单用不着这张表，或者网址抄错了。")
    told = words(parts.knowledge, checklist, short(token), typed)
    content = filled(parts.settings.knowledge / FOLDER, form.id, told)
    return download(content, f"{form.name}（参考）.docx", opened=True)
