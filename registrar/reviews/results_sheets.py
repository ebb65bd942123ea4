"""The scores and what was computed from them as lines of CSV, so that anybody can compute it again."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from registrar.reviews.board_queries import Entry
from registrar.reviews.results import Panel, Results
from registrar.web import csv_lines


def score_lines(
    found: Results, references: Mapping[int, str], reviewers: Mapping[int, str], locale: str
) -> Iterator[str]:
    """Yield a line for each review that counts, with its level for each criterion and its total in full precision."""
    words = [(each.title(locale), each.weight) for each in found.criteria]
    titles = [_("%(criterion)s (weight %(weight)s)", criterion=title, weight=weight) for title, weight in words]
    yield csv_lines.line([_("Reference"), _("Reviewer number"), _("Reviewer"), *titles, _("Total score")])
    for each in found.panel.reviews:
        levels = [_written(each.levels.get(criterion.id)) for criterion in found.criteria]
        who = [references[each.application], str(each.reviewer), reviewers.get(each.reviewer, "")]
        yield csv_lines.line([*who, *levels, _written(each.total)])


def ranking_lines(panel: Panel, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a line for each application; one without a score has blanks."""
    columns = [_("Place"), _("Reference"), _("Institution"), _("Country"), _("Reviews"), _("Raw mean")]
    sure = [_("Calibrated"), _("From"), _("To"), _("Among the best"), _("Apart"), _("Verdict")]
    yield csv_lines.line([*columns, *sure])
    for each in entries:
        known = panel.estimates.get(each.number)
        numbers = (known.raw, known.score, known.low, known.high, known.in_top) if known else (None,) * 5
        place, count = panel.ranks.get(each.number), known.reviews if known else 0
        told = [_written(place), each.reference, each.name, each.country, str(count), *map(_written, numbers)]
        yield csv_lines.line([*told, _written(panel.spread.get(each.number)), each.verdict or ""])


def _written(value: float | None) -> str:
    return "" if value is None else repr(value)
