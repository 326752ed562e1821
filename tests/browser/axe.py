"""axe-core over a page: what breaks WCAG 2, levels A and AA."""

from __future__ import annotations

import hashlib
from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "vendor"
FILE = FOLDER / "axe.min.js"
RUN = """async () => {
  const rules = {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']};
  const told = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return told.violations.flatMap(one => one.nodes.map(node =>
    `${one.id}: ${node.target.join(' ')} | ${node.failureSummary.replace(/\\s+/g, ' ')}`));
}"""
AT_REST = """async () => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  for (let still = 0, at = null; still < 3; await frame()) {
    const moving = document.getAnimations().some(one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
    still = !moving && at === scrollY ? still + 1 : 0;
    at = scrollY;
  }
}"""
OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


def intact() -> bool:
    """Whether the file is the one that its note names."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest() in (FOLDER / "README.md").read_text(encoding="utf-8")


def violations(page: Page, *, opened: bool = True) -> list[str]:
    """What axe finds on the page come to rest, all unfolded unless told otherwise; each with its place and reason.

    While a page is scrolled, axe takes what lies behind a word for its ground.
    """
    page.wait_for_load_state()
    if opened:
        page.evaluate(OPENED)
    page.evaluate(AT_REST)
    page.evaluate(FILE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found
