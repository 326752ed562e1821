"""A new guide as a skeleton that the editor fills in; it stays a draft until the last line is deleted."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from assistant.errors import KnowledgeError

REVIEW_AFTER = dt.timedelta(days=180)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SKELETON = """\
# 带 # 的行是说明，写好一段就删掉一段。不知道的写待核，别编。写完运行 daoban check。
名称: {name}
一句话: {summary}
# 老百姓叫它什么：旧名、简称、按颜色、按发证的单位，至少四个，用英文逗号分开。
别名: [{name}]
# 哪些行当、场所跟它有关。
范围: []
# 老百姓会怎么问，至少五句，什么口气的都要有。
常见问法:
  - {name}怎么注销
# 每句话都写依据和状态：已核（部门确认过）、有出处（在依据里读到）、待核（还没有人确认）。
办的是什么:
  - {{内容: 真要办注销。, 依据: [通行做法], 状态: 待核}}
谁来办:
  - {{内容: 证上写着谁，谁来办。, 依据: [通行做法], 状态: 待核}}
什么时候必须办:
  - {{内容: 不干了，或者证到期没续。, 依据: [行政许可法 第七十条], 状态: 有出处}}
# 共用的材料写“共用: 编号”，编号在 materials.yaml；只有这一项要的写名称。
材料:
  - {{共用: shenqingshu}}
  - {{共用: shenfenzheng}}
# 第一步写先去哪、带什么。
步骤:
  - {{做什么: 带上材料，到县里的代办服务专窗交注销申请，把证交回。, 依据: [代办注销服务方案 四], 状态: 有出处}}
# 法律定了几天就写天数和单位（日还是工作日，照条文写）。
法定时限: {{说明: 几天办完还没核实，先打电话问。, 状态: 待核}}
# 收费、代办、网上办、办完拿到什么，跟 general.yaml 里的一样就不用写。
先问清:
  - 证在不在手里？
待确认:
  - 材料、几天办完，请{owner}确认。
维护部门: {owner}
核对日期: {today}
复核期限: {review_by}
# 下面这一行删掉，群众就看得到了（先在 catalog.yaml 里添上这个编号）。
发布: false
"""


def new_guide(root: Path, guide_id: str, name: str, *, owner: str, today: dt.date, summary: str = "") -> Path:
    """Write guides/<id>.yaml under a knowledge folder; an existing guide is never overwritten."""
    if not _ID.fullmatch(guide_id):
        raise KnowledgeError(f"编号“{guide_id}”不行，只能用小写拼音、数字和“-”，比如 shipin-jingying-xuke")
    path = root / "guides" / f"{guide_id}.yaml"
    text = _SKELETON.format(
        name=_quoted(name),
        owner=_quoted(owner),
        summary=_quoted(summary or f"不干了，把{name}退掉。"),
        today=today,
        review_by=today + REVIEW_AFTER,
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise KnowledgeError(f"已经有 guides/{guide_id}.yaml 了，请直接改它，或另起一个编号") from None
    return path


def _quoted(text: str) -> str:
    """The text as one YAML scalar: one line, without the signs that YAML would read."""
    line = " ".join(text.split())
    return re.sub(r"""[:#{}\[\],&*!|>'"%@`]""", "", line).strip("-? ") or "（名称）"
