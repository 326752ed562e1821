"""A small knowledge folder without a single finding, to be broken in one place by a test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.knowledge.finding import Finding
from assistant.knowledge.folder import check_folder
from assistant.knowledge.model import General

TODAY = dt.date(2026, 11, 21)

FILES = {
    "sources.yaml": """\
- 简称: 许可法
  全称: 中华人民共和国行政许可法
  核对日期: 2026-11-01
- 简称: 通行做法
  全称: 各地办事指南的通行做法
  已读原文: false
- 简称: 旧法
  全称: 废止了的法
  废止日期: 2026-01-01
- 简称: 新法
  全称: 还没施行的法
  施行日期: 2027-01-01
- 简称: 演示数据
  全称: 编出来的
  已读原文: false
""",
    "materials.yaml": """\
- {编号: shenqingshu, 名称: 申请书, 依据: [通行做法], 状态: 待核}
""",
    "catalog.yaml": """\
部门:
  - {编号: wenlvju, 名称: 文旅局, 热线: "12345", 事项数: 2}
地区:
  - {编号: daqu, 名称: 大区, 层级: 地区}
  - {编号: xiaoxian, 名称: 小县, 层级: 县, 上级: daqu}
窗口:
  - {编号: chuangkou, 名称: 小县专窗, 地区: xiaoxian, 部门: wenlvju, 办公时间: 周一到周五, 状态: 待核}
事项:
  - {编号: geting, 名称: 歌厅许可, 部门: wenlvju, 原文列名: true}
  - {编号: wangba, 名称: 网吧许可, 部门: wenlvju, 原文列名: true}
其他指南:
  - {编号: shuiwu, 名称: 税务注销, 部门: wenlvju}
本地规定:
  - {地区: xiaoxian, 事项: geting, 窗口: chuangkou}
""",
    "general.yaml": "".join(
        f"{field.alias}:\n  - {{内容: 先打电话问。, 依据: [通行做法], 状态: 待核}}\n"
        for field in General.model_fields.values()
        if field.is_required()
    ),
    "confusions.yaml": """\
- 编号: which
  叫法: [娱乐证]
  问: 唱歌的还是上网的？
  选项:
    - {指南: geting, 说法: 唱歌的, 标志词: [唱歌]}
    - {指南: wangba, 说法: 上网的, 标志词: [上网]}
""",
    "acts.yaml": """\
- {编号: yanxu, 名称: 延续, 归我们办: false, 说法: [续期], 答复: 找发证机关。, 看指南: shuiwu}
""",
    "unlisted.yaml": """\
- {编号: huzhao, 名称: 护照, 说明: 找出入境。, 相近: [geting]}
""",
    "redirects.yaml": """\
- {编号: huji, 名称: 户口, 说法: [落户], 答复: 找派出所。}
""",
    "industries.yaml": """\
- {编号: gewu, 名称: 歌舞厅, 必有: [geting], 按需: [wangba], 牵头部门: 文旅局, 看指南: shuiwu}
""",
    "enterprise_types.yaml": """\
- {编号: gongsi, 名称: 公司, 注销登记: shuiwu}
""",
    "procedures.yaml": """\
- 编号: zhuxiao
  名称: 注销一件事
  顺序:
    - {指南: geting, 阶段: 退证}
    - {指南: shuiwu, 阶段: 登记, 先办: [geting], 情形: debts}
""",
    "situations.yaml": """\
- {编号: debts, 名称: 有债, 问: 欠账吗？, 为什么问: 有债先清。, 有的说法: [欠钱], 没有的说法: [不欠], 问谁: [gongsi], 指南: shuiwu}
""",
    "guides/geting.yaml": """\
名称: 歌厅许可
一句话: 歌厅不干了。
别名: [歌厅证, 唱歌的证]
常见问法:
  - 歌厅的证怎么退
谁来办:
  - {内容: 老板来办。, 依据: [许可法 第七十条], 状态: 有出处}
材料:
  - {共用: shenqingshu, 仅当: {企业类型: [gongsi], 情形: [debts]}}
步骤:
  - {做什么: 去窗口。, 依据: [许可法], 状态: 有出处}
不归这里办:
  - {手续: 延续, 去哪办: 找发证机关。}
顺带看看: [wangba]
维护部门: 文旅局
核对日期: 2026-11-01
复核期限: 2027-05-01
""",
    "guides/wangba.yaml": """\
名称: 网吧许可
一句话: 网吧不干了。
别名: [网吧证]
步骤:
  - {做什么: 去窗口。, 依据: [许可法], 状态: 有出处}
核对日期: 2026-11-01
复核期限: 2027-05-01
""",
    "guides/shuiwu.yaml": """\
名称: 税务注销
一句话: 先把税清了。
步骤:
  - {做什么: 去税务局。, 依据: [许可法], 状态: 有出处}
核对日期: 2026-11-01
复核期限: 2027-05-01
""",
    "demo/catalog.yaml": """\
地区:
  - {编号: shilixian, 名称: 示例县, 层级: 县, 演示数据: true}
窗口:
  - {编号: shili, 名称: 示例专窗, 地区: shilixian, 部门: wenlvju, 地址: 示例路1号, 办公时间: 每天, 电话: 000-0000-0001, 依据: [演示数据], 状态: 已核, 核对日期: 2026-11-01}
本地规定:
  - {地区: shilixian, 事项: geting, 窗口: shili, 依据: [演示数据], 状态: 已核, 核对日期: 2026-11-01}
""",  # noqa: E501 (one entry is one line, as editors write it)
}


class Folder:
    """A knowledge folder on disk that a test changes and checks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, content: str | bytes) -> None:
        """Put a file, whole."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = (self.root / name).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def findings(self, *, demo: bool = True, today: dt.date = TODAY) -> list[Finding]:
        """What the check says."""
        return check_folder(self.root, demo=demo, today=today)

    def told(self, *, demo: bool = True, today: dt.date = TODAY) -> list[str]:
        """The same as lines, level first."""
        return [f"{finding.level} {finding}" for finding in self.findings(demo=demo, today=today)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder without findings, as long as the test leaves it alone."""
    return Folder(tmp_path / "knowledge")


@pytest.fixture(scope="session")
def real_root() -> Path:
    """The knowledge folder of the repository."""
    return Path(__file__).parents[2] / "knowledge"
