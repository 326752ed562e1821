import pytest
import yaml

from assistant.settings import ROOT
from tests.dialogue.scripts import Script, all_scripts, play
from tests.dialogue.stack import Stack
from tests.dialogue.walked import Walked, rules_of

SCRIPTS = all_scripts()
KINDS = {
    *("happy", "digressions", "corrections", "stop", "restart", "previous", "repeat", "explain", "negation"),
    *("several_facts", "vague", "ambiguous", "invalid_input", "proxy_changed", "abuse", "injection", "chat", "human"),
    *("shorthand", "pinyin", "typos", "refusal", "progress", "return", "failures"),
    *("businesses", "branches", "summary", "gathering", "confirm", "everyday"),
}

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="session")
def walked() -> Walked:
    """Which rules and form edges the scripts of this run have walked."""
    domain = yaml.safe_load((ROOT / "nlu" / "domain.yml").read_text("utf-8"))
    rules = yaml.safe_load((ROOT / "nlu" / "data" / "rules.yml").read_text("utf-8"))
    return Walked(rules_of(rules), domain["forms"]["checklist_form"]["required_slots"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_script_ends_as_it_must(script: Script, stack: Stack, walked: Walked) -> None:
    """A conversation with a disturbance gives the replies, questions and checklist that its script asks for."""
    played = play(script, stack)
    walked.note(script.id, stack.events(played.conversation))
    if played.faults:
        pytest.fail("\n".join((script.id, *played.faults, "", played.transcript())), pytrace=False)


def test_every_kind_of_disturbance_has_scripts() -> None:
    """No folder is empty, and there are at least sixty scripts."""
    assert {script.kind for script in SCRIPTS} == KINDS
    assert len(SCRIPTS) >= 60
    assert len({script.id for script in SCRIPTS}) == len(SCRIPTS)


def test_rules_and_form_edges_are_walked(walked: Walked, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule of nlu/ and every edge of its form is walked by some script; the table says how often."""
    for script in SCRIPTS:  # those that this run has not played before
        if script.id not in walked.scripts:
            walked.note(script.id, stack.events(play(script, stack).conversation))
    table = walked.table()
    with capsys.disabled():
        print("\n" + table)
    assert walked.unwalked == [], table
