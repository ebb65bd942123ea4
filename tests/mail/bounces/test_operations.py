"""Only what is proven is acted on, and each report once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from registrar.audit.models import AuditEntry
from registrar.db import DbSession
from registrar.errors import Conflict
from registrar.mail.bounces import operations
from registrar.mail.bounces.operations import accept, dismiss, take
from registrar.mail.models import BounceReport, OutboxMail, Suppression
from registrar.mail.rules import MailState, Reason, ReportState, ReportVerdict, SuppressionReason
from registrar.mail.suppression import is_suppressed
from registrar.mail.verp import proven_mail
from registrar.people.models import OptOut, Person
from registrar.tokens import Purpose, Tokens
from registrar.weekly.models import Unsubscription
from registrar.weekly.rules import Subscription
from tests import factories
from tests.mail.bounces import corpus
from tests.mail.bounces.corpus import ANA, BOUNCES, message

pytestmark = pytest.mark.usefixtures("context")
Sent = Callable[..., OutboxMail]
Proven = Callable[[OutboxMail], str]
DAY = timedelta(days=1)


def taken(db: DbSession, raw: bytes, now: datetime, recipient: str | None = None) -> BounceReport:
    """Take in a report that is new."""
    report = take(db, raw, "pipe", now=now, recipient=recipient)
    assert report is not None
    return report


def stopped(db: DbSession) -> list[tuple[SuppressionReason, str, int | None]]:
    """Return what is suppressed, by what."""
    return [(each.reason, each.detail, each.outbox_id) for each in db.scalars(select(Suppression))]


def test_a_proven_hard_bounce_stops_the_address(db: DbSession, now: datetime, sent: Sent, proven: Proven) -> None:
    mail = sent()

    report = taken(db, message(corpus.POSTFIX, to=proven(mail)), now)

    said = "5.1.1 550 5.1.1 … Recipient address rejected: User unknown"
    assert (report.state, report.outbox_id, report.raw) == (ReportState.APPLIED, mail.id, None)
    assert stopped(db) == [(SuppressionReason.BOUNCE, said, mail.id)]
    assert is_suppressed(db, ANA)
    assert mail.state is MailState.SENT


def test_the_recipient_that_the_server_names_proves_as_well(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    taken(db, message(corpus.POSTFIX), now, recipient=proven(sent()))

    assert is_suppressed(db, ANA)


def test_the_same_report_counts_once(db: DbSession, now: datetime, sent: Sent, proven: Proven) -> None:
    raw = message(corpus.POSTFIX, to=proven(sent()))
    taken(db, raw, now)
    db.query(Suppression).delete()

    again = [take(db, each, "imap", now=now + DAY) for each in (raw, raw.replace(b"\n", b"\r\n"))]

    assert again == [None, None]
    assert not is_suppressed(db, ANA)


FORGED = [
    BOUNCES,
    "bounces+{id}-aaaaaaaaaaaaaaaa@wearemuseums.example",
    "bounces+{id}-{other_key}@wearemuseums.example",
    "bounces+{id}-{other_mail}@wearemuseums.example",
    "bounces+{id}-{other_purpose}@wearemuseums.example",
    "bounces+{id}-{code}x@wearemuseums.example",
    "bounces+{id}-ſſſſſſſſſſſſſſſſ@wearemuseums.example",
    "bounces+999999999999999999-{code}@wearemuseums.example",
]


@pytest.mark.parametrize("sample", [corpus.POSTFIX, corpus.ABUSE, corpus.GMAIL_FULL], ids=lambda each: each.name)
@pytest.mark.parametrize("address", FORGED)
def test_a_forged_report_stops_nothing_and_waits_for_a_person(
    db: DbSession, now: datetime, sent: Sent, tokens: Tokens, address: str, sample: corpus.Sample
) -> None:
    mail = sent()
    codes = {
        "code": tokens.code(Purpose.BOUNCE, mail.id),
        "other_key": Tokens(["the-key-of-another-installation-0123"]).code(Purpose.BOUNCE, mail.id),
        "other_mail": tokens.code(Purpose.BOUNCE, mail.id + 1),
        "other_purpose": tokens.code(Purpose.UNSUBSCRIBE, mail.id),
    }
    raw = message(sample, to=address.format(id=mail.id, **codes))

    report = taken(db, raw, now)

    assert (report.state, report.outbox_id, report.raw) == (ReportState.WAITING, None, raw)
    assert stopped(db) == []
    assert mail.state is MailState.SENT


def test_an_address_that_is_only_quoted_proves_nothing(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    address = proven(sent()).encode()
    raw = message(corpus.POSTFIX).replace(b"Return-Path: <bounces@wearemuseums.example>", b"Return-Path: " + address)
    raw = raw.replace(b"Your mail could not be delivered.", b"To: " + address)

    assert taken(db, raw, now).state is ReportState.WAITING
    assert stopped(db) == []


def test_a_report_about_two_mails_proves_neither(db: DbSession, now: datetime, sent: Sent, proven: Proven) -> None:
    both = [proven(sent(key)) for key in ("a", "b")]

    report = taken(db, message(corpus.POSTFIX, to=", ".join(both)), now)

    assert (report.state, report.outbox_id) == (ReportState.WAITING, None)


@pytest.mark.parametrize(
    "state", [MailState.QUEUED, MailState.DEFERRED, MailState.CANCELLED, MailState.SKIPPED, MailState.FAILED]
)
def test_a_mail_that_never_left_cannot_come_back(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, state: MailState
) -> None:
    mail = sent(state=state)

    assert taken(db, message(corpus.POSTFIX, to=proven(mail)), now).state is ReportState.WAITING
    assert stopped(db) == []


def test_a_report_written_before_the_mail_is_not_believed(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    raw = message(corpus.POSTFIX, to=proven(sent())).replace(b"11 Jan 2027 09:00:05", b"9 Jan 2027 08:00:00")

    assert taken(db, raw, now).state is ReportState.WAITING


def test_a_report_that_encloses_another_mail_is_not_believed(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    assert taken(db, message(corpus.POSTFIX, to=proven(sent()), message_id="m2"), now).state is ReportState.WAITING


def test_a_report_about_a_person_who_was_erased_is_not_kept(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    mail = sent()
    address = proven(mail)
    db.delete(mail)
    db.commit()

    report = taken(db, message(corpus.POSTFIX, to=address), now)

    assert (report.state, report.outbox_id, report.raw) == (ReportState.APPLIED, None, None)


@pytest.mark.parametrize(
    "sample",
    [
        corpus.POSTFIX_DELAYED, corpus.VACATION, corpus.DELIVERED, corpus.GMAIL_POLICY, corpus.GMAIL_FULL,
        corpus.NOT_SPAM, corpus.TWO_RECIPIENTS,
    ],
    ids=lambda each: each.name,
)  # fmt: skip
def test_what_is_no_final_failure_stops_nothing(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, sample: corpus.Sample
) -> None:
    report = taken(db, message(sample, to=proven(sent())), now)

    assert (report.state, report.raw) == (ReportState.APPLIED, None)
    assert stopped(db) == []


def test_where_mail_is_passed_on_another_mailbox_may_be_gone(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    report = taken(db, message(corpus.POSTFIX, to=proven(sent()), recipient="ana@elsewhere.example"), now)

    assert (report.verdict, report.state) == (ReportVerdict.HARD, ReportState.APPLIED)
    assert stopped(db) == []


@pytest.mark.parametrize(
    ("sample", "state", "reason"),
    [
        (corpus.POSTFIX, MailState.FAILED, Reason.SMTP),
        (corpus.GMAIL_FULL, MailState.FAILED, Reason.SMTP),
        (corpus.VACATION, MailState.SENT, None),
        (corpus.ABUSE, MailState.SENT, None),
        (corpus.CHALLENGE, MailState.IN_DOUBT, None),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_what_comes_back_ends_the_doubt(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, sample: corpus.Sample, state: MailState, reason: Reason
) -> None:
    mail = sent(state=MailState.IN_DOUBT, finished_at=None)

    taken(db, message(sample, to=proven(mail)), now)

    db.refresh(mail)
    assert (mail.state, mail.reason) == (state, reason)


def test_a_report_nobody_understands_waits_with_its_mail(
    db: DbSession, now: datetime, sent: Sent, proven: Proven
) -> None:
    mail = sent()

    report = taken(db, message(corpus.HUMAN, to=proven(mail)), now)

    assert (report.state, report.outbox_id, report.verdict) == (ReportState.WAITING, mail.id, ReportVerdict.UNKNOWN)


def test_a_flood_waits_without_its_words(db: DbSession, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_KEPT_WHOLE", 2)

    reports = [taken(db, message(corpus.HUMAN, to=f"{number}@x.example"), now) for number in range(3)]

    assert [each.raw is not None for each in reports] == [True, True, False]


def test_a_complaint_stops_the_address_and_what_was_complained_about(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, ana: Person
) -> None:
    registration = factories.registration(db, factories.series(db), person_id=ana.id)
    mail = sent(kind="reminders.before", registration_id=registration.id)

    taken(db, message(corpus.ABUSE, to=proven(mail)), now)

    off = db.scalars(select(Unsubscription.subscription).where(Unsubscription.registration_id == registration.id))
    assert stopped(db) == [(SuppressionReason.COMPLAINT, "abuse", mail.id)]
    assert off.all() == [Subscription.REMINDERS]


def test_a_complaint_about_an_announcement_stops_those_of_its_series(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, ana: Person
) -> None:
    taken(db, message(corpus.ABUSE, to=proven(sent(kind="campaigns.letter", topic="wac-weekly"))), now)

    assert db.execute(select(OptOut.person_id, OptOut.topic)).all() == [(ana.id, "wac-weekly")]


def soft_bounces(db: DbSession, now: datetime, sent: Sent, proven: Proven, days: list[int]) -> None:
    """Let a mail of each of these days (before now) come back softly."""
    for number, day in enumerate(days):
        mail = sent(f"soft:{day}:{number}", finished_at=now - day * DAY, message_id=f"s{number}")
        taken(db, message(corpus.GMAIL_FULL, to=proven(mail), message_id=f"s{number}"), now)


@pytest.mark.parametrize(
    ("days", "reasons"),
    [
        ([7, 5, 4, 2, 0], [SuppressionReason.SOFT_BOUNCES]),
        ([6, 5, 4, 2, 0], []),
        ([9, 5, 2, 0], []),
    ],
)
def test_soft_bounces_stop_an_address_when_they_are_many_for_long(
    db: DbSession, now: datetime, sent: Sent, proven: Proven, days: list[int], reasons: list[SuppressionReason]
) -> None:
    soft_bounces(db, now, sent, proven, days)

    assert [reason for reason, _detail, _mail in stopped(db)] == reasons


def test_one_mail_that_arrived_begins_the_count_anew(db: DbSession, now: datetime, sent: Sent, proven: Proven) -> None:
    sent("arrived", finished_at=now - 6 * DAY)

    soft_bounces(db, now, sent, proven, [9, 8, 7, 5, 4, 2])

    assert stopped(db) == []


def test_refusals_that_are_about_us_do_not_count(db: DbSession, now: datetime, sent: Sent, proven: Proven) -> None:
    for day in range(0, 12, 2):
        mail = sent(f"policy:{day}", finished_at=now - day * DAY, message_id=f"p{day}")
        taken(db, message(corpus.GMAIL_POLICY, to=proven(mail), message_id=f"p{day}"), now)

    assert stopped(db) == []


def test_a_person_settles_a_report_once(db: DbSession, now: datetime) -> None:
    report = taken(db, message(corpus.POSTFIX), now)

    accept(db, report, "Ana@Museum.example", by="staff:1", now=now + DAY)
    with pytest.raises(Conflict):
        dismiss(db, report, by="staff:2", now=now + DAY)

    db.refresh(report)
    assert (report.state, report.settled_by, report.settled_at, report.raw) == (
        ReportState.SETTLED, "staff:1", now + DAY, None,
    )  # fmt: skip
    assert is_suppressed(db, ANA)
    assert db.scalars(select(AuditEntry.action)).all() == ["suppression.stop", "report.accept"]


def test_dismissing_stops_nothing(db: DbSession, now: datetime) -> None:
    report = taken(db, message(corpus.POSTFIX), now)

    dismiss(db, report, by="staff:1", now=now)

    assert stopped(db) == []
    assert db.scalars(select(AuditEntry.action)).all() == ["report.dismiss"]


def test_only_plain_letters_and_figures_are_a_code(tokens: Tokens) -> None:
    code = tokens.code(Purpose.BOUNCE, 7)
    written = [f"b+7-{code.upper()}@x", f"b+٧-{code}@x", f"b+7-{'ſ' * 16}@x"]

    assert [proven_mail(address) for address in written] == [7, None, None]
