"""The pages about the site, in both languages, and what robots are told."""

import pytest

from tests.conftest import Client
from tests.pages import links


@pytest.mark.parametrize("address", ["/privacy", "/accessibility", "/help"])
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_each_page_answers_and_says_whom_to_write_to(client: Client, address: str, locale: str) -> None:
    page = client.get(f"{address}?lang={locale}")

    assert (page.status_code, [link for link in links(page) if link.startswith("mailto:")]) == (
        200, ["mailto:hello@wearemuseums.example"],
    )  # fmt: skip


def test_robots_are_kept_from_personal_pages_and_shown_the_map(client: Client) -> None:
    lines = client.get("/robots.txt").text.splitlines()

    assert (lines[0], "Disallow: /my" in lines, lines[-1].rpartition("/")[2]) == ("User-agent: *", True, "sitemap.xml")
