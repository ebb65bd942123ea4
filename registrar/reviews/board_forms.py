"""What organisers type at the decision board: its filters."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SearchField, SelectField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs

from registrar.reviews import board_words as words
from registrar.reviews.board_queries import BoardFilter, Entry, Mark, Pile, Sort
from registrar.web.filter_forms import FilterForm, choices, search_text
from registrar.web.locale import country_name


class BoardFilterForm(FilterForm):
    """What the board may be narrowed to."""

    q = SearchField(_l("Reference or institution"))
    pile = SelectField(_l("Verdict"))
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Kind of institution"))
    mark = SelectField(_l("Mark"))
    sort = SelectField(_l("Order"))

    def offer(self, entries: Sequence[Entry]) -> None:
        """Fill the selects with what there is."""
        codes, kinds = {each.country for each in entries} - {""}, {each.kind for each in entries}
        countries = {code: country_name(code) for code in codes}
        self.pile.choices = choices(words.PILES, _("Every verdict"))
        self.country.choices = choices(dict(sorted(countries.items(), key=lambda item: item[1])), _("All countries"))
        found = {kind.value: name for kind, name in words.KINDS.items() if kind.value in kinds}
        self.kind.choices = choices(found, _("All kinds of institutions"))
        self.mark.choices = choices(words.MARKS, _("Anything"))
        self.sort.choices = [Choice(sort.value, str(name)) for sort, name in words.SORTS.items()]

    @property
    def details(self) -> BoardFilter:
        pile, mark = self.chosen("pile"), self.chosen("mark")
        return BoardFilter(
            text=search_text(self.q),
            pile=Pile(pile) if pile else None,
            country=self.chosen("country"),
            kind=self.chosen("kind"),
            mark=Mark(mark) if mark else None,
            sort=Sort(self.chosen("sort") or Sort.CALIBRATED),
        )
