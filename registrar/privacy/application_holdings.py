"""What is held about a person who applies: their part in teams, what they wrote, asked for and were asked."""

from sqlalchemy import ColumnElement, select

from registrar.applications.file_models import Upload
from registrar.applications.models import Answer, Application, Invitation, JoinRequest, Member
from registrar.people.models import Affiliation, Person
from registrar.privacy.holding import INTERNAL, NUMBER, Holding

OF_THE_TEAM = "Your team's, not yours alone: it is on the pages of the application, to read and to download."
OF_ORGANISERS = "The organisers' look at your institution; what concerns you is told on the pages of the application."


def invitations_to(person: Person) -> ColumnElement[bool]:
    """Match the ways into applications that were mailed to this person's address."""
    return Invitation.email_key == person.email_key


def applications_of(person: Person) -> ColumnElement[bool]:
    """Match the applications of whose team the person is."""
    return Application.id.in_(select(Member.application_id).where(Member.person_id == person.id))


APPLICATION_HOLDINGS: tuple[Holding, ...] = (
    Holding(
        Affiliation,
        "What you are to an institution.",
        lambda person: Affiliation.person_id == person.id,
        {
            "id": NUMBER,
            "institution_id": "The institution.",
            "person_id": "You.",
            "role": "What you are there.",
            "created_at": "Since when we know.",
        },
        {},
    ),
    Holding(
        Invitation,
        "Links that were mailed to your address, to begin an application or to join a team.",
        invitations_to,
        {
            "id": NUMBER,
            "call_id": "The call.",
            "application_id": "The application whose team you were asked to join.",
            "role": "What you may do there.",
            "email": "The address that was typed.",
            "email_key": "The same address in one spelling.",
            "locale": "The language of the page on which it was typed.",
            "timezone": "The time zone of the browser in which it was typed.",
            "created_at": "When it was first asked for.",
            "mail_number": "How many mails were asked for.",
            "mailed_at": "When the last one was asked for.",
            "used_at": "When you followed it.",
            "revoked_at": "When it was taken back.",
        },
        {"invited_by_id": "Somebody else's number."},
    ),
    Holding(
        Member,
        "Your part in applications.",
        lambda person: Member.person_id == person.id,
        {
            "application_id": "The application.",
            "person_id": "You.",
            "role": "What you may do there.",
            "joined_at": "Since when.",
            "seen_at": "When you last had it open.",
            "seen_section": "Which part you had open then.",
        },
        {},
    ),
    Holding(
        Application,
        "The applications of your teams.",
        applications_of,
        {
            "id": NUMBER,
            "call_id": "The call.",
            "institution_id": "The institution.",
            "reference": "The reference to quote when you write to us.",
            "state": "Draft, submitted or withdrawn.",
            "created_at": "When it was begun.",
            "submitted_at": "When it was first submitted.",
            "withdrawn_at": "When it was withdrawn.",
            "counted_at": "As of when the answers count.",
            "extended_until": "Until when your team was given more time.",
            "grace_asked_at": "When your team asked for more time.",
            "grace_asked": "In which words.",
            "previous_id": "The application from which its answers were taken.",
            "released_verdict": "What was decided.",
            "released_at": "When you were told.",
            "offer": "What became of the offer.",
            "offer_until": "Until when the place is kept.",
            "waitlist_position": "The place on the waiting list.",
            "enrolment": "Whether your institution takes part.",
        },
        dict.fromkeys(("version", "form_version_id", "is_demo"), INTERNAL)
        | dict.fromkeys(("eligibility", "eligibility_reason", "eligibility_at", "eligibility_by"), OF_ORGANISERS)
        | {"counted": OF_THE_TEAM},
    ),
    Holding(
        Answer,
        "Answers that you saved last.",
        lambda person: Answer.saved_by_id == person.id,
        {
            "application_id": "The application.",
            "question": "The question.",
            "value": "What you answered.",
            "version": "How often it was saved.",
            "saved_at": "When you saved it.",
            "saved_by_id": "You.",
        },
        {"form_version_id": INTERNAL},
    ),
    Holding(
        Upload,
        "Files that you added to applications.",
        lambda person: Upload.uploaded_by_id == person.id,
        {
            "id": NUMBER,
            "application_id": "The application.",
            "question": "The question that it answers.",
            "name": "The name of the file.",
            "uploaded_at": "When you added it.",
            "uploaded_by_id": "You.",
            "removed_at": "When it was taken out.",
        },
        {"file_id": INTERNAL},
    ),
    Holding(
        JoinRequest,
        "Teams that you asked to join.",
        lambda person: JoinRequest.person_id == person.id,
        {
            "id": NUMBER,
            "application_id": "The application.",
            "person_id": "You.",
            "asked_at": "When.",
            "settled_at": "When the team answered.",
            "outcome": "What it answered.",
        },
        {},
    ),
)
