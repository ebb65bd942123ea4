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
HIGHEST = 3
"""A page has its own h1 and h2; the first heading in prose is an h3, however many marks stand before it."""
DEEPEST = 6

_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def parse(prose: str) -> list[Token]:
    """Return the prose as the tokens of Markdown, for those who write it in another way than as HTML."""
    return _parser.parse(prose)


def to_html(prose: str) -> Markup:
    """Return the prose as HTML that is safe whoever wrote it."""
    tokens = parse(prose)
    _lower_headings(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    safe = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, attribute_filter=_only_plain_addresses, url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )  # fmt: skip
    return Markup(safe)  # noqa: S704 - it has just passed the allow-list


def _lower_headings(tokens: list[Token]) -> None:
    """Keep the order of headings without a gap: screen readers go from one level to the next."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    levels: list[int] = []
    for token in headings:
        level = int(token.tag[1])
        if token.type == "heading_open":
            levels = [*(above for above in levels if above < level), level]
        token.tag = f"h{min(HIGHEST + len(levels) - 1, DEEPEST)}"


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
