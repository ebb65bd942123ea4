"""The look: every part passes axe in light and dark on a phone and a desk, and asks nobody else for anything."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template
from playwright.sync_api import Browser

from tests.chromium import serving
from tests.look.serve import ERRORS, PAGES, ROOT, create_guide

GUIDE = [*PAGES, "mail", *(f"errors/{code}" for code in ERRORS)]


@pytest.fixture(scope="module")
def guide() -> Flask:
    return create_guide()


@pytest.fixture(scope="module")
def address(guide: Flask) -> Iterator[str]:
    with serving(guide) as found:
        yield found


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_guide_passes_axe_and_fits_the_window(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    found = []
    for path in GUIDE:
        answer = page.goto(f"{address}/{path}")
        found += [] if answer and answer.ok else [(path, "not answered")]
        found += [(path, rule["id"]) for rule in Axe().run(page).response["violations"]]
        found += [(path, "overflow")] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    context.close()
    assert found == []


@pytest.mark.browser
def test_the_error_summary_takes_the_focus(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/sign-up")
    focused = page.evaluate("document.activeElement.className")
    page.close()
    assert focused == "errors flow"


@pytest.mark.browser
def test_a_device_in_another_zone_adds_its_own_time_and_fills_the_empty_zone(browser: Browser, address: str) -> None:
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.goto(f"{address}/session")
    own_time = page.inner_text(".wall .host")
    page.goto(f"{address}/sign-up")
    zone = page.input_value("[name=zone]")
    context.close()
    assert (own_time, zone) == ("12:00 where you are", "America/New_York")


@pytest.mark.parametrize("path", GUIDE)
def test_pages_have_no_inline_style_handler_or_script(guide: Flask, path: str) -> None:
    answer = guide.test_client().get(f"/{path}")
    inline = r"<[^>]+\s(?:style|on\w+)=|<style|<script(?![^>]*src=)"
    found = [] if path == "mail" else re.findall(inline, answer.text)
    assert (answer.status_code, found) == (200, [])


def test_the_style_sheet_stays_below_12_kb_and_asks_nobody_else() -> None:
    css = (ROOT / "registrar/static/registrar.css").read_bytes()
    assert (len(css) <= 12_000, re.findall(rb"https?:|@import|url\(", css)) == (True, [])


def test_a_page_whose_form_has_errors_says_so_in_its_title(guide: Flask) -> None:
    html = guide.test_client().get("/sign-up").text
    assert re.findall(r"<title>(.*)</title>", html) == ["Error: Register for WAC Weekly – We Are Museums"]


def test_the_pages_for_faults_need_no_context_at_all(guide: Flask) -> None:
    source = (ROOT / "templates/errors/static.html").read_text()
    assert re.findall(r"\{\{", source) == []


def test_the_inlined_mail_keeps_its_dark_rules_and_loads_nothing(guide: Flask) -> None:
    html = guide.test_client().get("/mail").text
    assert (html.count("prefers-color-scheme: dark"), re.findall(r"<img|<link|url\(", html)) == (1, [])


def test_the_text_mail_holds_title_content_and_the_ways_out(guide: Flask) -> None:
    with guide.test_request_context():
        text = render_template("mail.txt")
    assert text == (Path(__file__).parent / "mail.expected").read_text()
