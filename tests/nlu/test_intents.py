import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assistant.settings import ROOT
from tests.dialogue.stack import RASA_PYTHON, Stack

HELD_OUT = Path(__file__).with_name("held_out.yml")
TRAINED = ROOT / "nlu" / "data" / "nlu.yml"
RIGHT_AT_LEAST = 0.93
ENOUGH = 40  # examples of an intent
# Where one of these was meant, not being sure is a fault; elsewhere it goes to retrieval, which is what we want.
CONTROLS = {
    *("decline", "hurry", "start_over", "stop", "previous", "repeat", "explain"),
    *("human", "greet", "thanks", "abuse", "progress", "chat", "choose"),
}
SHORT_ANSWERS = {
    "有": "yes",
    "没有": "no",
    "没": "no",
    "不清楚": "unsure",
    "不知道": "unsure",
    "不想说": "decline",
    "是": "yes",
    "对": "yes",
}
QUESTIONS_NOT_ASIDES = """注销申请几天能批
批下来以后证还要交吗
材料交到哪个窗口
窗口电话多少
微信上能退证吗
能打电话问吗
证在哪退
去哪交
多久下来
人力资源许可证怎么退
重新办证要多久
取消备案找谁
电话多少
下来了还用去窗口吗""".splitlines()


def examples(path: Path) -> dict[str, list[str]]:
    """The example messages of each intent in a training file."""
    blocks = yaml.safe_load(
        path.read_text("utf-8").replace("intent: yes", "intent: 'yes'").replace("intent: no\n", "intent: 'no'\n")
    )
    return {
        block["intent"]: [line.removeprefix("- ") for line in block["examples"].splitlines()]
        for block in blocks["nlu"]
        if "intent" in block
    }


def test_every_intent_has_enough_examples() -> None:
    """No intent is starved, and the two that carry the work have most."""
    counts = {intent: len(found) for intent, found in examples(TRAINED).items()}
    assert min(counts.values()) >= ENOUGH, counts
    assert min(counts["ask"], counts["tell"]) >= 200


def test_example_is_not_given_twice() -> None:
    """One message teaches one intent, once; and what is held out was never trained on."""
    trained = Counter(text for found in examples(TRAINED).values() for text in found)
    assert [text for text, times in trained.items() if times > 1] == []
    held_out = yaml.safe_load(HELD_OUT.read_text("utf-8"))
    assert [text for found in held_out.values() for text in found if text in trained] == []
    assert sum(map(len, held_out.values())) >= 150


@pytest.mark.rasa
def test_held_out_messages_are_recognised(stack: Stack) -> None:
    """Messages never seen are taken for what they are; a doubt counts as wrong only where a control was meant."""
    held_out = yaml.safe_load(HELD_OUT.read_text("utf-8"))
    wrong = []
    for intent, texts in held_out.items():
        for text in texts:
            found = stack.intent(text)
            if found != intent and (found != "nlu_fallback" or intent in CONTROLS):
                wrong.append(f"{intent} taken for {found}: {text}")
    total = sum(map(len, held_out.values()))
    assert 1 - len(wrong) / total >= RIGHT_AT_LEAST, "\n".join(wrong)


@pytest.mark.rasa
def test_short_answers_are_safe(stack: Stack) -> None:
    """The words people answer with are never taken for anything else."""
    assert {text: stack.intent(text) for text in SHORT_ANSWERS} == SHORT_ANSWERS


@pytest.mark.rasa
@pytest.mark.parametrize("text", QUESTIONS_NOT_ASIDES)
def test_question_about_a_licence_is_no_aside(stack: Stack, text: str) -> None:
    """A question in which 批, 交, 下来, 窗口, 微信, 电话 or 哪 occurs is a question, not progress, human or small talk."""
    assert stack.intent(text) in {"ask", "nlu_fallback"}


@pytest.mark.rasa
def test_rasa_finds_its_own_data_consistent(tmp_path: Path) -> None:
    """`rasa data validate` has nothing against nlu/."""
    assert RASA_PYTHON.exists(), "Rasa is not installed: run `make test`, which installs it"
    env = os.environ | {"RASA_TELEMETRY_ENABLED": "false", "DAOBAN_ACTIONS_URL": "http://127.0.0.1:1/"}
    checked = subprocess.run(
        [RASA_PYTHON, "start.py", "data", "validate", "--fail-on-warnings"],
        cwd=ROOT / "nlu",
        env=env | {"DAOBAN_TRACKER_URL": f"sqlite:///{tmp_path / 'tracker.db'}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert checked.returncode == 0, checked.stdout[-2000:] + checked.stderr[-2000:]
