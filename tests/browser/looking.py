"""Somebody who looks at one page after the other, at each width and in both themes, and asks axe about it.

Axe is dear, and most of what it looks at is the same in every language. So it is asked about all that is
new: a structure or colours on each other that it has not seen. What it found nothing wrong with is not asked
again. How large a target is depends on words, and is asked always.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.readable import AXE_RULES, sideways

WIDTHS, SCHEMES = (1440, 390), ("light", "dark")
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
CONTRAST, TARGETS = "color-contrast", "target-size"

SHOW = """async path => {
  const answer = await fetch(path, {headers: {accept: "text/html"}});
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.replaceChild(document.adoptNode(made.documentElement), document.documentElement);
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].filter(one => !one.sheet);
  await Promise.all(sheets.map(one => new Promise(done => { one.onload = done; one.onerror = done; })));
  await document.fonts.ready;
  for (const one of document.querySelectorAll("main details")) one.open = true;
  return answer.status;
}"""
"""Another page in the place of this one, which keeps the axe that it has."""

STRUCTURE = """() => {
  const words = new Map();
  const nth = text => {
    const word = text.trim();
    if (word && !words.has(word)) words.set(word, words.size);
    return word ? words.get(word) : "";
  };
  const said = new Set([
    ..."aria-label title alt placeholder value content id for name action list form".split(" "),
    ..."aria-labelledby aria-describedby aria-controls aria-owns".split(" "),
  ]);
  const looks = new Set(["class", "style", "d", "x", "y", "width", "height", "points", "href", "lang"]);
  const told = node => {
    if (node.nodeType === Node.TEXT_NODE) return `"${nth(node.textContent)}"`;
    if (node.nodeType !== Node.ELEMENT_NODE || !node.checkVisibility()) return "";
    const own = [...node.attributes].filter(one => !looks.has(one.name))
      .map(one => `${one.name}=${said.has(one.name) ? nth(one.value) : one.value}`).sort();
    return `<${node.localName} ${own}>${[...node.childNodes].map(told).join("")}</>`;
  };
  return told(document.documentElement).replace(/""/g, "");
}"""
"""What is the same in every language: the visible elements, and which of their words are alike."""

COLOURS = """() => {
  const found = new Set();
  for (const one of document.body.querySelectorAll("*")) {
    const texts = [...one.childNodes].filter(child => child.nodeType === Node.TEXT_NODE);
    const holds = texts.some(child => child.textContent.trim());
    if (!(holds || one.matches("input, textarea, select")) || !one.checkVisibility()) continue;
    const style = getComputedStyle(one);
    const behind = [];
    for (let at = one; at; at = at.parentElement) {
      const back = getComputedStyle(at);
      if (back.opacity !== "1") behind.push(`opacity ${back.opacity}`);
      if (back.backgroundImage !== "none") behind.push(back.backgroundImage);
      if (back.backgroundColor === "rgba(0, 0, 0, 0)") continue;
      behind.push(back.backgroundColor);
      if (back.backgroundColor.startsWith("rgb(")) break;
    }
    const isLarge = parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
    found.add([style.color, isLarge, ...behind].join(" | "));
  }
  return [...found];
}"""
"""The colours of words, each with those behind it."""

ASK = """async ([rules, without]) => {
  const options = {runOnly: rules, resultTypes: ["violations"]};
  if (without) options.rules = Object.fromEntries(without.map(rule => [rule, {enabled: false}]));
  const found = await axe.run(document, options);
  return found.violations.map(one => `${one.id}: ${JSON.stringify(one.nodes.map(node => node.target))}`);
}"""


@dataclass
class Fine:
    """What axe found nothing wrong with: structures, and colours on each other."""

    structures: set[str] = field(default_factory=set)
    colours: set[str] = field(default_factory=set)
    asked: int = 0


class Looker:
    """At a page of an application. `fine` is shared by those of all languages."""

    def __init__(self, page: Page, fine: Fine) -> None:
        self.page, self.fine = page, fine
        page.evaluate(AXE)

    def wrong_with(self, path: str) -> list[str]:
        """What is wrong with the page at a path, with where that was seen."""
        status = self.page.evaluate(SHOW, path)
        found = [] if status == 200 else [f"{path}: {status}"]
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if over := sideways(self.page):
                found.append(f"{path} at {width}: {over} pixels too wide")
            found += [f"{path} at {width}: {one}" for one in self._structure()]
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found += [f"{path} at {width}, {scheme}: {one}" for one in self._colours()]
        return found

    def _structure(self) -> list[str]:
        seen = self.page.evaluate(STRUCTURE)
        if seen in self.fine.structures:
            return self._ask({"type": "rule", "values": [TARGETS]})
        wrong = self._ask({"type": "tag", "values": AXE_RULES}, [CONTRAST])
        if not wrong:
            self.fine.structures.add(seen)
        return wrong

    def _colours(self) -> list[str]:
        seen = set(self.page.evaluate(COLOURS))
        if seen <= self.fine.colours:
            return []
        wrong = self._ask({"type": "rule", "values": [CONTRAST]})
        if not wrong:
            self.fine.colours |= seen
        return wrong

    def _ask(self, rules: dict[str, Any], without: list[str] | None = None) -> list[str]:
        self.fine.asked += 1
        return list(self.page.evaluate(ASK, [rules, without]))
