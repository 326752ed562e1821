"""The custom menu (自定义菜单) below the chat: what its buttons are called, and what a tap on one says to the dialogue.

The key of a button is the sentence itself, so that a tap is heard as if its person had typed it.
"""

from __future__ import annotations

from typing import Any

from assistant.errors import SettingsError

ASK = "怎么退证"
LIST = "我的店不干了，全都要注销"
PROGRESS = "办到哪了"
HUMAN = "转人工"


def menu(public_url: str) -> dict[str, Any]:
    """The menu as WeChat wants it: at most three buttons of four characters, below each at most five of eight."""
    if not public_url.startswith(("https://", "http://")):
        raise SettingsError("菜单里的“打开网页”要有对外网址，请先写 DAOBAN_PUBLIC_URL")
    return {
        "button": [
            {
                "name": "我要退证",
                "sub_button": [
                    _says("查怎么退证", ASK),
                    _says("开清单", LIST),
                    {"type": "view", "name": "打开网页", "url": f"{public_url.rstrip('/')}/"},
                ],
            },
            _says("办到哪了", PROGRESS),
            _says("人工", HUMAN),
        ]
    }


def names(of_menu: dict[str, Any]) -> list[str]:
    """What the buttons are called, one line for each of the bar, with those that it opens behind it."""
    return [
        button["name"] + "".join(f" · {below['name']}" for below in button.get("sub_button", ()))
        for button in of_menu["button"]
    ]


def _says(name: str, sentence: str) -> dict[str, str]:
    return {"type": "click", "name": name, "key": sentence}
