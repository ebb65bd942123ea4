"""What is held about a person, table by table and column by column, with what it means: the source of the export."""

from sqlalchemy import ColumnElement, or_, select

from registrar.applications.models import Invitation
from registrar.audit.models import AuditEntry
from registrar.mail.models import BounceReport, LocalMail, MailAttempt, OutboxMail
from registrar.people.models import Consent, OptOut, Person, PersonTag
from registrar.privacy.application_holdings import APPLICATION_HOLDINGS, invitations_to
from registrar.privacy.holding import INTERNAL, NUMBER, Holding, Of
from registrar.weekly.models import Attendance, Registration, Seat, SignUp, Unsubscription


def _registrations(person: Person) -> ColumnElement[bool]:
    return Registration.person_id == person.id


def _by_registration(model: type[Seat] | type[Unsubscription]) -> Of:
    def of(person: Person) -> ColumnElement[bool]:
        return model.registration_id.in_(select(Registration.id).where(_registrations(person)))

    return of


def sign_ups_of(person: Person) -> ColumnElement[bool]:
    """Match what was typed on a sign-up page with this person's address."""
    return SignUp.email_key == person.email_key


def mails_of(person: Person) -> ColumnElement[bool]:
    """Match every mail to this person, also from before they had confirmed their address."""
    return or_(
        OutboxMail.person_id == person.id,
        OutboxMail.sign_up_id.in_(select(SignUp.id).where(sign_ups_of(person))),
        OutboxMail.registration_id.in_(select(Registration.id).where(_registrations(person))),
        OutboxMail.invitation_id.in_(select(Invitation.id).where(invitations_to(person))),
    )


def _by_mail(model: type[LocalMail] | type[MailAttempt] | type[BounceReport]) -> Of:
    def of(person: Person) -> ColumnElement[bool]:
        return model.outbox_id.in_(select(OutboxMail.id).where(mails_of(person)))

    return of


def _audit(person: Person) -> ColumnElement[bool]:
    return or_(
        AuditEntry.actor == f"person:{person.id}",
        (AuditEntry.subject == Person.__tablename__) & (AuditEntry.subject_id == person.id),
    )


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        Person,
        "Who you are to us: what you told us when you signed up or changed in your settings.",
        lambda person: Person.id == person.id,
        {
            "id": NUMBER,
            "email": "Your address; mail goes here.",
            "email_key": "The same address in one spelling, so that you are not registered twice.",
            "name": "Your name.",
            "institution": "Your institution.",
            "country": "Your country, by its ISO 3166 code.",
            "timezone": "The time zone in which times are written for you.",
            "locale": "The language of your mails.",
            "created_at": "When your address was first confirmed.",
            "confirmed_at": "When your address was last proven to be yours.",
        },
        {"link_number": INTERNAL},
    ),
    Holding(
        Consent,
        "What you agreed to, in which words and when.",
        lambda person: Consent.person_id == person.id,
        {
            "id": NUMBER,
            "person_id": "You.",
            "purpose": "What you agreed to.",
            "text_version": "Which version of the words you read.",
            "locale": "In which language you read them.",
            "given_at": "When you ticked the box.",
            "proven_at": "When you confirmed it from your own mailbox.",
            "withdrawn_at": "When you took it back.",
        },
        {},
    ),
    Holding(
        SignUp,
        "What was typed on a sign-up page with your address.",
        sign_ups_of,
        {
            "id": NUMBER,
            "programme_id": "The series.",
            "email": "The address that was typed.",
            "email_key": "The same address in one spelling.",
            "name": "The name that was typed.",
            "institution": "The institution that was typed.",
            "country": "The country that was chosen.",
            "timezone": "The time zone that was chosen.",
            "locale": "The language of the page.",
            "scope": "The whole season, or chosen weeks.",
            "session_ids": "The chosen weeks.",
            "consent_version": "Which version of the consent was shown.",
            "created_at": "When it was first sent.",
            "updated_at": "When it was last sent.",
            "mail_number": "How many confirmation mails were asked for.",
            "mailed_at": "When the last one was asked for.",
            "confirmed_at": "When it was confirmed from your mailbox.",
            "refused_at": 'When "not me" was answered.',
        },
        {},
    ),
    Holding(
        Registration,
        "Your registrations for a series.",
        _registrations,
        {
            "id": NUMBER,
            "programme_id": "The series.",
            "person_id": "You.",
            "reference": "The reference to quote when you write to us.",
            "scope": "The whole season, or chosen weeks.",
            "confirmed_at": "When you confirmed it.",
            "cancelled_at": "When it was cancelled.",
        },
        {},
    ),
    Holding(
        Seat,
        "Your seat in each session.",
        _by_registration(Seat),
        {
            "id": NUMBER,
            "registration_id": "The registration it belongs to.",
            "session_id": "The session.",
            "state": "Confirmed, waiting, offered, lapsed or skipped.",
            "state_at": "Since when.",
            "queue_number": "Your number on the waiting list.",
            "offered_until": "Until when a place is kept for you.",
            "changes": "How often you gave it up or took it again.",
        },
        {},
    ),
    Holding(
        Attendance,
        "Where you were, as far as we know it from your join link.",
        lambda person: Attendance.person_id == person.id,
        {
            "id": NUMBER,
            "session_id": "The session.",
            "person_id": "You.",
            "joined_at": "When you went in.",
            "source": "How we know.",
        },
        {},
    ),
    Holding(
        Unsubscription,
        "The kinds of mail that you switched off.",
        _by_registration(Unsubscription),
        {
            "id": NUMBER,
            "registration_id": "The registration it belongs to.",
            "subscription": "The kind of mail.",
            "created_at": "When you switched it off.",
        },
        {},
    ),
    Holding(
        PersonTag,
        "Words that we put on your record to find it again.",
        lambda person: PersonTag.person_id == person.id,
        {"id": NUMBER, "person_id": "You.", "tag": "The word."},
        {},
    ),
    Holding(
        OptOut,
        "The lists whose announcements you do not want.",
        lambda person: OptOut.person_id == person.id,
        {"id": NUMBER, "person_id": "You.", "topic": "The list.", "created_at": "Since when."},
        {},
    ),
    *APPLICATION_HOLDINGS,
    Holding(
        OutboxMail,
        "The mails to you: what about, when, and what became of them.",
        mails_of,
        {
            "id": NUMBER,
            "key": "What the mail is about; no second one has the same.",
            "kind": "The kind of mail.",
            "state": "What became of it.",
            "reason": "Why it ended so.",
            "detail": "What the mail server said.",
            "person_id": "You.",
            "sign_up_id": "The sign-up it is about.",
            "registration_id": "The registration it is about.",
            "session_id": "The session it is about.",
            "application_id": "The application it is about.",
            "invitation_id": "The invitation it is about.",
            "campaign_id": "The organisers' mailing it belongs to.",
            "letter_version_id": "Which version of the organisers' words it is written in.",
            "topic": "The series it belongs to.",
            "revision": "Which state of the session it speaks of.",
            "context": "What else it is about.",
            "created_at": "When it was decided.",
            "due_at": "When it was to be sent.",
            "expires_at": "After which it would not have been sent.",
            "attempts": "How often delivery was tried.",
            "finished_at": "When it was sent or given up.",
            "message_id": "Its Message-ID, which your mail program knows too.",
            "content_hash": "A fingerprint of what was sent.",
        },
        dict.fromkeys(("lane", "staff_id", "rule_id", "next_at", "claimed_by", "lease_until", "marked_at"), INTERNAL),
    ),
    Holding(
        MailAttempt,
        "Each attempt to deliver a mail to you.",
        _by_mail(MailAttempt),
        {
            "id": NUMBER,
            "outbox_id": "The mail.",
            "ended_at": "When.",
            "outcome": "What became of it.",
            "code": "The mail server's answer as a number.",
            "text": "The mail server's answer in words.",
            "domain_group": "Whose mailboxes yours is among.",
        },
        {"worker": INTERNAL},
    ),
    Holding(
        BounceReport,
        "What came back to us about a mail to you.",
        _by_mail(BounceReport),
        {
            "id": NUMBER,
            "outbox_id": "The mail.",
            "received_at": "When.",
            "verdict": "What it says.",
            "status": "Its code.",
            "diagnostic": "Its words.",
            "state": "Whether it was acted on.",
            "settled_at": "When somebody looked at it.",
            "raw": "The whole report, while somebody must still look at it.",
        },
        dict.fromkeys(("fingerprint", "source", "method", "settled_by"), INTERNAL),
    ),
    Holding(
        LocalMail,
        "Mails kept here because no mail server is set.",
        _by_mail(LocalMail),
        {
            "id": NUMBER,
            "outbox_id": "The mail.",
            "delivered_at": "When.",
            "recipient": "To which address.",
            "subject": "Its subject.",
            "raw": "The whole mail.",
        },
        {},
    ),
    Holding(
        AuditEntry,
        "What you did, and what was done to your record; it holds numbers, never names or addresses, and stays.",
        _audit,
        {
            "id": NUMBER,
            "at": "When.",
            "actor": "Who: a kind and a number.",
            "action": "What.",
            "subject": "About what.",
            "subject_id": "About which one.",
            "details": "Facts.",
        },
        {},
    ),
)
