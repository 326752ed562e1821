"""Profile (办理情形): what an enterprise has told us, and which questions still change its checklist."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assistant.errors import NotFound
from assistant.knowledge.whole import Knowledge

Scope = Literal["whole", "licence_only"]
Way = Literal["proxy", "self"]

# In the order in which they are asked.
QUESTIONS = (
    "which_licence",
    "enterprise_type",
    "place",
    "industry",
    "licences",
    "other_licences",
    "whole_or_licence_only",
    "bank_account",
    "seal",
    "social_insurance",
    "customs",
    "debts",
    "branches",
    "proxy",
)
SITUATIONS = ("bank_account", "seal", "social_insurance", "customs", "debts", "branches", "staff", "abnormal_list")
# Never asked, but they count when told: what else bars the simple path, and an owner who cannot come any more.
BARS = ("revoked", "frozen", "disputes", "fines")
TOLD_ONLY = (*BARS, "owner_deceased", "missing_shareholder")

# Situations that one question asks for together; those that are never asked by themselves stand last.
TOGETHER = (
    ("bank_account", "seal", "social_insurance", "customs"),
    ("debts", "branches", "abnormal_list", "staff"),
)

# What the branches of an enterprise are registered as, by its own type.
BRANCH_OF = {
    "gongsi": "fen-gongsi",
    "guoqi": "fen-gongsi",
    "fei-gongsi-faren": "fei-gongsi-faren-fenzhi",
    "hehuo": "hehuo-fenzhi",
    "geren-duzi": "geren-duzi-fenzhi",
    "hezuoshe": "hezuoshe-fenzhi",
}

_SCOPES = {
    "连执照一起销": "whole",
    "一起销": "whole",
    "全部": "whole",
    "只销证": "licence_only",
    "执照留着": "licence_only",
}
_WAYS = {"代办": "proxy", "自己办": "self", "自办": "self"}
_YES_NO = {"有": True, "是": True, "没有": False, "无": False, "否": False}


def _yes_no(value: Any) -> Any:
    return _YES_NO.get(value, value) if isinstance(value, str) else value


Chosen = Annotated[Way, BeforeValidator(lambda v: _WAYS.get(v, v) if isinstance(v, str) else v)]
YesNo = Annotated[bool | None, BeforeValidator(_yes_no)]


class Profile(BaseModel):
    """Facts by the key under which they are asked; None is "not told", `open` is "asked, not answered"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enterprise_type: str | None = None  # EnterpriseType id
    place: str | None = None  # Region id
    industry: str | None = None  # Industry id, or the words used where it is none of ours
    licences: tuple[str, ...] | None = None  # LicenceItem ids, in the order told; () is "none at all"
    no_other_licences: bool = False
    denied: tuple[str, ...] = ()  # LicenceItem ids that are not held, already cancelled or kept
    unlisted: tuple[str, ...] = ()  # Unlisted ids that were named
    unsure_between: tuple[str, ...] = ()  # LicenceItem ids of which one is meant: `which_licence` is open
    whole_or_licence_only: Annotated[Scope | None, BeforeValidator(lambda v: _SCOPES.get(v, v))] = None
    proxy: Chosen | None = None  # for everything that was not chosen by itself
    proxy_by_entry: dict[str, Chosen] = Field({}, description="guide id → who goes for this one")
    bank_account: YesNo = None
    seal: YesNo = None
    social_insurance: YesNo = None
    customs: YesNo = None
    debts: YesNo = None
    branches: YesNo = None
    staff: YesNo = None
    abnormal_list: YesNo = None
    revoked: YesNo = None  # 被吊销、责令关闭、撤销
    frozen: YesNo = None  # 股权冻结、出质，财产抵押，对外有投资
    disputes: YesNo = None  # 被立案调查、采取强制措施，诉讼、仲裁没完
    fines: YesNo = None  # 罚没还没执行完
    owner_deceased: YesNo = None
    missing_shareholder: YesNo = None  # 股东找不着、不配合，签不齐字
    open: tuple[str, ...] = Field((), description="questions answered with 不知道 or 不想说, and not asked again")
    put_off: tuple[str, ...] = ()  # questions that were passed over: they come after the others, once more
    presumed: tuple[str, ...] = ()  # LicenceItem ids among `licences` that the trade must have, where nobody could say
    hurried: bool = False  # 别问那么多: only what is told counts, nothing more is asked

    def way_of(self, guide_id: str) -> Way | None:
        """Who goes for one entry: as chosen for it, else as chosen altogether."""
        return self.proxy_by_entry.get(guide_id, self.proxy)

    def with_(self, **changes: Any) -> Profile:
        """A copy with some facts changed."""
        return Profile.model_validate({**self.model_dump(), **changes})

    def holding(self, *licences: str) -> Profile:
        """A copy that also holds these licences (a licence denied before is held again)."""
        held = (*(self.licences or ()), *(i for i in licences if i not in (self.licences or ())))
        denied, presumed = (tuple(i for i in ids if i not in licences) for ids in (self.denied, self.presumed))
        return self.with_(licences=held, denied=denied, presumed=presumed)

    def without(self, *licences: str) -> Profile:
        """A copy in which these licences are not held."""
        held = None if self.licences is None else tuple(i for i in self.licences if i not in licences)
        presumed = tuple(i for i in self.presumed if i not in licences)
        return self.with_(licences=held, denied=tuple(dict.fromkeys((*self.denied, *licences))), presumed=presumed)

    def presuming(self, *licences: str) -> Profile:
        """A copy that holds what the trade must have: which licences there are stays open, and nothing more is asked."""
        fresh = tuple(i for i in licences if i not in self.denied)
        if not fresh or self.licences is not None:
            return self
        return self.with_(licences=fresh, presumed=fresh, no_other_licences=True)

    def leaving_open(self, *keys: str) -> Profile:
        """A copy in which these questions are not asked again."""
        return self.with_(open=tuple(dict.fromkeys((*self.open, *keys))))

    @property
    def empty(self) -> bool:
        """Whether nothing at all was told."""
        return self == Profile()


def resolved(knowledge: Knowledge, facts: dict[str, Any]) -> Profile:
    """A Profile from JSON in which names may stand for ids; NotFound with a Chinese sentence for unknown ones."""
    known = dict(facts)
    kinds = {name: k.id for k in knowledge.enterprise_types.values() for name in (k.id, k.name, *k.aliases)}
    places = {name: r.id for r in knowledge.regions.values() for name in (r.id, r.name, *r.aliases)}
    trades = {name: i.id for i in knowledge.industries.values() for name in (i.id, i.name, *i.aliases)}
    items = _called(knowledge) | {i: i for i in knowledge.items} | knowledge.old_ids
    for key, shelf, called in (("enterprise_type", kinds, "企业类型"), ("place", places, "地区")):
        value = known.get(key)
        if value is not None:
            if value not in shelf:
                raise NotFound(f"没有“{value}”这个{called}，请从给出的选项里挑一个")
            known[key] = shelf[value]
    if known.get("industry") is not None:
        known["industry"] = trades.get(known["industry"], known["industry"])
    if known.get("licences") is not None:
        unknown = [name for name in known["licences"] if name not in items]
        if unknown:
            raise NotFound(f"清单上没有“{'、'.join(map(str, unknown))}”，请到“办事指南”里查它的名称")
        known["licences"] = tuple(dict.fromkeys(items[name] for name in known["licences"]))
    if isinstance(known.get("proxy_by_entry"), dict):
        known["proxy_by_entry"] = _by_id(knowledge, known["proxy_by_entry"], items)
    return Profile.model_validate(known)


def _called(knowledge: Knowledge) -> dict[str, str]:
    """Licences by name, and by what stands on the certificate where it stands on that one only."""
    printed = [item.certificate for item in knowledge.items.values()]
    certificates = {
        c: item.id for item in knowledge.items.values() if (c := item.certificate) and printed.count(c) == 1
    }
    return certificates | {item.name: item.id for item in knowledge.items.values()}


def _by_id(knowledge: Knowledge, chosen: dict[str, Any], items: dict[str, str]) -> dict[str, Any]:
    """Choices for single entries by guide id."""
    entries = {topic.name: topic.id for topic in knowledge.topics.values()} | {i: i for i in knowledge.topics} | items
    unknown = [name for name in chosen if name not in entries]
    if unknown:
        raise NotFound(f"没有“{'、'.join(unknown)}”这件事，请到“办事指南”里查它的名称")
    return {entries[name]: way for name, way in chosen.items()}


def open_questions(knowledge: Knowledge, profile: Profile) -> tuple[str, ...]:
    """The questions whose answer would still change the checklist, in asking order."""
    if profile.hurried:
        return ()
    order = sorted(QUESTIONS, key=lambda key: key in profile.put_off)
    return tuple(key for key in order if key not in profile.open and _matters(knowledge, profile, key))


def asked_together(knowledge: Knowledge, profile: Profile, key: str) -> tuple[str, ...]:
    """What one question asks for: its fact, and the situations that go with it and of which nothing was told yet."""
    group = next((group for group in TOGETHER if key in group), ())
    asked_of = {k: knowledge.situations[k].asked_of for k in group if k in knowledge.situations and k != key}
    known = (k for k, kinds in asked_of.items() if profile.enterprise_type in kinds)
    return (key, *(k for k in known if getattr(profile, k) is None and k not in profile.open))


def _matters(knowledge: Knowledge, profile: Profile, key: str) -> bool:
    """Whether this question is unanswered and its answer changes something for this profile."""
    kind = knowledge.enterprise_types.get(profile.enterprise_type or "")
    match key:
        case "which_licence":
            return bool(profile.unsure_between)
        case "enterprise_type" | "place" | "proxy":
            return getattr(profile, key) is None
        case "industry":
            return profile.industry is None and not profile.licences
        case "licences":
            if profile.licences is None:
                return not profile.unsure_between and not profile.unlisted
            return not set(profile.presumed).isdisjoint(profile.licences)
        case "other_licences":
            return bool(profile.licences or profile.unlisted) and not profile.no_other_licences
        case "whole_or_licence_only":
            if profile.whole_or_licence_only is not None:
                return False
            return kind is None or kind.registry is not None
        case _:
            if getattr(profile, key) is not None or profile.whole_or_licence_only != "whole" or kind is None:
                return False
            situation = knowledge.situations.get(key)
            return situation is not None and kind.id in situation.asked_of
