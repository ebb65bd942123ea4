"""Every page of the product with an address at which the demonstration fills it, by the person who may see it."""

from dataclasses import replace

from sqlalchemy import select

from registrar.calls import form_operations, versions
from registrar.calls.definition import Choice, Question
from registrar.calls.definition import Words as FormWords
from registrar.calls.rules import QuestionType
from registrar.letters import operations
from registrar.letters.rules import LetterUse, Words
from registrar.mail.bounces.operations import take
from registrar.mail.models import BounceReport
from registrar.people.models import Person
from registrar.reminders.models import ReminderRule
from registrar.tokens import Purpose
from registrar.weekly.models import Registration, Seat, SignUp
from registrar.weekly.personal.entry_views import LINK
from registrar.weekly.rules import SeatState
from tests import factories
from tests.browser.applying import ways_in
from tests.browser.desk import desk
from tests.browser.house import CAMILLE, House
from tests.browser.institutions import institutions
from tests.browser.mailings import announcements, mailings
from tests.browser.panel import panel
from tests.browser.releases import releases
from tests.browser.weighing import weighing
from tests.mail.bounces import corpus

RED, BLUE = Choice("red", FormWords("Red")), Choice("blue", FormWords("Blue", "Bleu"))
PUBLIC = (
    "/",
    "/seasons/wac-lab",
    "/seasons/wac-lab-season-3",
    "/seasons/wac-lab/wac-museums",
    "/seasons/wac-lab/wac-factory",
    "/calls",
    "/calls/wac-museums",
    "/calls/wac-museums/questions",
    "/calls/wac-museums-season-3",
    "/calls/wac-museums/eligibility?institution=Nobody+knows+it&country=FR",
    "/archive",
    "/archive?q=museum",
    "/archive/villa-albertine-talks",
    "/weekly/wac-weekly",
    "/weekly/wac-weekly/week-7",
    "/weekly/wac-weekly/week-8",
    "/weekly/wac-weekly/week-9",
    "/weekly/wac-weekly/week-11",
    "/weekly/wac-weekly/week-14",
    "/weekly/wac-weekly/week-18",
    "/weekly/wac-weekly/sign-up",
    "/weekly/wac-weekly/sign-up?session=week-9",
    "/weekly/wac-weekly/check-your-mail",
    "/calls/wac-museums/apply",
    "/calls/wac-museums/apply/sent",
    "/calls/wac-museums-season-3/apply",
    "/applications/link",
    "/applications/link/sent",
    "/my/link",
    "/my/link/sent",
    "/sign-in",
    "/sign-in/sent",
    "/goodbye",
    "/privacy",
    "/accessibility",
    "/help",
)
PERSONAL = (
    "/my",
    "/my/cancel",
    "/my/settings",
    "/my/mails",
    "/my/erase",
    "/weekly/wac-weekly/week-10",
    "/weekly/wac-weekly/sign-up",
)
NOT_PAGES = frozenset(
    {
        *("static", "ops.healthz", "ops.readyz", "about.robots", "archive_feeds.atom", "archive_feeds.sitemap"),
        *("feeds.personal", "weekly.calendar", "weekly.session_calendar", "outbox.source", "outbox.part"),
        *("institutions.suggest", "campaigns.letter", "letters.mail", "reminders.mail", "outbox.html"),
        *("privacy.export", "weekly.index", "applications.changes"),
        *("applications.download", "applications.document_pdf", "applications.document_json"),
        *("campaigns.letter", "letters.mail", "reminders.mail", "outbox.html"),
        *("privacy.export", "weekly.index", "forms.version_json", "forms.draft_json"),
        *("applications.changes", "desk.file", "reviews.file"),
        *("campaigns.letter", "letters.mail", "reminders.mail", "outbox.html", "reviews_manage.release_letter"),
        *("privacy.export", "weekly.index", "accounts.reviewers", "forms.version_json", "forms.draft_json"),
        *("applications.changes", "desk.file"),
    }
)
"""Files, a letter that runs no script (so axe cannot look at it), redirects and what machines ask."""


def behind_links(house: House) -> list[str]:
    """Return the pages that a link in a mail leads to."""
    with house.db() as db:
        sign_up = db.scalars(
            select(SignUp.id).where(SignUp.confirmed_at.is_(None), SignUp.refused_at.is_(None))
        ).first()
        offered = db.scalars(select(Seat.id).where(Seat.state == SeatState.OFFERED)).first()
        registration = db.scalars(select(Registration.id).join(Person).where(Person.email == CAMILLE)).one()
    make = house.tokens.make
    joins = [make(Purpose.JOIN, registration, house.week(number).id) for number in (8, 9, 11, 13, 14)]
    return [
        f"/confirm/{make(Purpose.CONFIRM, sign_up or 0, expires_at=house.tomorrow)}",
        f"/not-me/{make(Purpose.NOT_ME, sign_up or 0)}",
        f"/offers/{make(Purpose.OFFER, offered or 0)}",
        announcements(house),
        f"/unsubscribe/{make(Purpose.UNSUBSCRIBE, registration, 0)}",
        house.door_of(CAMILLE).removeprefix(house.url),
        house.organisers_door().removeprefix(house.url),
        *(f"/join/{token}" for token in joins),
        *ways_in(house),
    ]


def outbox(house: House) -> list[str]:
    """Return the pages of the local outbox, with a letter in it."""
    with house.db() as db:
        LINK.send(db, db.scalars(select(Person).where(Person.email == CAMILLE)).one(), now=house.clock.now)
        db.commit()
    house.deliver()
    views = [f"/outbox/1?view={view}" for view in ("html", "text", "headers", "source")]
    return ["/outbox", "/outbox?q=nobody", *views]


def letters(house: House) -> list[str]:
    """Return the pages of the letter editor, with a letter in it that has two versions and something to mend."""
    words = Words("A new season", "", "Hello {{ name }},\n\n* [click here]({{ my_link }})", "")
    with house.db() as db:
        name = operations.free_name(db, "New season")
        letter = operations.create(db, name, LetterUse.CAMPAIGN, words, by="staff:1", now=house.clock.now)
        changed = replace(words, subject_en="ANOTHER SEASON")
        operations.save(db, letter, changed, seen=1, by="staff:1", now=house.clock.now)
        db.commit()
        number = letter.id
    pages = ("", "?shelf=archived", "/new/reminder", f"/{number}", f"/{number}/versions/1", f"/{number}/versions/2")
    return [f"/console/mail/letters{page}" for page in pages]


def forms(house: House) -> list[str]:
    """Return the pages of the form builder, with a form that has two versions, and changes with something to mend."""
    with house.app.app_context(), house.db() as db:
        form = factories.call(db).form
        for number in range(2):
            ask = Question("", QuestionType.SINGLE_CHOICE, FormWords("Colour?"), choices=(RED, BLUE))
            asked = form_operations.add_new_question(db, form.id, ask, "you", by="staff:1", now=house.clock.now)
            if number == 0:
                versions.publish(db, form.id, by="staff:1", now=house.clock.now)
        form_operations.take_out_question(db, form.id, "new", seen=None, by="staff:1", now=house.clock.now)
        db.commit()
        here = f"/console/forms/{form.id}"
    parts = ["", "/name", "/preview", "/preview?preview=fr", "/publish", "/versions/1", "/versions/2"]
    parts += ["/add/section", "/sections/you", "/questions/past", f"/questions/{asked.key}", "/questions/people"]
    adding = [f"/add/question?section=team&type={kind}" for kind in ("long_text", "multiple_choice", "file")]
    return ["/console/forms", "/console/forms/new", *(f"{here}{part}" for part in [*parts, *adding])]


def reports(house: House) -> list[str]:
    """Return the pages of what came back, with a report that names somebody and waits, and one that is dealt with."""
    with house.app.app_context(), house.db() as db:
        for sample in (corpus.POSTFIX, corpus.VACATION):
            take(db, corpus.message(sample, recipient=CAMILLE), "pipe", now=house.clock.now)
        db.commit()
        waiting, over = (
            db.scalars(select(BounceReport.id).where(BounceReport.verdict == verdict)).all()[-1]
            for verdict in (corpus.HARD, corpus.AUTO_REPLY)
        )
    found = f"/console/mail/reports/{waiting}"
    return ["/console/mail/reports", found, f"{found}?q=a", f"/console/mail/reports/{over}"]


def console(house: House) -> list[str]:
    """Return the pages of the organisers."""
    with house.db() as db:
        camille = db.scalars(select(Person.id).where(Person.email == CAMILLE)).one()
        rule = db.scalars(select(ReminderRule.id).order_by(ReminderRule.id)).first()
    coming, cancelled, over = (house.week(number).id for number in (9, 14, 8))
    sessions = "/console/sessions"
    return [
        "/console",
        sessions,
        f"{sessions}/{coming}",
        f"{sessions}/{over}/afterwards",
        f"{sessions}/{coming}/move",
        f"{sessions}/{coming}/shift",
        f"{sessions}/{coming}/cancel",
        f"{sessions}/{cancelled}/reinstate",
        f"{sessions}/add",
        f"{sessions}/generate",
        "/console/calls",
        "/console/calls/new",
        "/console/calls/wac-museums",
        "/console/calls/wac-museums/dates",
        "/console/calls/wac-factory",
        "/console/calls/wac-factory/texts",
        "/console/calls/wac-factory/admission",
        "/console/calls/wac-factory/preview",
        "/console/calls/wac-factory/preview/questions",
        "/console/calls/wac-museums-season-3/again",
        "/console/registrations",
        "/console/registrations?q=nobody-at-all",
        "/console/sign-ups",
        f"/console/people/{camille}",
        f"/console/people/{camille}/tags",
        "/console/tags",
        "/console/mail",
        *reports(house),
        "/console/mail/suppressions",
        "/console/mail/suppressions?q=nobody@museum.example",
        f"/console/mail/why?person={camille}&session={over}",
        *letters(house),
        *forms(house),
        "/console/mail/forecast",
        "/console/mail/delivery",
        "/console/mail/gates",
        "/console/mail/rules",
        "/console/mail/rules/new",
        f"/console/mail/rules/{rule}",
        f"/console/mail/rules/{rule}/preview",
        f"/console/mail/rules/sessions/{coming}",
        *mailings(house),
        *institutions(house),
        *desk(house),
        *panel(house),
        *weighing(house),
        *releases(house),
        *releases(house),
        *panel(house),
        "/console/team",
        "/console/audit",
    ]
