"""JSON Schemas of the knowledge files, so that an editor program completes keys and marks mistakes while typing.

They are made from the models and written to knowledge/schema/; `.vscode/settings.json` says which file has which.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from assistant.knowledge import model as m
from assistant.knowledge.load import LISTS

FOLDER = "schema"


def _list_of(kind: Any) -> Any:
    return tuple[kind, ...]


KINDS: dict[str, Any] = {
    "guide": m.Guide,
    "catalog": m.Catalogue,
    "demo": m.DemoOverlay,
    "general": m.General,
    **{name: _list_of(kind) for name, kind in LISTS.items()},
}
HINTS = {
    "简称": "指南里写“依据”时用的名字，全文件只写一次",
    "全称": "完整的名称",
    "文号": "发文字号，比如 国务院令第746号",
    "版本": "哪一年的文本，比如 2019年修正",
    "施行日期": "哪天起施行，写成 2026-11-21 这样",
    "废止日期": "哪天起废止；过了这天还引用它，检查会报错",
    "网址": "在哪里读到的",
    "核对日期": "最后一次核对是哪天，写成 2026-11-21 这样",
    "已读原文": "读过原文写 true；没读过写 false，引用时不能写条号",
    "说明": "一两句话说清楚",
    "内容": "一句大白话，只说一件事",
    "依据": "简称，空一格，条号，比如 行政许可法 第七十条；几个用英文逗号分开",
    "状态": "已核：部门确认过；有出处：在依据里读到；待核：还没有人确认",
    "核对人": "哪个科室核的，不写姓名",
    "企业类型": "enterprise_types.yaml 里的编号，写哪几种才适用",
    "情形": "situations.yaml 里的编号",
    "共用": "materials.yaml 里的编号，写了它就不用再写名称",
    "名称": "正式名称，和目录里的一样",
    "形式": "交原件还是复印件",
    "份数": "交几份，写数字",
    "各交一份": "每一样事项都要单独交一份的写 true",
    "谁出具": "这份材料由谁开",
    "已共享": "窗口自己查得到、不用再交的写 true",
    "可容缺": "可以先收件后补的写 true",
    "可承诺": "写个承诺就能代替的写 true",
    "有电子证照": "有电子证照可用的写 true",
    "仅当": "只有这种企业类型或情形才要；不写就是都要",
    "编号": "小写拼音加“-”，定了不要改",
    "做什么": "这一步做什么，一句话",
    "在哪": "这一步在哪里办",
    "天数": "只写数字",
    "单位": "日还是工作日（办事步骤里也可以写月），照条文写",
    "谁的期限": "办结：部门几天办完；申请：当事人几天内要来办",
    "问": "照老百姓的话问",
    "答": "一两句话答清楚",
    "手续": "acts.yaml 里的名称，比如 延续、变更、补办",
    "去哪办": "去哪里办，怎么去",
    "一句话": "一句话说清什么人什么时候用得着",
    "别名": "老百姓叫它什么，至少四个",
    "范围": "哪些行当、场所、东西跟它有关",
    "常见问法": "老百姓会怎么问，至少五句",
    "办的是什么": "实际上是注销、备案还是报告",
    "谁来办": "谁该来办，能不能托人",
    "什么时候必须办": "什么情况下、几天之内必须办",
    "材料": "要带什么，一样一条",
    "步骤": "一步一条，先后排好",
    "法定时限": "法律规定几天办完",
    "收费": "收不收钱，收多少",
    "代办": "能不能让代办服务专窗代办",
    "网上办": "能不能在网上办，在哪个网站",
    "不办会怎样": "不办有什么后果，照条文写",
    "办完拿到什么": "办完给什么凭证",
    "先问清": "动手以前先问清的事",
    "常见问题": "别人常问的，一问一答",
    "不归这里办": "同一张证的别的手续在哪办",
    "顺带看看": "有关的指南，写编号",
    "待确认": "还要向部门问清的事",
    "内部备注": "只给工作人员看，不给群众看",
    "维护部门": "这份指南归谁管",
    "复核期限": "哪天以前要再核一遍",
    "发布": "写 false 就是草稿，群众看不到",
    "科室": "科室名称，不写人名",
    "电话": "办公座机，不写手机号",
    "热线": "全国统一的热线，比如 \"12345\"，要加引号",
    "事项数": "这个部门一共几项，要和目录对得上",
    "联系人": "哪个科室、什么电话，不写人名",
    "层级": "地区还是县",
    "上级": "上一级的编号",
    "乡镇街道": "下面有哪些乡镇、街道",
    "演示数据": "编出来的地方写 true，只能写在 demo/catalog.yaml",
    "大厅": "在哪个大厅",
    "地区": "地区的编号",
    "部门": "部门的编号",
    "地址": "门牌写到几楼几号窗口",
    "办公时间": "星期几、几点到几点",
    "地图": "地图网址",
    "代办专窗": "是代办服务专窗的写 true",
    "证名": "证上印的名字",
    "持有人": "谁会有这张证",
    "原文列名": "方案原文里有这个名字的写 true",
    "分级": "窗口直接办、窗口代收代交还是指引自办；没公布就不写",
    "发证层级": "县、地区还是省发的；没确认就不写",
    "先照后证": "先办执照后办证的写 true",
    "先批后照": "先批准后办执照的写 true",
    "旧编号": "以前用过的编号，老链接靠它找到这里",
    "事项": "事项的编号",
    "窗口": "窗口的编号",
    "承诺时限": "部门承诺几天办完",
    "其他指南": "不是许可证的指南",
    "本地规定": "每个地区对每个事项怎么办",
    "指南": "指南的编号（guides 里的文件名）",
    "说法": "老百姓的说法",
    "标志词": "一出现就能定下来的词",
    "叫法": "会弄混的那个叫法",
    "选项": "可能是哪几样，至少两样",
    "归我们办": "归代办注销办的写 true",
    "答复": "回给群众的话，说清去哪办",
    "先拦": "写 true 的，话里有它的说法就先这么答，不管还提到哪样证；只给造假、套话这样的用",
    "看指南": "最相近的指南，写编号",
    "相近": "最相近的指南，写编号，最像的放前面",
    "必有": "一般都有的证，写编号",
    "按需": "可能有的证，写编号",
    "牵头部门": "哪个部门牵头",
    "注销登记": "营业执照在哪份指南里注销，写编号；不归市场监管局的写 null",
    "要清算": "要清算的写 true",
    "可简易": "能走简易注销的写 true；没确认就不写",
    "简易公示天数": "只写数字",
    "债权申报天数": "只写数字",
    "阶段": "排在哪个阶段",
    "先办": "这些办完才轮到它，写编号",
    "为什么": "为什么这样排",
    "配合部门": "哪些部门配合",
    "联办事项": "一起办哪些事",
    "期间": "法律给当事人定的日子：要提前多久告知，最晚哪天来办",
    "怎么算": "提前：先告知，等满了才能办；最晚：这么多天以内要来办",
    "从哪件办完算": "“最晚”从哪一件办完那天算起，写编号",
    "年份": "哪一年，只写数字",
    "全年": "照国务院办公厅的通知把一年都写齐了的写 true；只改几天的不写",
    "放假": "放假的日子，一天一个，写成 2027-01-01 这样；平常的周末不用写",
    "上班": "调休要上班的周末，一天一个",
    "顺序": "先后怎么排",
    "为什么问": "问了有什么用，告诉群众",
    "有的说法": "说了这些就算“有”",
    "没有的说法": "说了这些就算“没有”",
    "问谁": "只问哪些企业类型，写编号；不写就谁也不问",
    "多久": "一般多久办完",
    "缺材料": "材料不齐怎么办",
    "证丢了": "证找不着怎么办",
    "不在清单上": "凡是不在清单上的，“相近”后面都再给出的指南，写编号",
}  # fmt: skip


class _ForEditors(GenerateJsonSchema):
    """As the loader reads: one value where a list is expected counts as a list of one, and nothing as an empty one."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        return {"anyOf": [inner, inner["items"], {"type": "null"}]} if inner.get("type") == "array" else inner


def schemas() -> dict[str, str]:
    """File name in knowledge/schema/ → its text."""
    return {f"{name}.json": _schema(name, kind) for name, kind in KINDS.items()}


def write_schemas(root: Path) -> list[Path]:
    """Write them all under a knowledge folder; the files that changed."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    changed = []
    for name, text in schemas().items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def _schema(name: str, kind: Any) -> str:
    made = TypeAdapter(kind).json_schema(by_alias=True, schema_generator=_ForEditors)
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", "title": name, **_hinted(made)}
    text = json.dumps(whole, ensure_ascii=False, indent=1).replace("#/$defs/", "#/definitions/")
    return text.replace('"$defs":', '"definitions":') + "\n"


def _hinted(node: Any) -> Any:
    """The same schema with a Chinese sentence at each key and without pydantic's English titles."""
    if isinstance(node, list):
        return [_hinted(child) for child in node]
    if not isinstance(node, dict):
        return node
    result = {key: _hinted(child) for key, child in node.items() if key not in ("title", "properties")}
    if "description" in result:
        result["description"] = " ".join(str(result["description"]).split())
    if "properties" in node:
        result["properties"] = {
            key: {**_hinted(child), **({"description": HINTS[key]} if key in HINTS else {})}
            for key, child in node["properties"].items()
        }
    return result


if __name__ == "__main__":
    for written in write_schemas(Path(__file__).parents[2] / "knowledge"):
        print(written)
