import json
from typing import Any

import httpx
import pytest

from assistant import phrases
from assistant.bench import chat, talks


def answer(status: str, *words: str, code: int = 200) -> httpx.Response:
    """A reply of the chat with these words on its cards."""
    cards = [{"kind": "text", "sections": [{"lines": [{"text": word} for word in words]}]}]
    return httpx.Response(code, json={"status": status, "asks": None, "replies": cards})


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (answer("answered", "烟草证"), None),
        (answer("answered", "烟草证", code=500), "HTTP 500"),
        (answer("unknown", "烟草证"), "unknown"),
        (answer("answered", "食品证"), "没说到烟草"),
        (answer("answered", phrases.DIALOGUE_AWAY, "烟草证"), "没经过 Rasa"),
    ],
)
def test_answer_is_checked_by_what_it_says(reply: httpx.Response, fault: str | None) -> None:
    """A wrong status, missing words and an answer without Rasa are faults, although each came with a 200."""
    found = talks.fault(("烟草证要几天", ("answered",), ("烟草",)), reply.status_code, reply.content)
    assert (found is None) if fault is None else fault in (found or "")


def test_report_holds_times_throughput_and_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of measuring are reported, as text and as JSON, with what was answered wrongly."""

    def talked(address: str, at_once: int, *, seconds: float = 0.0, rounds: int = 0) -> list[chat.Heard]:
        return [chat.Heard(40.0 + n, 25.0, 12.0, None) for n in range(99)] + [chat.Heard(900.0, 800.0, 13.0, "答错了")]

    monkeypatch.setattr(chat, "talk_for", talked)
    text = chat.run("http://127.0.0.1:9", 1, 4, as_json=False)
    for words in ("一句接一句", "4 个人同时说", "p50 89.5", "1 句答得不对：答错了"):
        assert words in text
    body: dict[str, Any] = json.loads(chat.run("http://127.0.0.1:9", 1, 4, as_json=True))
    assert [one["messages"] for one in body["measured"]] == [100, 100]
    assert body["measured"][0]["ours_p50"] == 12.0
