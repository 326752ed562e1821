"""Messages as WeChat takes them: the one passive reply in XML, those of customer service in JSON."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from assistant.render.wechat_messages import Message, News, Text
from assistant.wechat.inbound import Heard

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def passive(message: Message, heard: Heard, now: dt.datetime) -> str:
    """The reply to what was heard; its text stays text, whatever stands in it."""
    if isinstance(message, News):
        articles = "".join(
            _element(name, text)
            for name, text in (
                ("Title", message.title),
                ("Description", message.description),
                ("PicUrl", ""),
                ("Url", message.url),
            )
        )
        kind, content = "news", f"<ArticleCount>1</ArticleCount><Articles><item>{articles}</item></Articles>"
    else:
        kind, content = "text", _element("Content", message.content)
    return (
        f"<xml>{_element('ToUserName', heard.openid)}{_element('FromUserName', heard.account)}"
        f"<CreateTime>{int(now.timestamp())}</CreateTime>{_element('MsgType', kind)}{content}</xml>"
    )


def served(message: Message) -> dict[str, Any]:
    """The message for customer service to send, its choices there to be tapped."""
    if isinstance(message, News):
        article = {"title": message.title, "description": message.description, "url": message.url}
        return {"msgtype": "news", "news": {"articles": [article]}}
    return message.menu.body() if message.menu else {"msgtype": "text", "text": {"content": message.content}}


def with_note(message: Message, note: str) -> Message:
    """The message with one more line at its end; a text has the room for it (render.wechat_messages.SPARE)."""
    if isinstance(message, News):
        return News(message.title, f"{message.description}\n{note}", message.url)
    return Text(f"{message.content}\n\n{note}")


def _element(name: str, text: str) -> str:
    """An element whose text cannot end it: ]]> stands in two sections."""
    safe = _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"
