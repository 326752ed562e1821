import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from assistant.annex import Plan, plan, read_tables, source_for

ON = dt.date(2026, 11, 20)
Grid = Sequence[Sequence[object]]

FILES = {
    "sources.yaml": """\
# 依据
- 简称: 行政许可法
  全称: 中华人民共和国行政许可法
  核对日期: 2026-11-21
- 简称: 代办注销服务方案
  全称: 大兴安岭地区代办注销服务方案
- 简称: 通行做法
  全称: 各地通行的做法
""",
    "materials.yaml": """\
- 编号: zhizhao
  名称: 营业执照
  形式: 复印件
  份数: 1
  依据: [通行做法]
  状态: 待核
- 编号: weituoshu
  名称: 授权委托书
  形式: 原件
  仅当: {情形: [daiban-ren]}
  依据: [行政许可法 第二十九条]
  状态: 有出处
""",
    "confusions.yaml": """\
# 易混
- 编号: which-yanhua
  叫法: [烟花证]
  问: 是批发还是零售？
  选项:
    - {指南: yanhua-baozhu-pifa, 说法: 批发}
    - {指南: yanhua-baozhu-lingshou, 说法: 零售}
""",
    "catalog.yaml": """\
# 目录：没有核过的写待核。
部门:
  - 编号: shijianju
    名称: 地区市监局
    全称: 大兴安岭地区行政公署市场监督管理局
    别名: [市场监管局, 市场监督管理局, 市监局]
    热线: "12315"   # 全国统一
    事项数: 3
  - 编号: yingjiju
    名称: 地区应急局
    全称: 大兴安岭地区行政公署应急管理局
    别名: [应急局, 应急管理局]
    热线: "12345"
    事项数: 2
  - 编号: yancaoju
    名称: 地区烟草专卖局
    全称: 大兴安岭地区烟草专卖局
    别名: [烟草局, 烟草专卖局]
    热线: "12313"
    事项数: 1

# 地区
地区:
  - {编号: daxinganling, 名称: 大兴安岭地区, 层级: 地区, 别名: [大兴安岭]}
  - {编号: tahe, 名称: 塔河县, 层级: 县, 上级: daxinganling, 别名: [塔河]}
  - {编号: mohe, 名称: 漠河市, 层级: 县, 上级: daxinganling, 别名: [漠河]}

# 窗口：地址没核到的不写
窗口:
  - 编号: chuangkou-tahe
    名称: 塔河县市场监督管理局登记注册窗口（代办服务专窗）
    地区: tahe
    部门: shijianju
    代办专窗: true
    依据: [代办注销服务方案 五]
    状态: 待核
  - 编号: chuangkou-yancaoju
    名称: 地区烟草专卖局（许可业务）
    地区: daxinganling
    部门: yancaoju
    热线: "12313"
    状态: 待核

# 事项：分级没公布，不写
事项:
  - 编号: shipin-jingying-xuke
    名称: 食品经营许可证
    部门: shijianju
    证名: 食品经营许可证
    原文列名: true
    热线: "12315"
  - 编号: yaopin-jingying-xuke
    名称: 药品经营许可证
    部门: shijianju
    原文列名: true
  - 编号: tezhong-shebei-shiyong-dengji
    名称: 特种设备使用登记
    部门: shijianju
    证名: 特种设备使用登记证
    原文列名: false
  # 两张烟花证最容易混
  - 编号: yanhua-baozhu-pifa
    名称: 烟花爆竹经营（批发）许可
    部门: yingjiju
    原文列名: false
  - 编号: yanhua-baozhu-lingshou
    名称: 烟花爆竹经营（零售）许可
    部门: yingjiju
    原文列名: false
  - 编号: yancao-lingshou-xuke
    名称: 烟草专卖零售许可证
    部门: yancaoju
    原文列名: true
    热线: "12313"

# 其他指南
其他指南:
  - {编号: shuiwu-zhuxiao, 名称: 税务注销, 热线: "12366"}

# 本地规定：先空着。
本地规定: []
""",
    "situations.yaml": """\
- {编号: daiban-ren, 名称: 请人代办, 问: 是请人跑腿吗？, 为什么问: 要带委托书。, 有的说法: [请人], 没有的说法: [自己去]}
""",
    "general.yaml": "".join(
        f"{key}: {{内容: {key}先问窗口。, 依据: [行政许可法 第七十条], 状态: 有出处}}\n"
        for key in (
            *("去哪办", "收费", "代办", "网上办", "多久", "谁来办", "什么时候必须办"),
            *("不办会怎样", "办完拿到什么", "缺材料", "证丢了"),
        )
    ),
    **{
        f"{name}.yaml": "[]\n"
        for name in ["acts", "unlisted", "redirects", "industries", "enterprise_types", "procedures"]
    },
}
NAMES = {
    "shipin-jingying-xuke": "食品经营许可证",
    "yaopin-jingying-xuke": "药品经营许可证",
    "tezhong-shebei-shiyong-dengji": "特种设备使用登记",
    "yanhua-baozhu-pifa": "烟花爆竹经营（批发）许可",
    "yanhua-baozhu-lingshou": "烟花爆竹经营（零售）许可",
    "yancao-lingshou-xuke": "烟草专卖零售许可证",
    "shuiwu-zhuxiao": "税务注销",
}
GUIDE = """\
名称: {name}
一句话: 不干了就退{name}。
别名: [{name}那个本]
材料:
  - {{名称: {name}正本、副本, 形式: 原件, 依据: [通行做法], 状态: 待核}}
  - {{共用: zhizhao}}
  - {{共用: weituoshu}}
  - {{名称: 停业情况说明, 依据: [通行做法], 状态: 待核}}
步骤:
  - {{做什么: '先结清货款，别欠着。', 依据: [行政许可法 第七十条], 状态: 有出处}}   # 老板常忘
  - {{做什么: 带上材料，到窗口交。, 依据: [通行做法], 状态: 待核}}
法定时限: {{说明: 没读到几天，先打电话问。, 状态: 待核}}
先问清:
  - 是彻底不干了吗？
维护部门: 地区市监局
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder as editors write it, with comments and quotes of their own."""
    root = tmp_path / "knowledge"
    (root / "guides").mkdir(parents=True)
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    for guide, name in NAMES.items():
        (root / "guides" / f"{guide}.yaml").write_text(GUIDE.format(name=name), encoding="utf-8")
    return root


@pytest.fixture
def excel(tmp_path: Path) -> Callable[..., Path]:
    """Makes an .xlsx: rows of sheets by name, and areas to merge."""

    def make(sheets: dict[str, Grid] | Grid, merge: Sequence[str] = (), name: str = "附件.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items() if isinstance(sheets, dict) else [("Sheet1", sheets)]:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
            for area in merge:
                sheet.merge_cells(area)
        path = tmp_path / name
        book.save(path)
        return path

    return make


@pytest.fixture
def word(tmp_path: Path) -> Callable[..., Path]:
    """Makes a .docx: paragraphs and tables in order; None in a row continues the cell above, ... the cell before."""

    def make(*blocks: str | Grid, name: str = "附件.docx") -> Path:
        document = Document()
        for block in blocks:
            if isinstance(block, str):
                document.add_paragraph(block)
                continue
            table = document.add_table(rows=len(block), cols=len(block[0]))
            for r, row in enumerate(block):
                for c, value in enumerate(row):
                    if value is None:
                        table.cell(r - 1, c).merge(table.cell(r, c))
                    elif value is ...:
                        table.cell(r, c - 1).merge(table.cell(r, c))
                    else:
                        table.cell(r, c).text = str(value)
        path = tmp_path / name
        document.save(str(path))
        return path

    return make


@pytest.fixture
def planned(folder: Path) -> Callable[..., Plan]:
    """Plans an annex file against the small folder."""

    def make(path: Path, *, short: str = "附件二", root: Path | None = None, **more: Any) -> Plan:
        tables = read_tables(path)
        return plan(root or folder, tables, source_for(tables, path, ON, short), **more)

    return make
