#!/usr/bin/env python3
"""Opens a page of deepsvdd report in headless Chromium and checks how it looks and behaves.

usage: check_report.py PAGE SCRATCH_DIRECTORY
Prints one line per check; exit status 1 when one fails. Needs chromium and chromedriver.
"""

import html.parser
import json
import os
import pathlib
import sys

import webdriver

VOID = {"br", "hr", "img", "input", "link", "meta"}
LEAST_CONTRAST = 4.5
PHONE = 375

# Of the page, in its own language. Colours come as "rgb(r, g, b)".
LIBRARY = """
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const luminance = ([r, g, b]) => {
  const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const background = element => {
  for (; element; element = element.parentElement) {
    const color = parse(getComputedStyle(element).backgroundColor);
    if (color.length == 3 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
"""


class Balance(html.parser.HTMLParser):
    """Every element that needs an end has one, in the right order; no id stands twice."""

    def __init__(self):
        super().__init__()
        self.open, self.problems, self.ids, self.targets = [], [], set(), set()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                if value in self.ids:
                    self.problems.append(f"id {value} twice")
                self.ids.add(value)
            if name == "href" and value.startswith("#"):
                self.targets.add(value[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"line {self.getpos()[0]}: </{tag}> out of order")


def check(name, problems):
    """Prints the outcome; true when there is no problem."""
    print(("ok: " if not problems else "FAILED: ") + name)
    for problem in problems[:5]:
        print(f"    {problem}")
    return not problems


def markup(text):
    parser = Balance()
    parser.feed(text)
    parser.close()
    problems = parser.problems + [f"<{tag}> has no end" for tag in parser.open]
    return problems + [f"link to #{t}, which is not there" for t in parser.targets - parser.ids]


def console(browser):
    return [entry["message"] for entry in browser.log("browser")]


def requests(browser, page):
    """What the page asked for beside what it carries within it."""
    asked, seen = [], False
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            of_page = message["params"]["documentURL"].startswith("file:")
            if url.split("#")[0] == page:
                seen = True
            elif of_page and not url.startswith("data:"):
                asked.append(url)
    return asked if seen else ["the log does not even have the page"]


def texts(browser):
    """Texts with too little contrast."""
    return browser.run(
        LIBRARY
        + """
        const bad = [];
        for (const element of document.querySelectorAll('body *')) {
          const own = [...element.childNodes].some(n => n.nodeType == 3 && n.data.trim());
          if (!own || element.tagName == 'title' || element.closest('.no-mark')) continue;
          const style = getComputedStyle(element);
          const text = element instanceof SVGElement ? style.fill : style.color;
          const ratio = contrast(parse(text), background(element));
          if (ratio < arguments[0])
            bad.push(`${element.tagName} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 40)}`);
        }
        return bad;
        """,
        LEAST_CONTRAST,
    )


def small_texts(browser):
    """Texts of charts that come out below 11 pixels. The page must be as wide as a phone."""
    return browser.run(
        """
        return [...document.querySelectorAll('svg text')].filter(t => t.getBoundingClientRect().width)
          .map(t => [parseFloat(getComputedStyle(t).fontSize) * t.getCTM().a, t.textContent])
          .filter(([size]) => size > 0 && size < 11).map(([size, text]) => `${text}: ${size}`);
        """
    )


def unnamed(browser):
    return browser.run(
        """
        const name = e => (e.getAttribute('alt') || e.getAttribute('aria-label') || '').trim();
        return [...document.querySelectorAll('img, svg, [role=region], nav')]
          .filter(e => e.getAttribute('aria-hidden') != 'true' && !name(e))
          .map(e => e.outerHTML.slice(0, 100));
        """
    )


def wide(browser):
    """Elements that make the page scroll sideways."""
    return browser.run(
        """
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`]
          .concat([...document.querySelectorAll('body *')]
            .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > width)
            .map(e => e.outerHTML.slice(0, 80)));
        """
    )


def edges(browser):
    """A table that is cut at the right has a shade there; what covers it at the end moves along."""
    return browser.run(
        """
        const cut = [...document.querySelectorAll('.scroll')]
          .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth);
        const page = getComputedStyle(document.body).backgroundColor;
        return cut.length == 0 ? ['no table is cut'] : cut.filter(e => {
          const style = getComputedStyle(e), [cover, shade] = style.backgroundImage.split('), linear');
          return style.backgroundAttachment != 'local, scroll' || !cover.includes(page) ||
                 !shade || shade.includes(page);
        }).map(e => e.getAttribute('aria-label'));
        """
    )


FOCUSED = """
    const e = document.activeElement, style = getComputedStyle(e);
    return [e.tagName + (e.classList.contains('scroll') ? '.scroll' : ''),
            style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2];
"""


def focus(browser):
    """Goes through the page with the Tab key."""
    seen, problems = set(), []
    n = browser.run(
        "return [...document.querySelectorAll('a[href], summary, [tabindex]')]"
        ".filter(e => e.checkVisibility()).length"
    )
    browser.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    for i in range(n):
        browser.press("Tab")
        what, visible = browser.run(FOCUSED)
        seen.add(what)
        if i == 0 and browser.run("return document.activeElement.className") != "skip":
            problems.append("the skip link is not the first")
        if not visible:
            problems.append(f"focus on {what} cannot be seen")
    for kind in ("A", "SUMMARY", "DIV.scroll"):
        if kind not in seen:
            problems.append(f"Tab does not reach any {kind}")
    return problems


def opening(browser):
    """Enter and Space open and close what is folded."""
    problems = []
    for key in ("Enter", " "):
        before = browser.run(
            "const s = document.querySelector('.options summary'); s.focus();"
            "return s.parentElement.open"
        )
        browser.press(key)
        if browser.run("return document.querySelector('.options').open") == before:
            problems.append(f"{key!r} does nothing")
    return problems


def links(browser):
    """A link to a class that is folded unfolds it."""
    return browser.run(
        """
        const link = [...document.querySelectorAll('.class-links a')].at(-1);
        if (!link) return ['there is no link to a class'];
        link.click();
        const details = document.querySelector(link.getAttribute('href')).closest('details');
        return details.open ? [] : ['the class stays folded'];
        """
    )


def in_themes(browser, page):
    passed, colors = True, {}
    for theme in ("light", "dark"):
        browser.viewport(1200, 900)
        browser.media(prefers_color_scheme=theme)
        browser.open(page)
        browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        colors[theme] = browser.run("return getComputedStyle(document.body).backgroundColor")
        passed &= check(f"contrast of texts, {theme}", texts(browser))
        passed &= check(f"no message in the console, {theme}", console(browser))
    same = [] if colors["light"] != colors["dark"] else ["both have the same background"]
    return check("two themes", same) and passed


def on_phone(browser, page):
    browser.viewport(PHONE, 812, mobile=True)
    browser.open(page)
    passed = check("no sideways scrolling on a phone", wide(browser))
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    passed &= check("the same with all unfolded", wide(browser))
    for theme in ("light", "dark"):
        browser.media(prefers_color_scheme=theme)
        passed &= check(f"tables that are cut show it, {theme}", edges(browser))
    return check("charts are readable on a phone", small_texts(browser)) and passed


def with_keyboard(browser, page):
    browser.viewport(1200, 900)
    browser.media(prefers_color_scheme="light")
    browser.open(page)
    passed = check("Tab reaches everything, visibly", focus(browser))
    passed &= check("Enter and Space unfold", opening(browser))
    passed &= check("links unfold", links(browser))
    return check("no message in the console", console(browser)) and passed


def main():
    path, scratch = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    page = path.as_uri()
    passed = check("markup", markup(path.read_text(encoding="utf-8")))
    with webdriver.Browser(os.path.abspath(scratch)) as browser:
        browser.open(page)
        passed &= check("images and regions have names", unnamed(browser))
        passed &= in_themes(browser, page)
        passed &= on_phone(browser, page)
        passed &= with_keyboard(browser, page)
        passed &= check("no request", requests(browser, page))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
