"""Settings: everything a city may want to change, from environment variables named DAOBAN_…"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from assistant.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
SHIPPED_ENCODER = ROOT / "encoder" / "roformer-sim-small"


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; the environment variable is DAOBAN_ and the name in capitals."""

    host: str = field(default="127.0.0.1", metadata={"help": "监听的地址"})
    port: int = field(default=8000, metadata={"help": "监听的端口"})
    knowledge: Path = field(default=ROOT / "knowledge", metadata={"help": "知识库目录"})
    demo: bool = field(default=False, metadata={"help": "是否载入虚构的示例市（演示和测试用）"})
    encoder: str = field(
        default=str(SHIPPED_ENCODER),
        metadata={"help": "句向量模型目录，换了要先运行 daoban learn；写 none 只按字词找"},
    )
    data: Path = field(default=ROOT / "var", metadata={"help": "数据库和运行数据放在哪"})
    database: str = field(default="", metadata={"help": "数据库地址；不写就用数据目录里的 SQLite"})
    processes: int = field(default=1, metadata={"help": "网页服务开几个进程；每多一个，多占约 0.45 GB 内存"})
    rasa_processes: int = field(
        default=1, metadata={"help": "Rasa 开几个进程，端口一个接一个；每多一个，多占约 0.25 GB 内存"}
    )
    rasa_port: int = field(default=0, metadata={"help": "Rasa 的端口；0 表示网页端口加 5"})
    rasa_python: Path = field(default=ROOT / ".venv-rasa" / "bin" / "python", metadata={"help": "Rasa 环境里的 Python"})
    rasa_timeout: float = field(default=3.5, metadata={"help": "等 Rasa 多少秒，超过就由我们自己接着答"})
    silence_hours: float = field(default=2.0, metadata={"help": "隔多少小时再来，先说一句上次说到哪"})
    kept_days: int = field(default=30, metadata={"help": "对话最后一句起留多少天，过了就删"})
    log_days: int = field(default=190, metadata={"help": "日志留多少天，每天一个文件"})
    metrics_from: str = field(
        default="", metadata={"help": "除了本机，还有哪些地址能看 /metrics；逗号隔开，也可以写网段"}
    )
    staff_lock_minutes: int = field(default=30, metadata={"help": "窗口页面多少分钟没人动就锁屏"})
    four_eyes: bool = field(default=True, metadata={"help": "改知识库要不要另一个人审过才发布（四眼）"})
    fact_check_days: int = field(
        default=90, metadata={"help": "隔多少天给每个部门列一轮要核对的信息，等编辑出函；0 就不列"}
    )
    public_url: str = field(default="", metadata={"help": "对外网址，印在二维码里；不写就用访问时的地址"})
    tls: bool = field(
        default=False,
        metadata={"help": "对外是不是 https（on、off）；开了，Cookie 只走 https，浏览器以后也只走 https（HSTS）"},
    )
    proxies: str = field(
        default="",
        metadata={"help": "前面的反向代理的地址，几个用逗号隔开；写了才认它转来的访问者地址（X-Forwarded-For）"},
    )
    limits: bool = field(default=True, metadata={"help": "要不要限速；make run 不限"})
    limits_storage: str = field(
        default="",
        metadata={"help": "限速的次数记在哪；不写就各进程自己记，写 redis://主机:6379/0 就一起记"},
    )
    secret: str = field(default="", metadata={"help": "内部接口的口令；不写就每次启动生成一个"})
    wechat_app_id: str = field(default="", metadata={"help": "公众号的 AppID；不写就不接公众号"})
    wechat_token: str = field(default="", repr=False, metadata={"help": "公众号后台“服务器配置”里填的令牌"})
    wechat_aes_key: str = field(
        default="", repr=False, metadata={"help": "公众号后台的消息加解密密钥，43 个字；明文模式不写"}
    )
    wechat_secret: str = field(default="", repr=False, metadata={"help": "公众号的 AppSecret；只答不主动发就不用写"})
    wechat_secret_file: str = field(default="", metadata={"help": "放 AppSecret 的文件；不想写在环境变量里就用它"})
    wechat_verified: bool = field(default=False, metadata={"help": "公众号是否认证过；认证过的才能晚些再发消息"})
    wechat_api: str = field(default="https://api.weixin.qq.com", metadata={"help": "微信接口的地址"})
    wechat_template: str = field(
        default="",
        metadata={"help": "办件进度通知的模板：模板编号,编号栏,进度栏,时间栏（时间栏可以不写）；不写就不通知"},
    )
    webhook_key: str = field(
        default="", repr=False, metadata={"help": "通用接口 /webhook 的签名密钥，至少 32 个字；不写就不开"}
    )

    @property
    def database_url(self) -> str:
        """Where the database is; by default one SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data / 'daoban.db'}"

    @property
    def tracker_url(self) -> str:
        """Where Rasa keeps its copy of the conversations: its one table is beside ours, or in a SQLite file of its own."""
        return self.database or f"sqlite:///{self.data / 'tracker.db'}"

    @property
    def dialogue_ports(self) -> range:
        """The loopback ports on which Rasa listens, one for each of its processes."""
        first = self.rasa_port or self.port + 5
        return range(first, first + self.rasa_processes)

    @property
    def encoder_path(self) -> Path | None:
        """The encoder's directory; None where the service should work on words alone."""
        return None if self.encoder == "none" else Path(self.encoder)

    @property
    def brings_encoder(self) -> bool:
        """Whether the encoder is not the one that ships, so that what is learned with it is kept in the data folder."""
        return self.encoder_path is not None and self.encoder_path.resolve() != SHIPPED_ENCODER


def from_environment(**given: object) -> Settings:
    """The settings of the environment, overridden by `given`; SettingsError where a value cannot be read."""
    values: dict[str, object] = {}
    for setting in fields(Settings):
        name = f"DAOBAN_{setting.name.upper()}"
        raw = os.environ.get(name)
        if raw is None or raw == "":
            continue
        try:
            values[setting.name] = _read(raw, setting.default)
        except ValueError as error:
            raise SettingsError(f"设置 {name}={raw} 写得不对，请检查") from error
    return Settings(**{**values, **{key: value for key, value in given.items() if value is not None}})  # type: ignore[arg-type]


def _read(raw: str, default: object) -> object:
    if isinstance(default, bool):
        if raw.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise ValueError(raw)
        return raw.lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int | float):
        return type(default)(raw)
    return Path(raw) if isinstance(default, Path) else raw
