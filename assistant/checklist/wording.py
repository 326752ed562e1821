"""The fixed phrases of a checklist: plain, kind Chinese; facts come from the knowledge."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import phrases
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

ANY_PROXY_WINDOW = "县（市、区）市场监管局登记注册窗口（代办服务专窗）"
# Doors of the joint items that are not with the registrar; they exist everywhere, their addresses are data.
DOORS = {
    "shuiwu-zhuxiao": "主管税务局的办税服务厅",
    "haiguan-beian-zhuxiao": "当初备案的海关",
    "shebao-zhuxiao": "参保地的社保经办窗口",
    "yinhang-zhanghu-zhuxiao": "开户的那家银行网点",
    "yinzhang-zhuxiao": "当地公安机关管印章的窗口",
}

# ---- phases ----------------------------------------------------------------------------------------------------
FIRST, LICENCES, TAX, NOTICE, REGISTRY, AFTERWARDS = range(6)
PHASES = (
    "先批准、先停下来的",
    "退许可证",
    "税务和海关",
    "公示和清算公告",
    "注销登记（销营业执照）",
    "销完执照以后",
)
PHASE_NOTES = {
    FIRST: "这几件要先办妥，后面的才能往下走。",
    LICENCES: "几件可以同时办，谁先谁后都行。",
    NOTICE: "公示、公告要等日子。可以早点发，等的时候办上面几件。",
    AFTERWARDS: "执照销完，再办这几件。",
}
ONE_AFTER_ANOTHER = "写着要等别的先办的，等它办完；其余的可以同时办。"
LICENCES_BEFORE_REGISTRY = "几件可以同时办。建议先退证再销执照，也可以在登记窗口一起交。"

# ---- what the proxy window does --------------------------------------------------------------------------------
TIER_UNKNOWN = "可先交代办服务专窗，由窗口告知当场办还是代交。"
TIER_NOTES = {
    m.ProxyTier.DIRECT: "代办服务专窗当场就能办。",
    m.ProxyTier.PROXY: "材料交给代办服务专窗，窗口替您转交发证部门，办好了通知您。",
    m.ProxyTier.GUIDED: "这件要您自己去办。去哪、带什么，代办服务专窗会告诉您。",
}
OUTSIDE_NOTE = "这件不在代办服务专窗办，去上面写的地方。能不能跟执照一起办，可以先问专窗。"
REGISTRY_NOTE = "代办服务专窗就在登记窗口，退证和销执照可以一块儿交。"


def self_note(hotline: str) -> str:
    """For people who go themselves."""
    return f"您想自己办，也行：先看证上盖的是哪级的章，打 {hotline} 问清去哪个窗口，再跑。拿不准就到代办服务专窗问。"


# ---- materials -------------------------------------------------------------------------------------------------
ALREADY_HELD = "窗口能从共享材料里取，不用再交。"
ELECTRONIC = "可出示电子证照，不用带复印件；没领电子证照的照常带。"
PROMISE = "可以写承诺书代替。"
DEFERRABLE = "暂时拿不出的，可以先受理、后补交（容缺）。"
LICENCE_FEE = "不收费"
LICENCE_FEE_SOURCE = "行政许可法 第五十八条"
FEE_UNKNOWN = "没查到收费项目，去之前问一下。"


# ---- summary and why -------------------------------------------------------------------------------------------
_BESIDE_THE_NAME = re.compile(r"^中华人民共和国|核发$|（地方事项）$|（注销）$")
_ONE_CERTIFICATE = re.compile(r"[^、/]*证[书件]?(（[^）]*）)?")
_KINDS = {"ziran-ren": "个人"}  # how people of a type are addressed, where its name will not do


_OPENED = tuple("店馆厂场所站吧院园校坊行室社市司房浴点库车山圃区墓队桌堂头屋铺摊厅")  # one opens a 店, and does 货运
WISHES = {"whole": "执照一起销", "licence_only": "只退证，执照留着", "proxy": "窗口代办", "self": "自己去办"}


def addressed(kind: m.EnterpriseType) -> str:
    """What people are: 个体工商户, 公司 …"""
    return _KINDS.get(kind.id, kind.name)


def held(knowledge: Knowledge, item_id: str) -> str:
    """What people hold, in words that tell it from other licences: 食品经营许可证, not 食品经营许可."""
    item = knowledge.items.get(item_id)
    if item is None:
        return knowledge.name_of(item_id)
    name = _BESIDE_THE_NAME.sub("", item.name)
    paper = item.certificate or ""
    if "证" in name:
        return name
    if _ONE_CERTIFICATE.fullmatch(paper):
        alone = all(other.certificate != paper for other in knowledge.items.values() if other.id != item_id)
        return paper if alone else f"{name}证" if name.endswith("许可") else f"{paper}（{name}）"
    return f"{name}证" if name.endswith("许可") else name


def fact(knowledge: Knowledge, key: str, value: object) -> str:
    """One fact of a profile as people say it."""
    named: dict[str, m.Region | m.Industry | m.EnterpriseType] = {
        "enterprise_type": knowledge.enterprise_types,
        "place": knowledge.regions,
        "industry": knowledge.industries,
    }.get(key, {})  # type: ignore[assignment]
    if value in named:
        return named[str(value)].name
    if key in knowledge.situations:
        return f"{knowledge.situations[key].name}：{phrases.YES if value else phrases.NO}"
    return WISHES.get(str(value), str(value))


def why_held(knowledge: Knowledge, item_id: str) -> str:
    """Why a licence is on the list."""
    name = held(knowledge, item_id)
    return f"您说手里有{name}。" if "证" in name else f"您说办过{name}。"


def why_presumed(knowledge: Knowledge, item_id: str) -> str:
    """Why a licence is on the list though nobody could say that it is held."""
    return f"您说不准有哪些证，这一行一般都得有{held(knowledge, item_id)}，先列上；没有就说没有。"


def listed(names: Sequence[str]) -> str:
    """甲、乙和丙."""
    return names[0] if len(names) == 1 else f"{'、'.join(names[:-1])}和{names[-1]}" if names else ""


SITUATION_YES = {
    "bank_account": "您说有对公账户。",
    "seal": "您说刻过公章。",
    "social_insurance": "您说给员工上过社保。",
    "customs": "您说做过进出口、在海关备过案。",
}
SITUATION_NO = {
    "bank_account": "您说没有对公账户。",
    "seal": "您说没有公章。",
    "social_insurance": "您说没给员工上过社保。",
    "customs": "您说没做过进出口，没在海关备过案。",
}
WHY_REGISTRY = "您说执照一起销，所以要办。"
WHY_TAX = "您说执照一起销；销执照以前，先把税清了。"
WHY_BRANCHES = "您说有分支机构，要先把它们注销，总的才能销。"
WHY_NOT_REGISTRY = "您说执照留着，只退证。"
WHY_NOT_DENIED = "您说没有这个证、早就退了，或者要留着。"
WHY_NOT_NOTICE_SIMPLE = "走简易注销的，不用成立清算组，也不用发债权人公告。"


def no_liquidation(kind: m.EnterpriseType) -> str:
    """Why this type of enterprise needs no liquidation."""
    if "分" in kind.name:
        return f"{kind.name}不单独清算，由上面的单位决定。"
    return f"{kind.name}不用成立清算组，也不用发债权人公告。"


# ---- the simple path -------------------------------------------------------------------------------------------
SIMPLE_YES = "您说账都清了、不欠债，照这样可以走简易注销。"
SIMPLE_CHECKS = (
    "走简易注销以前再核一遍：税款、工资、社保费都结清；不在经营异常名录和严重违法失信名单；股权没被冻结、出质，"
    "财产没抵押，对外没投资；没有官司、没被立案调查；罚款都交了；全体投资人都肯签承诺书。有一条不符，就走一般程序。"
)
SIMPLE_PROMISE = "承诺书要写实。写得不实，注销以前的债，投资人要担责任。"
OWN_SIMPLE = "{kind}可以走简易注销，不用公示：登记机关推送给税务等部门，10日内没人提异议就能销。"
OWN_NOT_SIMPLE = "{kind}走简易注销，要不欠债、不在经营异常名录、也没有须先批准的证。有一样不符，先办妥，再问登记窗口。"
BLOCKED_DEBTS = "您说还有债没清"
BLOCKED_ABNORMAL = "您说在经营异常名录里（先移出，以后还可以再走简易）"
BLOCKED_TYPE = "{kind}不能走简易注销"
BLOCKED_APPROVAL = "您有{names}，注销要先经批准"
GENERAL = "{because}，所以走一般程序：先清算、发公告。"
SIMPLE_OPEN = "没有债、都结清的，可以走简易注销，公示{days}日；还有债的，要先成立清算组、发债权人公告，等{claim}。"

# ---- notes -----------------------------------------------------------------------------------------------------
DEMO = "这是演示数据：地区、电话、地址都是编的，不能照着去办。"
CALL_FIRST = "标着“待核”的（地址、电话、时间、办几天）还没核实，去之前先打表上的热线问一声。"
ONE_WINDOW = "退证和销执照，可以在登记窗口的代办服务专窗一起交，也可以自己一件件单独去办，都是自愿的。"
WAGES_FIRST = "销执照以前，先把员工工资、经济补偿、欠的社保费结清。"
PAUSE = "要是只想先停一停、以后还干，不用注销：营业执照可以办歇业，许可证另问发证部门。"
DEBTS = "钱不够还债的，不走普通注销，要向法院申请破产。"
ABNORMAL = "先到市场监管局移出经营异常名录，再看能不能走简易注销。"
BANK_LAST = "退税、保证金到账以后再销银行账户，别销早了。"
SEAL_LAST = "公章留到最后交，前面的材料都要盖章。"
LOST = "证找不着了，一般不用先补证，写一份遗失说明；带不带别的先问窗口。"
NOTICE_EARLY = "公示、公告要等满日子才能销执照，可以先发，等的时候退证、清税。"
ELSEWHERE = "{kind}不在市场监管局登记，这张单子里没有销执照这一步。"
ELSEWHERE_DONE = {"minfei": "到发登记证书的民政部门注销。", "shiye-danwei": "到事业单位登记管理机关（编办）注销。"}
APPROVAL_FIRST = "{names}要先经发证部门批准，批了再销执照。"
TYPE_OPEN = "您这类主体要不要清算、能不能走简易，还没核到，先打 12315 问登记窗口。"

# ---- questions that stay open ----------------------------------------------------------------------------------
OPEN = {
    "which_licence": ("手里的是哪一张证？", "没定下来的证先没列进来，说清了再补上。"),
    "enterprise_type": ("您是个体工商户、公司，还是别的？", "销执照的办法和要带的材料，各种主体不一样。"),
    "place": ("店开在哪个县（市、区）？", "知道在哪，才能给您具体的窗口。"),
    "industry": ("做的是什么生意？", "说了行当，好提醒您还可能有哪些证。"),
    "licences": ("手里有哪些证？", "还没说有哪些证，退证这部分是空的。"),
    "other_licences": ("还有没有别的证要退？", "有的话，一起加进来，材料不用交两遍。"),
    "whole_or_licence_only": ("营业执照要不要一起销？", "执照也销的话，还要办{more}。"),
    "proxy": ("想让窗口代办，还是自己去办？", "代办的，一般只跑代办服务专窗；自己办的，要去各发证部门。"),
    "debts": ("还有没有没还清的债？", SIMPLE_OPEN),
}
SITUATION_OPEN = "有的话，要加办{guide}；没有就不用管。"


def summary(
    knowledge: Knowledge,
    *,
    kind: str | None,
    place: str | None,
    trade: str | None,
    licences: Sequence[str],
    unlisted: Sequence[str],
    scope: str | None,
) -> str:
    """您是个体工商户，在塔河县开食杂店，要退…，执照一起销。 Whatever is unknown is left out."""
    parts = [f"您是{kind}"] if kind else []
    if place or trade:
        does = f"{'开' if trade.endswith(_OPENED) else '做'}{trade}" if trade else ""
        where = f"在{place}" if place else ""
        parts.append(f"{where}{does}")
    if names := [held(knowledge, i) for i in licences]:
        parts.append(f"要退{listed(names)}")
    elif unlisted:
        parts.append(f"问到了{listed(unlisted)}")
    if scope == "whole":
        parts.append("执照一起销" if names else "要销营业执照")
    elif scope == "licence_only":
        parts.append("执照留着")
    if not parts:
        return "您还没说有哪些证、在哪里，这张单子先空着。"
    first, *rest = parts
    return "，".join([first if first.startswith("您") else f"您{first}", *rest]) + "。"
