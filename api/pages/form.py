"""The form: all questions on one page, a checklist in return; no conversation needed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from api.deps import Parts, Service
from api.pages.html import page
from assistant.checklist.profile import SITUATIONS, Profile, resolved
from assistant.errors import NotFound
from assistant.text import cleaned

router = APIRouter()

COMMON_TYPES = ("geti", "gongsi", "hezuoshe", "geren-duzi", "fen-gongsi", "ziran-ren")


RARE = {  # what is never asked in the conversation and counts when it is told
    "revoked": "执照有没有被吊销、责令关闭、撤销？",
    "frozen": "有没有股权冻结、出质，财产抵押，或者对外投资？",
    "disputes": "有没有被立案调查，有没有官司、仲裁没完？",
    "fines": "有没有罚款、没收还没执行完？",
    "owner_deceased": "经营者、投资人去世的，选“有”",
    "missing_shareholder": "有没有联系不上、不肯配合的股东？",
}


class Filled(BaseModel):
    """The form as it was filled in; everything may be left empty."""

    model_config = ConfigDict(extra="ignore")

    enterprise_type: str = ""
    place: str = ""
    industry: str = ""
    licences: list[str] = []
    whole_or_licence_only: str = ""
    proxy: str = ""
    suggest: str = ""  # pressed: show what this trade usually holds
    bank_account: str = ""
    seal: str = ""
    social_insurance: str = ""
    customs: str = ""
    debts: str = ""
    branches: str = ""
    staff: str = ""
    abnormal_list: str = ""
    revoked: str = ""
    frozen: str = ""
    disputes: str = ""
    fines: str = ""
    owner_deceased: str = ""
    missing_shareholder: str = ""

    def facts(self) -> dict[str, Any]:
        """What was answered, by the keys of a Profile."""
        told: dict[str, Any] = {
            key: cleaned(value)
            for key in ("enterprise_type", "place", "industry", "whole_or_licence_only", "proxy", *SITUATIONS, *RARE)
            if (value := getattr(self, key))
        }
        if self.licences:
            told |= {"licences": self.licences, "no_other_licences": True}
        return told


@router.get("/form")
def empty(request: Request, parts: Parts, licence: str = "") -> HTMLResponse:
    """The empty form, or one in which the licence of a guide is ticked."""
    return _form(request, parts, Filled(licences=[licence] if licence in parts.knowledge.items else []))


@router.post("/form")
def issue(request: Request, parts: Parts, filled: Annotated[Filled, Form()]) -> Response:
    """A checklist for what was filled in; the form again, with a sentence, where it does not do."""
    if filled.suggest:
        return _form(request, parts, filled)
    try:
        profile = resolved(parts.knowledge, filled.facts())
    except NotFound as error:
        return _form(request, parts, filled, wrong=str(error))
    except ValidationError:
        return _form(request, parts, filled, wrong="有一处选得不对，请从给出的选项里挑。")
    if profile == Profile():
        return _form(request, parts, filled, wrong="还一项都没填。至少告诉我一样：手里有什么证，或者做的什么生意。")
    token, _ = parts.checklists.issue(profile)
    return RedirectResponse(f"/c/{token}", status_code=303)


def _form(request: Request, parts: Service, filled: Filled, wrong: str = "") -> HTMLResponse:
    knowledge = parts.knowledge
    kinds = list(knowledge.enterprise_types.values())
    return page(
        request,
        "form.html",
        status=422 if wrong else 200,
        kept=False,
        knowledge=knowledge,
        filled=filled,
        wrong=wrong,
        kinds=[kind for kind in kinds if kind.id in COMMON_TYPES],
        rare_kinds=[kind for kind in kinds if kind.id not in COMMON_TYPES],
        places=knowledge.counties(demo=True),
        usual=_usual(parts, filled.industry),
        rare=RARE,
        told=[key for key in RARE if getattr(filled, key)],
        situations=[knowledge.situations[key] for key in SITUATIONS if key in knowledge.situations],
    )


def _usual(parts: Service, trade: str) -> list[str]:
    """The licences that a trade usually holds."""
    said = cleaned(trade)
    for industry in parts.knowledge.industries.values():
        if said in (industry.id, industry.name, *industry.aliases):
            return list(
                dict.fromkeys(i for i in (*industry.must_have, *industry.may_have) if i in parts.knowledge.items)
            )
    return []
