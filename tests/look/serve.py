"""The style guide: every part of the look with realistic content on a small app; python -m tests.look.serve."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from flask import Flask, flash, render_template
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

ROOT = Path(__file__).parents[2]
ERRORS = ("400", "403", "404", "405", "413", "429", "500", "503")
NEXT = datetime(2026, 11, 25, 17, tzinfo=UTC)
TOPICS = (
    "What a museum owes to the network",
    "Tokens as membership: three years on",
    "Digital twins of fragile collections",
    "Who owns a generated image?",
    "Provenance you can read from a phone",
    "Low-tech immersion in small museums",
    "The carbon cost of permanence",
    "Community voting in exhibition making",
    "Lending digital works between museums",
    "Teaching artificial intelligence in the galleries",
)


class SignUp(FlaskForm):
    """A sign-up with one field of each kind."""

    name = StringField("Your name", [InputRequired("Enter your name.")])
    email = EmailField(
        "E-mail address",
        [InputRequired("Enter an e-mail address, like ana@museum.org.")],
        description="We send one mail to confirm it.",
    )
    institution = StringField("Institution")
    zone = SelectField(
        "Your time zone",
        [InputRequired("Choose a time zone.")],
        choices=[Choice(zone) for zone in ("", "Europe/Paris", "America/New_York", "Asia/Singapore")],
    )
    about = TextAreaField("What would you like to hear about?")
    starts = DateTimeLocalField("A time that suits you")
    slides = FileField("A picture of your museum")
    scope = RadioField(
        "What would you like to join?",
        [InputRequired("Choose what you would like to join.")],
        choices=[
            Choice("season", "The whole season"),
            Choice("one", "This discussion only"),
            Choice("some", "Chosen weeks"),
        ],
    )
    weeks = SelectMultipleField(
        "Weeks",
        choices=[Choice("10", "Week 10"), Choice("11", "Week 11")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    consent = BooleanField(
        "I agree that We Are Museums keeps these details for this season.",
        [InputRequired("Tick the box to register.")],
        description="You can see, change and erase them at any time.",
    )


def weeks() -> list[dict[str, Any]]:
    """Return a season of 25 weeks in its ninth."""
    special = {5: "cancelled", 9: "next", 14: "skipped", 20: "cancelled"}
    return [
        {
            "number": number,
            "state": special.get(number, "done" if number < 9 else "planned"),
            "title": TOPICS[number % len(TOPICS)],
            "url": None if number == 20 else f"/weekly/{number}",
            "at": NEXT + timedelta(weeks=number - 9),
            "when": local_time(NEXT + timedelta(weeks=number - 9), "Europe/Paris"),
        }
        for number in range(1, 26)
    ]


def local_time(at: datetime, zone: str) -> str:
    """Write the moment as the product's filter does."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{here:%A} {here.day} {here:%B %Y, %H:%M}"


def local_date(at: datetime, zone: str) -> str:
    """Write the day."""
    return f"{at.astimezone(ZoneInfo(zone)):%A %d %B %Y}"


def local_clock(at: datetime, zone: str) -> str:
    """Write the hour and minute."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def zone_label(at: datetime, zone: str) -> str:
    """Name the zone by its city."""
    return f"{zone.split('/')[-1].replace('_', ' ')} time"


def create_guide() -> Flask:
    """Build the app of the style guide."""
    app = Flask(__name__, static_folder=str(ROOT / "registrar/static"))
    app.config.update(SECRET_KEY="style guide", WTF_CSRF_ENABLED=False)
    app.jinja_options = {"extensions": ["jinja2.ext.i18n"]}
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent)])
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        with_colon="{}:".format,
        local_time=local_time,
        short_time=local_time,
        local_date=local_date,
        local_clock=local_clock,
        zone_label=zone_label,
    )
    app.jinja_env.globals.update(
        csrf_token=lambda: "token", csp_nonce=lambda: "nonce", weeks=weeks(), next=NEXT, **FRAME
    )
    _route(app)
    return app


FRAME: dict[str, Any] = {
    "organisation": "We Are Museums",
    "locale": "en",
    "navigation": [("WAC Weekly", "/session", True), ("Programmes", "/p", False), ("Archive", "/archive", False)],
    "footer_links": [
        ("Privacy", "/privacy", False),
        ("Accessibility", "/accessibility", False),
        ("Help", "/help", False),
        ("Feed", "/feed", False),
    ],
    "console_navigation": [
        ("Today", "/console", True),
        ("Season planner", "/console/season", False),
        ("Registrations", "/console/registrations", False),
        ("Mail", "/console/mail", False),
        ("Outbox", "/outbox", False),
        ("Catalogue", "/console/catalogue", False),
        ("Team", "/console/team", False),
    ],
    "alternates": [],
    "canonical": None,
    "current_staff": None,
    "console_url": "/console",
    "sign_out_url": "/sign-out",
    "manage_url": "http://127.0.0.1:5000/my",
    "unsubscribe_url": "http://127.0.0.1:5000/my/mails",
}
PAGES = ("session", "sign-up", "my", "confirmed", "console")


def _route(app: Flask) -> None:
    for page in PAGES:
        app.add_url_rule(f"/{page}", page, _page, defaults={"page": page})
    app.add_url_rule("/errors/<code>", view_func=lambda code: render_template(f"errors/{code}.html"))
    app.add_url_rule("/mail", view_func=_mail)


def _page(page: str) -> str:
    form = SignUp(data={"institution": "Musée d'Orsay", "scope": None})
    if page == "sign-up":
        form = SignUp(formdata=None, institution="Musée d'Orsay")
        form.validate()
        form.form_errors.clear()
    if page == "my":
        flash({"text": "You skip week 14.", "url": "/undo", "label": "Undo", "fields": {"week": 14}}, "undo")  # type: ignore[arg-type]
    staff = SimpleNamespace(name="Diane") if page == "console" else None
    return render_template("styleguide.html", page=page, form=form if page == "sign-up" else None, current_staff=staff)


def _mail() -> str:
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
    return inliner.inline(render_template("mail.html"))


if __name__ == "__main__":
    create_guide().run(port=5099)
