"""What organisers type at their desk: filters of the list, and the forms beside an application."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SearchField, SelectField
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired

from registrar.applications.desk import words
from registrar.applications.desk.rules import ApplicationFilter, Entitled, Mark, Sort
from registrar.applications.rules import Lifecycle
from registrar.calls.definition import Definition
from registrar.calls.rules import QuestionType
from registrar.people.rules import InstitutionKind
from registrar.web.filter_forms import FilterForm, choices, search_text
from registrar.web.forms import BaseForm, LineField, ProseField
from registrar.web.locale import country_name, current_locale

SEPARATOR = "="


class ApplicationFilterForm(FilterForm):
    """What the list of applications may be narrowed to."""

    q = SearchField(_l("Reference, institution or person"))
    state = SelectField(_l("State"))
    entitled = SelectField(_l("Eligibility"))
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Kind of institution"))
    tag = SelectField(_l("Tag"))
    mark = SelectField(_l("Mark"))
    answer = SelectField(_l("Answer"))
    sort = SelectField(_l("Order"))

    def offer(self, countries: Mapping[str, int], tags: list[str], definition: Definition | None) -> None:
        """Fill the selects; countries with how many apply from each."""
        places = {code: f"{country_name(code) if code else _('not said')} ({n})" for code, n in countries.items()}
        self.state.choices = choices(words.STATES, _("All states"))
        self.entitled.choices = choices(words.ENTITLED, _("Everybody"))
        self.country.choices = choices(dict(sorted(places.items(), key=lambda item: item[1])), _("All countries"))
        self.kind.choices = choices(words.KINDS, _("All kinds of institutions"))
        self.tag.choices = choices({tag: tag for tag in tags}, _("Any tag or none"))
        self.mark.choices = choices(words.MARKS, _("Anything"))
        self.answer.choices = choices(_answers(definition), _("Any answer"))
        self.sort.choices = [Choice(sort.value, str(name)) for sort, name in words.SORTS.items()]

    @property
    def details(self) -> ApplicationFilter:
        state, entitled, kind = self.chosen("state"), self.chosen("entitled"), self.chosen("kind")
        mark, answer = self.chosen("mark"), self.chosen("answer")
        key, _separator, choice = answer.partition(SEPARATOR)
        return ApplicationFilter(
            text=search_text(self.q),
            state=Lifecycle(state) if state else None,
            entitled=Entitled(entitled) if entitled else None,
            country=self.chosen("country"),
            kind=InstitutionKind(kind) if kind else None,
            tag=self.chosen("tag"),
            mark=Mark(mark) if mark else None,
            answer=(key, choice) if answer else None,
            sort=Sort(self.chosen("sort") or Sort.SUBMITTED),
        )


def _answers(definition: Definition | None) -> dict[str, str]:
    """Return every option of every choice question, by `<key>=<option>`."""
    found: dict[str, str] = {}
    locale = current_locale()
    for question in definition.questions() if definition else ():
        options = {each.key: each.label.in_(locale) for each in question.choices}
        if question.type is QuestionType.YES_NO:
            options = {"yes": _("Yes"), "no": _("No")}
        label = question.label.in_(locale)
        found |= {f"{question.key}{SEPARATOR}{key}": f"{label} – {text}" for key, text in options.items()}
    return found


class ViewForm(BaseForm):
    """The name under which filters and order are kept."""

    name = LineField(_l("Name of this view"), [DataRequired(_l("Give the view a name."))])


class NoteForm(BaseForm):
    """A note."""

    text = ProseField(_l("New note"), [DataRequired(_l("Write a note first."))])


class OverrideForm(BaseForm):
    """What an organiser decides about eligibility, and why."""

    decision = SelectField(_l("Decision"), [InputRequired(_l("Choose what you decide."))])
    reason = ProseField(_l("Reason"), [DataRequired(_l("Give a reason, for your colleagues and for later."))])

    def __init__(self) -> None:
        super().__init__()
        self.decision.choices = choices(words.OVERRIDES, _("Choose"))


class GraceForm(BaseForm):
    """Until when a team gets more time, and why."""

    until = DateTimeLocalField(
        _l("More time until"), [InputRequired(_l("Say until when."))], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    why = LineField(_l("Reason for more time"), [DataRequired(_l("Give a reason, for your colleagues and for later."))])


class WithdrawForm(BaseForm):
    """Why an application is withdrawn on behalf of its team."""

    because = LineField(_l("Reason for the withdrawal"), [DataRequired(_l("Say who asked for it, and why."))])


def first_errors(form: BaseForm) -> Mapping[str, Any]:
    """Return the first message of each field that has one."""
    return {name: messages[0] for name, messages in form.errors.items() if name and messages}
