"""Filters of lists: forms that are sent by GET, so that their address can be kept."""

from typing import Any

from flask import request
from wtforms import SearchField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs

from registrar.web.forms import BaseForm, invisible, tidy

LONGEST_SEARCH = 100
LONGEST_NUMBER = 10


class FilterForm(BaseForm):
    """Filters of a list: sent by GET, so that their address can be kept; a value that makes no sense is left out."""

    class Meta:
        csrf = False

    def __init__(self) -> None:
        super().__init__(formdata=request.args)

    def chosen(self, name: str) -> Any:
        """Return the value of a select, or nothing if it is not one of its choices."""
        field = self[name]
        allowed = {str(choice.value) for choice in field.choices}
        return field.data if field.data in allowed else ""


def search_text(field: SearchField) -> str:
    """Return what is searched for, tidied and of bearable length."""
    text = str(tidy(field.data or ""))[:LONGEST_SEARCH]
    return "" if invisible(text) else text


def row_number(text: str | None) -> int | None:
    """Return the number of a row that an address names, if it is one."""
    return int(text) if text and text.isdecimal() and len(text) < LONGEST_NUMBER else None


def choices(names: dict[Any, Any], everything: Any) -> list[Any]:
    """Return the choices of a filter, the first of which is everything."""
    return [Choice("", everything), *(Choice(str(key), str(name)) for key, name in names.items())]
