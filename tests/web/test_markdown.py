"""Markdown becomes plain, safe HTML, however hostile the prose."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string

from registrar.web.markdown import SCHEMES, TAGS, to_html


class Reader(HTMLParser):
    """Collects the tags and attributes a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_prose_becomes_paragraphs_lists_and_links() -> None:
    prose = "A **bold** word.\n\n- one\n- two\n\n[Read on](https://example.org/a?b=1&c=2)"

    assert to_html(prose) == (
        "<p>A <strong>bold</strong> word.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        '<p><a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">Read on</a></p>\n'
    )


@pytest.mark.parametrize("mark", ["#", "##", "######"])
def test_the_first_heading_stands_below_those_of_the_page(mark: str) -> None:
    assert to_html(f"{mark} Title") == "<h3>Title</h3>\n"


def test_headings_leave_no_level_out() -> None:
    html = to_html("## A\n\n#### B\n\n### C\n\n# D")

    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h4", "h3"]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>*{display:none}</style>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](&#x6A;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "![picture](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '[a](https://example.org "onmouseover=alert(1)")',
    '[a](https://example.org"onmouseover=alert(1)//)',
    "```html\n<script>alert(1)</script>\n```",
    '```" onclick=alert(1)\nx\n```',
    "`<img src=x onerror=alert(1)>`",
    "<a href='https://example.org' onclick='alert(1)' style='position:fixed'>x</a>",
    '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
    "<!--><script>alert(1)</script>-->",
    "</div></main><form action='https://evil.example'><input name=csrf_token>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "|a|\n|-|\n|<script>alert(1)</script>|",
    "\x00<script>\x00alert(1)</script>",
    "> " * 500 + "deep",
    "[" * 5000 + "a" + "](x)" * 5000,
]


@pytest.mark.parametrize("prose", HOSTILE)
def test_hostile_prose_leaves_only_allowed_tags_and_addresses(prose: str) -> None:
    seen = read(to_html(prose))

    assert seen.tags <= TAGS
    assert {name for name, _ in seen.attributes} <= {"href", "rel"}
    assert [value for name, value in seen.attributes if name == "href" and not value.startswith(tuple(SCHEMES))] == []


@pytest.mark.parametrize("address", ["//evil.example", "x", "java%0ascript:alert(1)"])
def test_an_address_names_a_known_scheme_or_a_page_of_this_site(address: str) -> None:
    assert [value for name, value in read(to_html(f"[a]({address})")).attributes if name == "href"] == []


def test_a_page_of_this_site_may_be_linked() -> None:
    assert read(to_html("[a](/archive)")).attributes[0] == ("href", "/archive")


def test_templates_have_the_filter(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ '<b>*a*</b>'|markdown }}") == "<p>&lt;b&gt;<em>a</em>&lt;/b&gt;</p>\n"
