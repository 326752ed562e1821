"""The main job on the real stack, as an owner does it on a phone: from the first sentence to the printed checklist."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.dialogue.stack import running

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

TOLD = (
    "面馆干不下去了，手续想都退了",
    "个体户，店在示例县",
    "有食品经营许可证和烟草证，别的没有",
    "执照也一起销",
    "你们替我跑吧",
)


def test_owner_comes_from_the_first_sentence_to_the_paper(page: Page) -> None:
    """Five sentences typed on a phone lead to a checklist with both licences, tax and deregistration, and to its PDF."""
    address = f"http://127.0.0.1:{running().port}"
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    for sentence in TOLD:
        page.fill("#text", sentence)
        page.click("#send")
        expect(page.locator(".wait")).to_have_count(0)
    page.get_by_role("link", name="打开完整清单").last.click()
    expect(page.locator("body")).to_contain_text("您是个体工商户，在示例县")
    for name in ("食品经营许可证", "烟草专卖零售许可证", "税务注销", "个体工商户注销登记"):
        expect(page.get_by_text(name).first).to_be_visible()
    expect(page.locator("body")).to_contain_text("演示数据")
    paper = httpx.get(page.url.split("?")[0] + ".pdf", trust_env=False)
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
