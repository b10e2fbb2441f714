"""What a page must be for everybody: nothing for axe to find, nothing beyond its edge, every stop seen."""

import json
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.target)]);
}"""

UNSEEN_STOPS = """() => {
  const unseen = [];
  const bar = document.querySelector("header.top").getBoundingClientRect().bottom;
  for (const stop of document.querySelectorAll("a[href], button, summary, [tabindex='0']")) {
    if (stop.hidden || !stop.checkVisibility()) continue;
    stop.focus({focusVisible: true});
    const box = stop.getBoundingClientRect();
    const under = !stop.closest("header, .skip") && box.top < bar - 1;
    const outside = box.width === 0 || box.bottom > innerHeight + 1;
    if (getComputedStyle(stop).outlineStyle === "none" || under || outside) unseen.push(stop.outerHTML);
  }
  return unseen;
}"""

SPACE_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
"""The spacing that a reader may choose, as far as WCAG 1.4.12 goes."""

OVERLAPS = """() => {
  const groups = [
    [".axis > text", ".axis > text, .axis rect"],
    [".timeline .plot > text", ".timeline .plot > text"],
    [".timeline [class^=on-]", ".timeline [class^=on-], .timeline .shown"],
    [".timeline .scale span span", ".timeline .scale span span, .timeline .plot"],
    [".roles dt", ".roles dd"],
  ];
  const range = document.createRange();
  const boxOf = (one) => {
    if (one.namespaceURI.endsWith("svg")) return one.getBoundingClientRect();
    range.selectNodeContents(one);
    return range.getBoundingClientRect();
  };
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const told = (one) => `${one.localName} ${one.textContent.trim()}`;
  const found = [];
  for (const [texts, others] of groups) {
    for (const one of seen(texts)) {
      const box = boxOf(one);
      for (const other of seen(others).filter((other) => other !== one)) {
        const its = boxOf(other), isBeside = box.left >= its.right || its.left >= box.right;
        const isIn = !isBeside && box.top < its.bottom && its.top < box.bottom;
        if (isIn) found.push(`${told(one)} on ${told(other)}`);
      }
    }
  }
  for (const one of seen(".timeline [class^=on-]")) {
    const bar = one.parentElement.previousElementSibling.querySelector("rect");
    if (boxOf(one).width > boxOf(bar).width) found.push(`${told(one)} wider than its bar`);
  }
  for (const one of seen(".listed button")) {
    if (boxOf(one).height > 30) found.push(`${told(one)} in more than one line`);
  }
  return found;
}"""
"""Texts that lie on each other, where they share a picture or a line."""


def accessibility_violations(page: Page) -> list[str]:
    """Rule and places of each. Only these leave the browser: all that axe tells of what is right, and of each
    place, costs ten times as much as the page."""
    page.wait_for_load_state()
    page.evaluate(_axe())
    found = page.evaluate(VIOLATIONS, AXE_RULES)
    return [f"{rule}: {json.dumps(places)}" for rule, places in found]


@cache
def _axe() -> str:
    return f"{Axe().axe_script}\nundefined"


def sideways_when_spaced_out(page: Page) -> int:
    """How many pixels the page is wider than its window when its reader spaces the text out."""
    page.evaluate(SPACE_OUT)
    return sideways(page)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
