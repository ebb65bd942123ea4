"""The pages of a list: which one is asked for, and the addresses of its neighbours."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

FARTHEST_PAGE = 100_000


@dataclass(frozen=True)
class Page:
    """One page of a list, as the pager shows it."""

    first: int
    last: int
    total: int | None
    previous_url: str | None
    next_url: str | None


def page_number() -> int:
    """Return which page is asked for, from 1."""
    asked = request.args.get("page", "")
    return min(max(int(asked), 1), FARTHEST_PAGE) if asked.isdecimal() and len(asked) < 9 else 1


def page(number: int, per_page: int, shown: int, *, total: int | None = None, more: int = 0) -> Page:
    """Describe a page of `shown` rows; `more` is how many rows were found beyond it."""
    before = (number - 1) * per_page
    previous = same_page(page=number - 1) if number > 1 else None
    return Page(
        before + 1 if shown else 0, before + shown, total, previous, same_page(page=number + 1) if more else None
    )


def same_page(**changed: object) -> str:
    """Return the query of this page with some values changed, or left out where they are None."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    return "?" + urlencode([*kept, *((name, value) for name, value in changed.items() if value is not None)])
