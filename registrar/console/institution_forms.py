"""The forms of institutions: the filter, their data, people in roles, completed programmes."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SearchField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from registrar.console import institution_words as words
from registrar.console.forms import country_names
from registrar.console.institution_rules import InstitutionFilter, Standing
from registrar.errors import Refusal
from registrar.people import names
from registrar.people.identifiers import domain_of, isil_of, ror_of, website_of, wikidata_of
from registrar.people.institution_changes import Details
from registrar.people.rules import InstitutionKind, InstitutionRole
from registrar.programmes.models import Programme, Season
from registrar.web.failures import tell
from registrar.web.filter_forms import FilterForm, choices, search_text
from registrar.web.forms import LINE_LENGTH, AddressField, BaseForm, LineField, ProseField
from registrar.web.locale import babel_locale, country_name

MOST_LINES = 50


def checked(read: Callable[[str], str]) -> Callable[[BaseForm, Field], None]:
    """Return a validator that keeps what is read out of a field, or says why it cannot be read."""

    def check(form: BaseForm, field: Field) -> None:
        try:
            field.data = read(field.data or "")
        except Refusal as refusal:
            raise ValidationError(tell(refusal)) from refusal

    return check


def one_per_line(read: Callable[[str], str]) -> Callable[[BaseForm, Field], None]:
    """Return a validator for a list, each on a line of its own."""

    def check(form: BaseForm, field: Field) -> None:
        given = lines_of(field.data)
        if len(given) > MOST_LINES:
            raise ValidationError(_("Use at most %(most)s lines.", most=MOST_LINES))
        try:
            field.data = "\n".join(dict.fromkeys(read(line) for line in given))
        except Refusal as refusal:
            raise ValidationError(tell(refusal)) from refusal

    return check


def lines_of(text: str | None) -> list[str]:
    """Return the lines of a field that hold something, with single spaces."""
    return [line for raw in (text or "").splitlines() if (line := " ".join(raw.split()))]


def _name(line: str) -> str:
    if len(line) > LINE_LENGTH:
        raise ValidationError(_("Use at most %(max)d characters.", max=LINE_LENGTH))
    return line


def _has_words(form: BaseForm, field: Field) -> None:
    field.data = " ".join((field.data or "").split())
    if not names.words(field.data):
        raise ValidationError(_("Write the name of the institution."))


class InstitutionFilterForm(FilterForm):
    """What the list of institutions may be narrowed to."""

    q = SearchField(_l("Name, domain or identifier"))
    country = SelectField(_l("Country"))
    kind = SelectField(_l("Kind of institution"))
    standing = SelectField(_l("State"))

    def offer(self, countries: Iterable[str]) -> None:
        """Fill the selects; only countries in which there is an institution."""
        named = sorted(((code, country_name(code)) for code in countries), key=lambda each: names.plain(each[1]))
        self.country.choices = choices(dict(named), _("All countries"))
        self.kind.choices = choices(words.KINDS, _("All kinds"))
        self.standing.choices = choices(words.STANDINGS, _("All but merged ones"))

    @property
    def details(self) -> InstitutionFilter:
        kind, standing = self.chosen("kind"), self.chosen("standing")
        return InstitutionFilter(
            text=search_text(self.q),
            country=self.chosen("country"),
            kind=InstitutionKind(kind) if kind else None,
            standing=Standing(standing) if standing else None,
        )


class InstitutionForm(BaseForm):
    """What is known of an institution."""

    name = LineField(
        _l("Name of the institution"), [InputRequired(_l("Write the name of the institution.")), _has_words]
    )
    country = SelectField(_l("Country"), default="")
    kind = SelectField(_l("Kind of institution"), default="")
    website = LineField(_l("Website"), [Optional(), checked(website_of)])
    parent = LineField(
        _l("Belongs to"), [Optional()], description=_l("The body above it, if there is one: a city, a university.")
    )
    aliases = ProseField(
        _l("Other names"),
        [Optional(), one_per_line(_name)],
        description=_l("One per line: abbreviations, other languages, former names."),
    )
    domains = ProseField(
        _l("Domains"),
        [Optional(), one_per_line(domain_of)],
        description=_l("One per line: of its website and of its mail addresses. They tell who takes part for it."),
    )
    ror = LineField(
        "ROR", [Optional(), checked(ror_of)], description=_l("From ror.org, like https://ror.org/03yrm5c26.")
    )
    wikidata = LineField(
        "Wikidata", [Optional(), checked(wikidata_of)], description=_l("From wikidata.org, like Q160236.")
    )
    isil = LineField(
        "ISIL", [Optional(), checked(isil_of)], description=_l("As national agencies give it, like FR-751131010.")
    )
    seen = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.country.choices = choices(country_names(str(babel_locale().language)), _("Not known"))
        self.kind.choices = choices(words.KINDS, _("Not known"))

    def details(self, parent_id: int | None) -> Details:
        """Return what was typed; the parent was looked up before."""
        return Details(
            name=self.name.data or "",
            country=self.country.data or "",
            kind=InstitutionKind(self.kind.data) if self.kind.data else None,
            website=self.website.data or None,
            parent_id=parent_id,
            ror=self.ror.data or None,
            wikidata=self.wikidata.data or None,
            isil=self.isil.data or None,
            aliases=tuple(lines_of(self.aliases.data)),
            domains=tuple(lines_of(self.domains.data)),
        )


class AffiliationForm(BaseForm):
    """Who is what to an institution."""

    email = AddressField(_l("E-mail address"), [InputRequired(_l("Enter the person’s e-mail address."))])
    role = SelectField(_l("Role"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(words.ROLES, _("Choose"))[1:]

    @property
    def chosen_role(self) -> InstitutionRole:
        return InstitutionRole(self.role.data)


class CompletionForm(BaseForm):
    """Which programme an institution completed, when, and how the organisers know."""

    line = SelectField(_l("Programme"), [InputRequired(_l("Choose a programme."))])
    season = SelectField(_l("Season"), [InputRequired(_l("Choose a season."))])
    note = LineField(_l("How you know"), [InputRequired(_l("Say how you know, for those who come after you."))])

    def offer(self, programmes: Iterable[Programme], seasons: Iterable[Season]) -> None:
        """Fill the selects: programmes by their line, under the newest title."""
        titles = {each.line: each.title for each in programmes}
        self.line.choices = choices(titles, _("Choose"))
        self.season.choices = choices({each.id: each.title for each in seasons}, _("Choose"))
