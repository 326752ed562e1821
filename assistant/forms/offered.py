"""Which forms a checklist needs: those of the materials on it, and the one form with an annex for each licence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.checklist.model import Checklist, MaterialLine


@dataclass(frozen=True)
class Form:
    """A form to download; it stands for the materials whose id or name fits."""

    id: str  # the name of its template
    name: str
    about: str
    material: str = ""  # id of a shared material
    called: str = ""  # how other materials are called that it stands for

    def stands_for(self, line: MaterialLine) -> bool:
        """Whether this form can be handed in as that material."""
        if line.exempt:
            return False
        return line.id == self.material or bool(self.called and re.fullmatch(self.called, line.name))


ONE_FORM = Form("yici-biaodan", "一次表单", "主表填一次，每个证一张附表。")
FORMS = (
    Form("zhuxiao-shenqingshu", "许可证注销申请书", "每个证一张。", material="shenqingshu"),
    Form("weituoshu", "授权委托书", "请人跑腿、交给专窗代办才用。", material="weituoshu"),
    Form(
        "jueyi",
        "解散、注销的决议或决定",
        "按您的企业类型写好了抬头。",
        called=r"股东会决议（解散、注销）|成员大会解散决议|合伙人同意解散的决定|投资人注销决定|解散或注销的决定|总公司撤销分公司的决定",
    ),
    Form("qingsuanzu-mingdan", "清算组成员、负责人名单", "先开会定下来，再填。", called="清算组成员、负责人名单"),
    Form("zhaiquanren-gonggao", "债权人公告", "照着发公告。", called="债权人公告"),
    Form("qingsuan-baogao", "清算报告", "账清完了再填。", called="(财务)?清算报告"),
    Form("touziren-chengnuo", "简易注销承诺书", "走简易才用，签字的人都要签。", called="((全体)?投资人)?承诺书"),
    Form("jicheng-tongyi", "继承人同意书", "经营者去世，家里人来办才用。", called="其他继承人同意书"),
)


def offered(checklist: Checklist) -> tuple[Form, ...]:
    """The forms of a checklist, none that it does not need."""
    if not checklist.entries:
        return ()
    return (ONE_FORM, *(form for form in FORMS if any(map(form.stands_for, checklist.materials))))


def by_material(checklist: Checklist) -> dict[str, Form]:
    """The form for each material that has one, by the id of the material."""
    return {line.id: form for form in FORMS for line in checklist.materials if form.stands_for(line)}
