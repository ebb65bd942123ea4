"""Organisers' prose: Markdown to HTML through one allow-list; the only place that makes `Markup`."""

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "blockquote", "ul", "ol", "li", "a", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
"""No picture: nothing is loaded from a third party."""
SCHEMES = {"https", "http", "mailto"}
LOWERED_BY = 2
"""A page has its own h1 and h2; `# Title` in prose is an h3."""
DEEPEST = 6

_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def to_html(prose: str) -> Markup:
    """Return the prose as HTML that is safe whoever wrote it."""
    tokens = _parser.parse(prose)
    for token in tokens:
        _lower_heading(token)
    html = _parser.renderer.render(tokens, _parser.options, {})
    safe = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, attribute_filter=_only_plain_addresses, url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )  # fmt: skip
    return Markup(safe)  # noqa: S704 - it has just passed the allow-list


def _lower_heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + LOWERED_BY, DEEPEST)}"


def _only_plain_addresses(tag: str, attribute: str, value: str) -> str | None:
    """Keep addresses of a known scheme and of this site; `//host` would be another site in disguise."""
    if attribute == "rel":  # nh3's own
        return value
    ours = value.startswith("/") and not value.startswith(("//", "/\\"))
    known = value.partition(":")[0].lower() in SCHEMES
    return value if attribute == "href" and (ours or known) else None


def install(app: Flask) -> None:
    """Give templates the filter `markdown`."""
    app.add_template_filter(to_html, "markdown")
