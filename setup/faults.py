"""What can go wrong while setting up, each as one Chinese sentence that says what to do."""

from __future__ import annotations

import errno
import re


class SetupFault(Exception):
    """The set-up cannot go on; the message is the whole of what the person reads."""


NO_SPACE = "磁盘空间不够：请腾出空间后再执行一次，会自动接着准备。"

# What pip prints, and what the person should do: the first pattern found decides.
_PIP_FAULTS = (
    (r"No space left on device|Errno 28", NO_SPACE),
    (
        r"DO NOT MATCH THE HASHES",
        "下载到的软件包与锁定文件里的校验值不一致，已停止安装：请换一个软件源（PIP_INDEX_URL）或检查网络代理，再执行一次。",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProtocolError|IncompleteRead"
        r"|ProxyError|SSLError|Max retries exceeded|connection broken|Network is unreachable|timed out",
        "下载软件包失败，连不上软件源：请检查网络和代理（内网可用 PIP_INDEX_URL 指定镜像），再执行一次。",
    ),
    (
        r"No matching distribution found|none of the wheel's tags|is not a supported wheel",
        "软件源里没有适合这台机器的软件包：请确认系统是 64 位 Linux 或 macOS，"
        "并换一个完整的软件源（PIP_INDEX_URL），再执行一次。",
    ),
    (
        r"error: command .*(gcc|cc|clang).* failed|Python\.h: No such file",
        "有软件包需要编译而缺少编译器：请安装 gcc 和 Python 头文件"
        "（Debian、Ubuntu：sudo apt-get install build-essential python3-dev），再执行一次。",
    ),
)


def explain_pip(output: str, log: str) -> str:
    """The sentence for a failed pip run, with the log to look at when the reason is none we know."""
    for pattern, sentence in _PIP_FAULTS:
        if re.search(pattern, output):
            return sentence
    return f"安装软件包失败，原因见 {log} 的末尾；处理后再执行一次，会自动接着准备。"


def explain_os(error: OSError) -> str:
    """The sentence for a fault of the file system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NO_SPACE
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"没有权限读写 {error.filename}：请换到自己有权限的目录，或改正目录的属主，再执行一次。"
    return f"文件操作失败（{error.strerror}），请检查 {error.filename} 后再执行一次。"
