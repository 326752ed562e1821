"""The fixed phrases of a checklist: plain, kind Chinese; facts come from the knowledge."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import phrases
from assistant.checklist.once import once
from assistant.knowledge import model as m
from assistant.knowledge.whole import Knowledge

PROXY_SIGN = "（代办服务专窗）"
ANY_PROXY_WINDOW = f"县（市、区）市场监管局登记注册窗口{PROXY_SIGN}"
PUBLIC_SYSTEM = "国家企业信用信息公示系统（网上）"
POSTED = {  # what is posted there, by which article
    "jianyi-zhuxiao": "市场主体登记管理条例 第三十三条",
    "qingsuan-gonggao": "市场主体登记管理条例 第三十二条",
}
# Doors of the joint items that are not with the registrar; they exist everywhere, their addresses are data.
DOORS = {
    "shuiwu-zhuxiao": "主管税务局的办税服务厅",
    "haiguan-beian-zhuxiao": "当初备案的海关",
    "shebao-zhuxiao": "参保地的社保经办窗口",
    "yinhang-zhanghu-zhuxiao": "开户的那家银行网点",
    "yinzhang-zhuxiao": "当地公安机关管印章的窗口",
}

SIMPLE_SOURCE = "市场主体登记管理条例 第三十三条"
SIMPLE_BARS_SOURCE = "市场主体登记管理条例实施细则 第四十八条"

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
OUTSIDE_NOTE = "这件不在代办服务专窗办，去上面写的地方。"
WITH_THE_REGISTRY = "能不能跟执照一起办，可以先问专窗。"
ONLINE_NOTE = "在网上发，不用跑窗口。不会发的，到登记窗口问。"
REGISTRY_NOTE = "代办服务专窗就在登记窗口，退证和销执照可以一块儿交。"


SELF_KNOWN = "您想自己办，也行：去上面写的地方，先打电话问一声。"


def self_note(hotline: str) -> str:
    """For people who go themselves."""
    return f"您想自己办，也行：先看证上盖的是哪级的章，打 {hotline} 问清去哪个窗口，再跑。拿不准就到代办服务专窗问。"


def own_window(place: str | None, department: str | None) -> str:
    """Where people go themselves while nobody knows which office it is."""
    whose = f"（证上盖谁的章就找谁，归{department}管）" if department else "（证上盖谁的章就找谁）"
    return f"{place or ''}发证部门的窗口{whose}"


# ---- materials -------------------------------------------------------------------------------------------------
ALREADY_HELD = "窗口能从共享材料里取，不用再交。"
ELECTRONIC = "可出示电子证照，不用带复印件；没领电子证照的照常带。"
HEIR = "继承人身份证明"
HEIR_NOTE = "谁来办带谁的，再带死亡证明和亲属关系证明。"
IF_SIMPLE = "走简易的才要，"
PROMISE = "可以写承诺书代替。"
DEFERRABLE = "暂时拿不出的，可以先受理、后补交（容缺）。"
LICENCE_FEE = "不收费"
LICENCE_FEE_SOURCE = "行政许可法 第五十八条"
FEE_UNKNOWN = "没查到收费项目，去之前问一下。"


# ---- summary and why -------------------------------------------------------------------------------------------
_BESIDE_THE_NAME = re.compile(r"^中华人民共和国|核发$|（地方事项）$|（注销）$")
_ONE_CERTIFICATE = re.compile(r"[^、/]*证[书件]?(（[^）]*）)?")
_KINDS = {"ziran-ren": "个人"}  # how people of a type are addressed, where its name will not do


# How a trade begins that was told in somebody's own words and says what is done: 做软件, 卖花, 收山货.
_DOING = ("做", "卖", "干", "开", "搞", "弄", "跑", "养", "种", "修", "拉", "收", "加工", "生产", "经营", "销售")
_OPENED = tuple("店馆厂场所站吧院园校坊行室社市司房浴点库车山圃区墓队桌堂头屋铺摊厅")  # one opens a 店, and does 货运
WISHES = {"whole": "执照一起销", "licence_only": "只退证，执照留着", "proxy": "窗口代办", "self": "自己去办"}


def addressed(kind: m.EnterpriseType) -> str:
    """What people are: 个体工商户, 公司 …"""
    return _KINDS.get(kind.id, kind.name)


@once
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
        alone = sum(other.certificate == paper for other in knowledge.items.values()) == 1
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
# Why one waits for another, where the order is the law's and not written in procedures.yaml: the reason, its source.
BECAUSE_BRANCHES = ("有分支机构的，先把分支机构注销，总的才能销。", "市场主体登记管理条例 第三十二条")
BECAUSE_SIMPLE = ("公示期满没人提异议，才能申请销执照。", SIMPLE_SOURCE)
BECAUSE_NOTICE = ("清算完、债权人申报期满，才能申请销执照。", "市场主体登记管理条例 第三十二条")
BECAUSE_APPROVAL = ("法律规定要先经批准的，批了才能销执照。", "市场主体登记管理条例 第三十一条")
BECAUSE_AFTERWARDS = "照规定，执照的登记办完以后才办这件。"
BECAUSE_WRITTEN = "等{name}办完，才轮到它。"
WHY_REGISTRY = "您说执照一起销，所以要办。"
WHY_TAX = "您说执照一起销；销执照以前，先把税清了。"
WHY_REVOKED = "您说执照被吊销了，吊销不等于注销，还得清算、注销。"
WHY_MISSING = "您说有股东找不着或者不配合，字签不齐，先看怎么开会、怎么公告。"
WHY_BRANCHES = "您说有分支机构，要先把它们注销，总的才能销。"
WHY_NOT_REGISTRY = "您说执照留着，只退证。"
WHY_NOT_DENIED = "您说没有这个证、早就退了，或者要留着。"
WHY_REGISTERED_ELSEWHERE = "您说不干了；去注销登记以前，先把税清了。"
WHY_SIMPLE = "您走简易注销，先公示。"
WHY_NOTICE = "您走一般程序，先公示清算组、发公告。"
WHY_NOT_SIMPLE = "您走一般程序，原因见“怎么销”。"
WHY_NOT_NOTICE_DIRECT = "您这类不用清算。"
WHY_NOT_NOTICE_SIMPLE = "走简易注销的，不用成立清算组，也不用发债权人公告。"


def no_liquidation(kind: m.EnterpriseType) -> str:
    """Why this type of enterprise needs no liquidation."""
    if "分" in kind.name:
        return f"{kind.name}不单独清算，由上面的单位决定。"
    return f"{kind.name}不用成立清算组，也不用发债权人公告。"


# What the registry's entry is, once the path is decided.
LAST_STEP = {
    "simple": "简易注销的最后一步：公示期满没人提异议，就来申请。",
    "general": "一般程序的最后一步：账清完、公告期满，就来申请。",
}

# ---- the simple path -------------------------------------------------------------------------------------------
SIMPLE_YES = "您说账都清了、不欠债，照这样可以走简易注销。"
SIMPLE_CHECKS = "走简易注销以前，照“怎么销”里的条件再核一遍，税款、工资、社保费都要结清。有一条不符，就走一般程序。"
SIMPLE_PROMISE = "承诺书要写实。写得不实，注销以前的债，投资人要担责任。"
OWN_SIMPLE = "{kind}可以走简易注销，不用公示：登记机关推送给税务等部门，10日内没人提异议就能销。"
OWN_NOT_SIMPLE = "{kind}走简易注销，要不欠债、不在经营异常名录、也没有须先批准的证。有一样不符，先办妥，再问登记窗口。"
CONDITIONS = {  # the key told → the condition, how it reads where it is not met, its source
    "debts": ("没有债，或者都清了", "您说还有债没清", SIMPLE_SOURCE),
    "abnormal_list": (
        "不在经营异常名录和严重违法失信名单",
        "您说在经营异常名录里（先移出，以后还可以再走简易）",
        SIMPLE_BARS_SOURCE,
    ),
    "revoked": ("没有被吊销、责令关闭、撤销", "您说执照被吊销、责令关闭或者撤销了", SIMPLE_BARS_SOURCE),
    "frozen": (
        "股权没被冻结、出质，财产没抵押，对外没投资",
        "您说股权冻结、出质，财产抵押，或者对外有投资",
        SIMPLE_BARS_SOURCE,
    ),
    "disputes": ("没被立案调查，没有官司、仲裁", "您说正被立案调查，或者有官司、仲裁没完", SIMPLE_BARS_SOURCE),
    "fines": ("罚款、没收都执行完了", "您说罚没还没执行完", SIMPLE_BARS_SOURCE),
}
NO_APPROVAL = "没有注销前要先批准的证"
TYPE_MAY = "这类主体可以走简易"
ALL_PROMISE = "全体投资人都肯签承诺书"
NOT_ALL_PROMISE = "您说有股东找不着或者不配合，承诺书签不齐"
PATHS = {"simple": "简易注销", "general": "一般程序", "direct": "不用清算，直接申请", "open": "还没定"}
OPEN_NO_TYPE = "还没说是哪类主体，走哪条路定不了。"
OPEN_NO_DEBTS = "还没说有没有债：没债的可以走简易，有债的走一般程序。"
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
ELSEWHERE = "{kind}不在市场监管局登记，这张单子里没有销执照这一步。"
ELSEWHERE_DONE = {"minfei": "到发登记证书的民政部门注销。", "shiye-danwei": "到事业单位登记管理机关（编办）注销。"}
APPROVAL_FIRST = "{names}要先经发证部门批准，批了再销执照。"
REVOKED = "吊销是处罚，执照还得自己去注销，不能走简易。"
REVOKED_COMPANY = "吊销满三年不注销的公司，登记机关可以公告以后注销，股东和清算义务人的责任不免。"
OWNER_DECEASED = (
    "经营者不在了，由继承人来办；要哪种继承证明，先问登记窗口。家里有人接着干的，可以变更经营者，不用注销。"
)
OWNER_OF_COMPANY = "公司的股东、法定代表人不在了，先问登记窗口：一般先由继承人接股权，再决定注不注销。"
SHARED_PAPERS = "以前办别的事交过的材料，照代办注销的规定不用再交；先问专窗查得到查不到，查不到的再带。"
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


def _does(trade: str) -> str:
    """A trade with its verb, which people's own words may have already: 开食杂店, 做建材批发, 卖花."""
    if trade.endswith(_OPENED) and not trade.startswith("开"):
        return f"开{trade}"
    return trade if trade.startswith(_DOING) else f"做{trade}"


def summary(
    knowledge: Knowledge,
    *,
    kind: str | None,
    place: str | None,
    trade: str | None,
    licences: Sequence[str],
    unlisted: Sequence[str],
    scope: str | None,
    registered: bool = True,
) -> str:
    """您是个体工商户，在塔河县开食杂店，要退…，执照一起销。 Whatever is unknown is left out."""
    parts = [f"您是{kind}"] if kind else []
    if place or trade:
        does = _does(trade) if trade else ""
        where = f"在{place}" if place else ""
        parts.append(f"{where}{does}")
    if names := [held(knowledge, i) for i in licences]:
        parts.append(f"要退{listed(names)}")
    elif unlisted:
        parts.append(f"问到了{listed(unlisted)}")
    if scope == "whole" and not registered:
        parts.append("单位也要注销")
    elif scope == "whole":
        parts.append("执照一起销" if names else "要销营业执照")
    elif scope == "licence_only":
        parts.append("执照留着")
    if not parts:
        return "您还没说有哪些证、在哪里，这张单子先空着。"
    first, *rest = parts
    return "，".join([first if first.startswith("您") else f"您{first}", *rest]) + "。"
