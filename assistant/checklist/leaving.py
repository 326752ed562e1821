"""Whether the business itself is to be cancelled or only its licences, by the words of a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.sayings.clauses import PAPER

GOES_ON = r"(?:照常|照样|照旧|正常|接着|继续|(?<!执)照)(?:开|干|营业|经营|做)"  # a business
_WHOLE = re.compile(
    r"执照[^，。留等]{0,8}(也|一起|一块|一并|都|全)?[^，。留等]{0,4}(销|退|注销|不要)|(照|执照)(也)?(一起|一块|一并|同销|都销)|(?<!不)连(同)?(营业)?执照|"
    r"(证照|照证)(同|联|一起|都|全)|全套|彻底(注?销|关|不干)|(公司|个体户?|合作社|企业|照)(也|都)?(要|想|得)?(注销|销)|全(都)?销|"
    r"(?:公司|企业|厂子?|合作社)(?:也|都|一起|一块儿?|一并|同时)+(?:关|撤|解散)(?:了|掉|吧)*(?=，|$)|"
    r"(公司|企业|厂子|合作社)[^，。]{0,3}(不想?要了|不要了)|销照|销执照|执照也(不要|销|退)|(执照|照)(也|都|就|全)*(?:不|别)(留|要)|"
    r"(?:公司|企业|合作社|个体户?|厂子?|店|铺子?|单位|园子|诊所|学校|幼儿园|事务所|社|法人|照)(?:这个|那个)?(?:单位|户)?"
    r"(?:也|都|一起|一块堆?儿?|一堆儿?|一并|全|整个|给|要|想|得|准备|打算|决定|肯定|当然|指定|必须|更)*(?:不留|不要了|注销|销户|销(?!售|路|量)|退(?!钱|款|费|税|押|房))(?!了?没$|过)|"
    r"(?:走|办|做|申请|按)(?:个)?(?:简注|简易(?:注销|程序))|把(?:营业)?执?照(?:也|都|给)*(?:注|销|退|交)|(?:公司|企业|合作社|执?照)(?:跟|随|和)(?:着|许可证?|证)(?:一?起|一?块儿?|一?并|都)*(?:没|黄|撤|走|关|散|注|销)|"
    r"(?:公司|企业|合作社|照)(?:也|都|跟着|一道|一起|一并|一块堆?儿?)+注(?:了|掉|吧)*(?=，|$)|"
    r"(?:^|，)(?:[哎唉嗐算了又也咱我])*不留了，[^，证]{0,8}(?:一起|一块儿?|一并|全|都)(?:注?销|退|关|不要)"
)  # 哎不留了，媳妇说一起销
_NO_USE_IN_KEEPING = re.compile(
    r"(?:留着?|要它|剩它)(?:营业)?(?:执?照)?(?:也|还|又|都)*(?:干啥|干什么|干嘛|有啥用|有什么用|没啥?用|没有用|没意义|占地方|白搭|是(?:交|报)|得(?:年年|每年|天天)?(?:年?报|交|管))|"
    r"留着?[^，]{0,8}，(?:净|也|还)*(?:占地方|没啥?用|白搭)|"
    r"(?:公司|企业|执?照|店|厂子?)(?:哪能|哪还|怎么能|还能|没必要)(?:再)?留"
)  # 执照留着也没用
_NOT_ONLY = re.compile(r"不(?:是|能)(?:只|光|单|就)[^，。]{0,8}")
_BUSINESS = re.compile(r"公司|企业|厂|店|铺|合作社|事务所|买卖|幼儿园|学校|诊所|[旅宾]馆")
_BUSINESS_ITSELF = re.compile(
    rf"{_BUSINESS.pattern}|执照|(?<!牌)照(?![顾样常旧明])|整个|整体|彻底|全套|法人|主体|单位|个体|医院|壳|营业"
)
_WANTS_OUT = re.compile(
    r"^(?:[^，。]{0,8}(?:停|关|黄|歇|倒|不干|不开|不做|散)[^，。证]{0,5})?(?:现在|就|我们?|俺们?|也|可)*(?:想|要|准备|打算|寻思)(?:把它?|彻底|给它?|正式)*"
    r"(?:注销|销户|销(?:干净|利索|掉|了))(?:了|掉|吧|干净|算了)*$"
)  # 停了两年了想注销, of the business that was spoken of
_SIMPLY = re.compile(
    r"^(?:那|现在|就|得|给我|一句话)*(?:直接|干脆|全部|整个|整体|彻底)?(?:全部)?注销(?:了|掉|吧|得了|算了)*$"
)  # 公司不等了，注销
_DISSOLVES = re.compile(
    r"(?:定了?|决定|商量好了?|通过了?|要|准备|打算|进入|已经?)(?:要|全体)?(?:解散|清算|散伙|清空壳)|"
    r"^[^，]{0,6}(?:公司|企业|合作社)?(?:解散)(?:了|吧)*$"
)
_HOW_TO_CLOSE = re.compile(
    r"(?:公司|企业|厂子?|合作社|店|铺子?|个体户?)(?:到底|究竟|该|要|想|得)*(?:咋个?|怎么|如何|怎样)(?:办理?|给|去|才能)*(?:注销|销户|销)(?:啊|呢|呀|吗|才行)*(?:，|$)"
)  # 我房开公司到底咋注销
_LICENCE_ONLY = re.compile(
    r"(只|光|就|单)(想|要|是)?(销|退|注销|办)(这个|那个|个|一个|这张|掉)?(许可)?证|(只|光|单)(想|要|是)?(销|退|注销|交|问)[^，。执]{1,8}证|"
    r"(执照|照)(?:(?:呢|嘛|啊)，)?[^，。不别]{0,4}留|(执照|照)[^，。]{0,4}(放着|搁着|不动|不注?销|不动|不退|先不(?!说)|保留|还要|还用|接着用|另说)|"
    r"(?:执照|照)(?:的事|那头|那边)?[^，。]{0,3}(?:不用|别|甭|不必)(?:你们?|您)?(?:操心|管|动|提)|"
    r"(?:公司|企业|单位|主体)(?:本身|自己|自身)?的?注销(?:的事)?(?:由|归|让|是)(?:上级|上头|上面|总公司|总部|集团|别人|林业局)|"
    r"(?:执照|照)(?:也|都|就|可|还)*不(?:能|可以|好)(?:再)?(?:注?销|退|动)|(留|保留)(着)?(营业)?执照|只销许可|不销(营业)?执照|不动执照|不连(?:着)?(?:营业)?执?照|(公司|[店厂铺社馆]子?|企业|买卖)还(照常|接着|继续|得|要|在|开|干)|照不销|"
    r"(?:执照|照|公司|企业|厂子?|店|合作社)(?:先|那头|那边)?等[^，。]{1,10}(?:再|完|清|利索)|"
    r"(?<![总母省市])(?:公司|企业|厂子?|合作社|执?照)(?:的?主体|本身|那头|的事)?(?:先|就|得|等)*(?:明年|来年|年底|年后|下半年|以后|过后|往后|回头)再(?:说|办|销|弄)|"
    r"(?<![总母省市])(?:公司|企业|厂子?|合作社)(?:先|就|暂时)*(?:放|搁|撂)(?:着|那儿?|这儿?)|"
    r"(?<![总母省市])(?:公司|企业|店|合作社)(?:壳子?)?(?:先|得|要|还|暂时|继续)*留着(?!不)"
)
_LICENCE_TOO = re.compile(
    r"^(?:营业)?执?照(?:也|都)(?:是|一样|不要了?)$|^(?:营业)?执?照(?:也|都|一起|一块儿?|一并|给)*(?:注?销|退)(?:了|掉|吧)*$"
)
_NOT_THE_BUSINESS = re.compile(
    r"(?<![总母省市])(?:公司|企业|厂子?|店|铺子?|合作社|执照|照|法人|主体|单位|[林农牧渔]场|学校|医院|诊所|幼儿园)(?:可|先|就|也|都|千万|给我)*(?:别|不)(?:给我?|用|要|想)?(?:整|弄|搞|动)?注?销(?!售|量|路)|(?:公司|企业|合作社|厂子?)(?:先|就|也|可|还)*不关(?=，|$)|别(?:给我?)?(?:整|弄|搞|办)(?:啥|什么)?公司注销|"
    rf"(?<![总母省市另])(?:公司|企业|厂子?|店|铺子?|合作社|买卖)(?:还|还是|也|得|都|要|还得|还要)*{GOES_ON}(?!不|吗)|"
    r"(?:^|，)(?:先|也|就|可|还|暂时|公司|合作社|社)*不(?:解散|散伙|散)(?:了|呢|啊|的)*(?=，|$)|"
    r"(?<![总母省市])(?:公司|企业|厂子?|店|铺子?|合作社)(?:当然|肯定|自然)?(?:也|都|还|仍|可)+(?:在|活着|留着)(?:呢|的|着)*(?=，|$)|"
    r"(?:^|，)[^，证没不]{0,4}[店馆厂社房场园厅](?:那头|这头|那边)?(?:还|仍|照样)(?:开|干|营业|经营)着?(?:呢|的)*(?=，|$)|"
    r"(?:接着|继续)(?:开|干|营业|经营)[，,](?:先|暂时)?不(?:注销|关)|"
    r"(?:主体|公司|企业|法人)(?:资格)?(?:继续|仍|还|依然|照常|正常|照样)?(?:存续|续存|存着|保留|不变|不动)|"
    r"(?:公司|企业|厂子?|店|铺子?|合作社|执?照)[^，证]{0,6}(?:注?销|关|解散)(?:掉|了|吧)?的?[那这][句个]?话(?:我)?(?:收回|不算数?|作废|当我没说|别当真)"
)  # 公司不注销啊，别给我整公司注销; 店照常开
_NO_OTHER = re.compile(r"(?:没有?|无)(?:别的|其[他它]的?|旁的)(?:许可)?(?:证|手续)")
_ALL_OF_IT = re.compile(r"^(?:那|就)*(?:全都?|都)(?:给我?)?注?销(?:了|掉|它|吧)*$")  # 合作社解散，都销
# As the answer to whether the business is to be cancelled too, each a clause.
_BOTH = re.compile(
    r"^(?:嗯|对|是|行|那|当然)*(?:一起|一块儿?|一块堆儿?|一并|一道|一锅端|连根儿?拔|全部|全都?|都|整个|直接|统统)+"
    r"(?:注|销|关|撤|退|办掉|收|不留|不要)?(?:了|掉|吧|呗|喽|完|算了)*$|^(?:嗯|对|行|那)*(?:注|注销|关公司|带公司)(?:了|吧|呗)*$|"
    r"证(?:都)?(?:跟|和|随|同)着?(?:公司|企业|执?照|店)(?:一?起|一?块儿?|同时|一?并|一?道)|"
    r"(?:公司|企业|合作社|门店|[院校社店厂站])(?:跟着|也|都|一起|一块儿?|一并|一道|一堆儿?)+(?:的|儿)?(?:关|黄|没|散|撤|注|销|完|走|办|消)?(?:了|掉|吧)*$|"
    r"(?:执照|照)(?:也|都|一起|一块儿?|给我?|你们)*(?:捎上|捎着|带上|捎走|收走|收回|上交|缴|交)(?:了|吧|去|来)*$|^(?:公司|店|厂子?)(?:也|都)?(?:关|撤|散|黄)(?:了|掉|吧)*$"
)
_LICENCES_FIRST = re.compile(r"(?:先|就|光|只|单)(?:把)?[^，。照]{0,8}(?:退|销|注)(?!照|执)")
_NOT_YET_DECIDED = re.compile(
    r"没(?:有)?(?:商量|想|定|合计|琢磨)(?:好|妥|明白|下来)|拿不定|(?:照|执照)[^，。]{0,2}先不(?:说|想|提)|先不(?:想|说|提)(?:执?照|公司)"
)
_SPOKEN_OF = re.compile(r"[照证销退留撤关黄]|接着|继续|还[开干做]|照常|不要|公司|批|备案|资质|散|终止|整体|彻底|[都全]")
_ALL = re.compile(r"全|都|一起|一块|一并")
_A_PAPER = re.compile(rf"{PAPER}|证|许可|备案|批|牌|[那这]?[一两俩]?[本张]|资质|资格|登记")

Leaving = Literal["whole", "licence_only"]


def leaving(stated: str, clauses: Sequence[str], *, asked: bool, papers: bool) -> Leaving | None:
    """What the words say plainly; `stated` are the `clauses` that do not ask, `asked` whether this was the question.

    `papers`: whether a licence is named, which then may be all that is meant (都注销).
    """
    if asked and undecided(stated):
        return None
    if _NO_USE_IN_KEEPING.search(stated):
        return "whole"
    meant = _NOT_ONLY.sub("", stated)
    if _LICENCE_ONLY.search(meant) or _NOT_THE_BUSINESS.search(meant):
        return "licence_only"
    said = stated.split("，")
    if _WHOLE.search(stated) or _HOW_TO_CLOSE.search("，".join(clauses)) or any(map(_LICENCE_TOO.match, clauses)):
        return "whole"
    if asked and any(map(_BOTH.search, said)):
        return "whole"
    if "执照" in stated and re.search(r"不要了|都销|全销|都退|全退|全都", stated):
        return "whole"
    if _BUSINESS.search("".join(clauses)) and any(map(_WANTS_OUT.match, clauses)):
        return "whole"
    if any(map(_DISSOLVES.search, said)):
        return "whole"
    if papers or _A_PAPER.search(_NO_OTHER.sub("", stated)):
        return None
    if any(map(_ALL_OF_IT.match, clauses)):
        return "whole"
    return "whole" if any(map(_SIMPLY.match, said)) and _BUSINESS_ITSELF.search(stated) else None


def undecided(stated: str) -> bool:
    """Whether somebody says that he has not decided yet: 还没商量好."""
    return bool(_NOT_YET_DECIDED.search(stated)) and not _LICENCES_FIRST.search(stated)


def may_answer(clause: str, around: Sequence[str], how: str) -> bool:
    """Whether a clause that reads like it answers whether the business goes too does.

    Not 光养 behind 打鱼证没有, nor 牌照登记也得消.
    """
    of_a_paper = how == "whole" and _A_PAPER.search(clause) and not _BUSINESS_ITSELF.search(clause)
    if undecided(clause) or (of_a_paper and not _ALL.search(clause)):
        return False
    return bool(_SPOKEN_OF.search(clause)) or not any(_A_PAPER.search(one) for one in around)


def speaks_of_leaving(clause: str, before: str) -> bool:
    """Whether a clause that reads like it speaks of the business: 只生产 does not, nor 也销 behind a paper."""
    if not _SPOKEN_OF.search(clause):
        return False
    return bool(_BUSINESS_ITSELF.search(clause)) or not (_A_PAPER.search(before) or _A_PAPER.search(clause))
