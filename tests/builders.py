"""What tests build: small fictional knowledge (示例市 and its 示例县, filled in by hand) and an encoder of a city's own."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant.checklist.profile import Profile
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge
from assistant.settings import SHIPPED_ENCODER

PREFECTURE, COUNTY = "shilishi", "shilixian"
REGISTRAR = "shijianju"
TOPICS = {
    "qiye-zhuxiao-dengji": "企业注销登记",
    "gongsi-zhuxiao-dengji": "公司注销登记",
    "fengongsi-zhuxiao-dengji": "分公司注销登记",
    "geti-zhuxiao-dengji": "个体工商户注销登记",
    "jianyi-zhuxiao": "简易注销登记",
    "qingsuan-gonggao": "清算组备案与债权人公告",
    "shuiwu-zhuxiao": "税务注销",
    "haiguan-beian-zhuxiao": "海关报关单位备案注销",
    "shebao-zhuxiao": "注销社会保险登记",
    "yinhang-zhanghu-zhuxiao": "银行账户注销",
    "yinzhang-zhuxiao": "企业印章注销",
}
WITH_THE_REGISTRAR = {i for i in TOPICS if i.endswith("dengji")} | {"jianyi-zhuxiao", "qingsuan-gonggao"}
ORDER = {
    "haiguan-beian-zhuxiao": ("shuiwu-zhuxiao",),
    "qiye-zhuxiao-dengji": ("shuiwu-zhuxiao", "qingsuan-gonggao"),
    "shebao-zhuxiao": ("qiye-zhuxiao-dengji",),
    "yinhang-zhanghu-zhuxiao": ("qiye-zhuxiao-dengji",),
    "yinzhang-zhuxiao": ("qiye-zhuxiao-dengji", "yinhang-zhanghu-zhuxiao"),
}
LIQUIDATING = ("gongsi",)


def an_item(item_id: str, name: str | None = None, **facts: Any) -> m.LicenceItem:
    """A licence item of the food department unless told otherwise."""
    shown = name or f"{item_id}许可证"
    return m.LicenceItem(
        **{"id": item_id, "name": shown, "department": REGISTRAR, "certificate": shown, "listed_literally": True}
        | facts
    )


def a_material(name: str | None = None, **facts: Any) -> m.Material:
    """A material with its own name, or (`shared="shenfenzheng"`) one that many guides ask for."""
    return m.Material(**({"name": name, "form": "原件"} if name else {}) | facts)


def a_guide(name: str, *materials: m.Material, **facts: Any) -> m.Guide:
    """A published guide with its materials and one step."""
    steps = (m.Step(text="把材料交到窗口。"),)
    return m.Guide(**{"name": name, "summary": f"{name}怎么办。", "materials": materials, "steps": steps} | facts)


def a_procedure(procedure_id: str, needs: Mapping[str, Iterable[str]]) -> m.Procedure:
    """A procedure in which each guide waits for others."""
    steps = tuple(m.ProcedureStep(guide=guide, phase="办理", needs=tuple(before)) for guide, before in needs.items())
    return m.Procedure(id=procedure_id, name=procedure_id, steps=steps)


def a_profile(*licences: str, **facts: Any) -> Profile:
    """A 个体工商户 of 示例县 that keeps its business licence, unless told otherwise."""
    told: dict[str, Any] = {"enterprise_type": "geti", "place": COUNTY, "whole_or_licence_only": "licence_only"}
    return Profile.model_validate({**told, "licences": licences, "no_other_licences": True, **facts})


def a_company_closing(*licences: str, **facts: Any) -> Profile:
    """A company that closes for good and has told everything: no debts, no accounts, no branches."""
    nothing = dict.fromkeys(("bank_account", "seal", "social_insurance", "customs", "debts", "branches"), False)
    told = {"enterprise_type": "gongsi", "whole_or_licence_only": "whole", "proxy": "proxy", **nothing}
    return a_profile(*licences, **{**told, **facts})


def a_knowledge(
    *items: m.LicenceItem,
    guides: Mapping[str, m.Guide] | None = None,
    shared: Iterable[m.SharedMaterial] = (),
    rules: Iterable[m.LocalRule] = (),
    licence_order: Mapping[str, Iterable[str]] | None = None,
    **shelves: Any,
) -> Knowledge:
    """示例市 with these items (食品 and 烟草 where none is given), the topics of closing for good, and two windows."""
    held = items or (
        an_item("shipin", "食品经营许可证"),
        an_item("yancao", "烟草专卖零售许可证", department="yancaoju", hotline="12313"),
    )
    named = {item.id: item.name for item in held} | TOPICS
    written = {guide_id: a_guide(name) for guide_id, name in named.items()} | dict(guides or {})
    procedures = {"qiye-zhuxiao": a_procedure("qiye-zhuxiao", ORDER)}
    if licence_order:
        procedures["xuke-shunxu"] = a_procedure("xuke-shunxu", licence_order)
    whole: dict[str, Any] = {
        "digest": "0" * 64,
        "sources": {},
        "materials": {material.id: material for material in shared},
        "departments": {d.id: d for d in _departments()},
        "regions": {r.id: r for r in _regions()},
        "windows": {w.id: w for w in _windows()},
        "items": {item.id: item for item in held},
        "topics": {i: m.Topic(id=i, name=n, department=_department(i)) for i, n in TOPICS.items()},
        "guides": written,
        "groups": {},
        "acts": {},
        "unlisted": {},
        "redirects": {},
        "industries": {"shangdian": m.Industry(id="shangdian", name="食杂店")},
        "enterprise_types": {kind.id: kind for kind in _kinds()},
        "procedures": procedures,
        "situations": {situation.id: situation for situation in _situations()},
        "general": _general(),
        "local_rules": {(rule.region, rule.item): rule for rule in rules},
    }
    return Knowledge(**{**whole, **shelves})


def _department(topic: str) -> str | None:
    return REGISTRAR if topic in WITH_THE_REGISTRAR else None


def _departments() -> tuple[m.Department, ...]:
    return (
        m.Department(id=REGISTRAR, name="示例市市监局", hotline="12315", item_count=1),
        m.Department(id="yancaoju", name="示例市烟草专卖局", hotline="12313", item_count=1),
        m.Department(id="gonganju", name="示例市公安局", hotline="12345", item_count=0),
    )


def _regions() -> tuple[m.Region, ...]:
    return (
        m.Region(id=PREFECTURE, name="示例市", level="地区", demo=True),
        m.Region(id=COUNTY, name="示例县", level="县", parent=PREFECTURE, demo=True),
        m.Region(id="zhenxian", name="真县", level="县"),
    )


def _windows() -> tuple[m.ServiceWindow, ...]:
    return (
        m.ServiceWindow(id="zhuanchuang", name="示例县代办服务专窗", region=COUNTY, department=REGISTRAR, proxy=True),
        m.ServiceWindow(
            id="yancao",
            name="示例市烟草专卖局窗口",
            region=PREFECTURE,
            department="yancaoju",
            address="示例市演示大街1号",
            hours="周一到周五",
            phone="000-0000-0001",
            sources=("演示数据",),
            state=m.State.CONFIRMED,
        ),
    )


def _kinds() -> tuple[m.EnterpriseType, ...]:
    return (
        m.EnterpriseType(id="geti", name="个体工商户", registry="geti-zhuxiao-dengji", liquidation=False, simple=True),
        m.EnterpriseType(
            id="gongsi",
            name="公司",
            registry="gongsi-zhuxiao-dengji",
            liquidation=True,
            simple=True,
            simple_notice_days=20,
            claim_days=45,
        ),
        m.EnterpriseType(id="fen-gongsi", name="分公司", registry="fengongsi-zhuxiao-dengji", liquidation=False),
        m.EnterpriseType(id="waiguo-qiye", name="外国企业", registry="qiye-zhuxiao-dengji"),
        m.EnterpriseType(id="minfei", name="民办非企业单位", registry=None, liquidation=True, note="在民政部门注销。"),
        m.EnterpriseType(id="ziran-ren", name="个人持证", registry=None, liquidation=False),
    )


def _situations() -> tuple[m.Situation, ...]:
    asked = ("bank_account", "seal", "social_insurance", "customs", "debts", "branches", "abnormal_list")
    return tuple(
        m.Situation(
            id=i, name=i, question=f"{i}？", why="会改变清单。", yes=("有",), no=("没有",), asked_of=LIQUIDATING
        )
        for i in asked
    )


def _general() -> m.General:
    fee = (m.Fact(text="不收费。", sources=("行政许可法 第五十八条",), state=m.State.SOURCED),)
    empty: dict[str, Any] = dict.fromkeys(m.General.model_fields, ())
    return m.General(**{**empty, "fee": fee})


def brought_encoder(folder: Path) -> Path:
    """An encoder that a city brings, in a new folder: the shipped one with one more character in a file."""
    shutil.copytree(SHIPPED_ENCODER, folder)
    tokenizer = folder / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes() + b"\n")
    described = json.loads((folder / "encoder.json").read_text("utf-8"))
    described["files"]["tokenizer.json"] = hashlib.sha256(tokenizer.read_bytes()).hexdigest()
    (folder / "encoder.json").write_text(json.dumps(described | {"name": folder.name}), "utf-8")
    return folder
