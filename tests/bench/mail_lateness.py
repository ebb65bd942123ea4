"""How late mail leaves: the confirmation after the click, and a one-hour reminder while a campaign to 100,000 runs.

The real web server and worker, and a mail server that takes everything and notes when.
"""

import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Engine, func, select, update

from registrar import migrations
from registrar.campaigns import operations as campaigns
from registrar.campaigns.operations import Approval
from registrar.campaigns.segments import Segment
from registrar.db import DbSession
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.models import OutboxMail
from registrar.mail.rules import MailState
from registrar.programmes.models import Programme
from registrar.reminders.models import ReminderRule
from registrar.reminders.operations import ensure_default_rules
from tests import factories
from tests.databases import Databases
from tests.faults.browser import Browser, filled, form
from tests.faults.crowd import gather
from tests.faults.exactly import Taken, sink
from tests.faults.lab import engine_of
from tests.faults.nursery import Nursery, Order
from tests.faults.processes import environ_of, free_port, until
from tests.faults.site import Site

BY = "staff:1"
HOUR = timedelta(hours=1)
REMINDERS, CLICKS = 800, 60
AHEAD = timedelta(seconds=30)
"""How long the campaign has run when the reminders are due."""
PAUSE = 0.2
SECONDS = 900.0
WORDS = {"subject_en": "News", "subject_fr": "Nouvelles", "body_en": "Dear {{ name }}", "body_fr": "Bonjour {{ name }}"}


@dataclass(frozen=True)
class Lateness:
    """Seconds, sorted, and what else ran meanwhile."""

    seconds: list[float]
    meanwhile: float = 0.0
    """Mails of the campaign per second while the reminders left."""
    waiting: int = 0
    """Mails of the campaign that still waited when the last reminder had left."""

    def share(self, percent: int) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def measure(kind: str, databases: Databases, folder: Path, *, campaign: int) -> str:
    """Measure both on new databases of this kind, and return a table."""
    first, second = folder / "clicks", folder / "reminders"
    first.mkdir()
    second.mkdir()
    clicks = confirmations(first, databases.fresh_url(kind), CLICKS)
    late = reminders(second, databases.fresh_url(kind), campaign)
    return "\n".join(
        [
            "| database | how late | mails | p50 | p95 | p99 | worst |",
            "|---|---|---:|---:|---:|---:|---:|",
            _line(kind, "from click to acceptance of the confirmation", clicks),
            _line(kind, f"one-hour reminder while a campaign to {campaign:,} runs", late),
            f"Meanwhile {late.meanwhile:.0f} mails of the campaign per second; {late.waiting:,} still waited.",
        ]
    )


def _line(kind: str, what: str, found: Lateness) -> str:
    shares = " | ".join(f"{found.share(percent):.2f} s" for percent in (50, 95, 99))
    return f"| {kind} | {what} | {len(found.seconds)} | {shares} | {max(found.seconds):.2f} s |"


def confirmations(folder: Path, database_url: str, clicks: int) -> Lateness:
    """Let strangers sign up one after the other, and measure until the mail server has their confirmation."""
    slug = _seed(database_url)
    site = Site(folder, database_url)
    clicked: dict[str, float] = {}
    with sink(folder, site.smtp_port) as (_, taken):
        try:
            site.start(mail_workers=1)
            _sign_up(site.port, slug, "warm@example.org")
            for number in range(clicks):
                clicked[f"stranger{number}@example.org"] = _sign_up(site.port, slug, f"stranger{number}@example.org")
                time.sleep(PAUSE)
            engine = engine_of(database_url)
            until(lambda: _count(engine, "weekly.confirm", MailState.SENT) > clicks, "every confirmation", SECONDS)
            engine.dispose()
        finally:
            site.stop()
    return Lateness(sorted(_first(taken(), email) - at for email, at in clicked.items()))


def _seed(database_url: str) -> str:
    engine = engine_of(database_url)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        factories.organisation(db)
        series = factories.series(db)
        factories.session(db, series, starts_at=datetime.now(UTC) + timedelta(days=5))
        slug = series.slug
        db.commit()
    engine.dispose()
    return slug


def _sign_up(port: int, slug: str, email: str) -> float:
    """Fill in the form as a stranger, and return when its button was clicked."""
    browser, path = Browser(port), f"/weekly/{slug}/sign-up"
    typed = filled(form(browser.get(path), "email"), name="Robin Doe", email=email, scope="season", consent="y")
    clicked = time.time()
    page = browser.post(path, typed)
    if page.status != 303:
        raise RuntimeError(f"The sign-up was answered with {page.status}.")
    return clicked


def reminders(folder: Path, database_url: str, campaign: int) -> Lateness:
    """Begin a campaign, let the reminders of one session fall due, and measure how late each is accepted."""
    engine = engine_of(database_url)
    migrations.upgrade(engine)
    with DbSession(engine) as db:
        _crowd(db, campaign)
        db.commit()
    with sink(folder) as (port, taken), Nursery() as nursery:
        due_at = _begin(engine, campaign)
        order = Order.of(["worker"], environ_of(folder, database_url, free_port(), port), folder, "worker")
        worker = nursery.start(order)
        until(lambda: _count(engine, "reminders.before", MailState.SENT) >= REMINDERS, "every reminder", SECONDS)
        waiting = campaign - _count(engine, "campaigns.letter", MailState.SENT)
        worker.send(signal.SIGTERM)
        worker.wait()
    return _lateness(engine, taken(), due_at, waiting)


def _crowd(db: DbSession, campaign: int) -> None:
    """Store a series with everybody in it, and a session that only some have a seat in."""
    factories.organisation(db)
    series = factories.series(db)
    session = factories.session(db, series, starts_at=datetime.now(UTC) + timedelta(days=1))
    then = datetime.now(UTC) - timedelta(days=3)
    gather(db, series.id, [session.id], range(1, REMINDERS + 1), then)
    gather(db, series.id, [], range(REMINDERS + 1, campaign + 1), then)
    ensure_default_rules(db, series)
    db.execute(update(ReminderRule).where(ReminderRule.lead != HOUR).values(disabled_at=then))


def _begin(engine: Engine, count: int) -> datetime:
    """Let the campaign leave now, and the session begin an hour after its reminder is due; return when that is."""
    now = datetime.now(UTC)
    due_at = now + AHEAD
    with DbSession(engine) as db:
        series = db.scalars(select(Programme)).one()
        for session in series.sessions:
            session.starts_at, session.ends_at = due_at + HOUR, due_at + 2 * HOUR
        letter = factories.stored(db, LetterTemplate(name="News", use=LetterUse.CAMPAIGN, created_at=now))
        factories.stored(db, LetterVersion(template_id=letter.id, number=1, created_at=now, created_by=BY, **WORDS))
        draft = campaigns.create(db, "News", series, letter, timezone="Europe/Paris", by=BY, now=now)
        campaigns.choose(db, draft.id, Segment(series=series.id), by=BY, now=now)
        campaigns.approve(db, draft.id, Approval(count, count), hold=timedelta(0), by=BY, now=now)
        db.commit()
    return due_at


def _lateness(engine: Engine, taken: Taken, due_at: datetime, waiting: int) -> Lateness:
    with DbSession(engine) as db:
        kinds = dict(db.execute(select(OutboxMail.message_id, OutboxMail.kind)).all())
    engine.dispose()
    times: dict[str, list[float]] = {}
    for ids in taken.values():
        for message_id, moments in ids.items():
            times.setdefault(kinds[message_id.strip("<>").partition("@")[0]], []).extend(moments)
    late = sorted(at - due_at.timestamp() for at in times["reminders.before"])
    last = due_at.timestamp() + late[-1]
    meanwhile = sum(due_at.timestamp() <= at <= last for at in times["campaigns.letter"])
    return Lateness(late, meanwhile / max(late[-1], 0.001), waiting)


def _first(taken: Taken, email: str) -> float:
    return min(at for moments in taken[email].values() for at in moments)


def _count(engine: Engine, kind: str, state: MailState) -> int:
    counted = select(func.count()).select_from(OutboxMail).where(OutboxMail.kind == kind, OutboxMail.state == state)
    with DbSession(engine) as db:
        return db.scalar(counted) or 0
