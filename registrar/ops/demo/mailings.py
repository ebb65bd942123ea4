"""The organisers' mailings of the demonstration: one that was sent, one that is held, and what came back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from registrar.campaigns.models import Campaign
from registrar.campaigns.rules import EVERYBODY, LETTER, USEFUL, CampaignState
from registrar.letters.models import LetterTemplate, LetterVersion
from registrar.letters.rules import LetterUse
from registrar.mail.models import BounceReport
from registrar.mail.rules import Lane, ReportMethod, ReportState, ReportVerdict
from registrar.ops.demo.book import Book
from registrar.ops.demo.ledger import DOUBTFUL, SENT, SUPPRESSED, UNSUBSCRIBED, Ending, Ledger, Post
from registrar.ops.demo.people import Member
from registrar.ops.demo.season import Times
from registrar.ops.demo.world import read
from registrar.people.models import OptOut
from registrar.programmes.models import Programme

SENT_DAYS_AGO, LEAVES_IN_DAYS = 5, 3
TEN = time(10)
DOUBTFUL_PLACES = frozenset({133, 301})
OUT_EVERY = 71
FULL_PLACES = frozenset({59, 207, 388})
BACK_AFTER = timedelta(minutes=7)
BY = "command"


class Mailings:
    """Notes letters, mailings and what came back of them."""

    def __init__(self, book: Book, ledger: Ledger, programme: Programme, members: list[Member], found: Times) -> None:
        self._book = book
        self._ledger = ledger
        self._programme = programme
        self._members = members
        self._found = found

    def tell(self) -> None:
        """Note the mailing of last week with its mails, and the one that waits for its day."""
        self._send(self._at(-SENT_DAYS_AGO))
        self._hold(self._at(LEAVES_IN_DAYS))
        self._unclear_report(self._found.today - timedelta(hours=4))

    def _at(self, days: int) -> datetime:
        """Return ten in the morning of a day near today, where the host is."""
        day: date = (self._found.today + timedelta(days=days)).date()
        return datetime.combine(day, TEN, ZoneInfo(self._found.zone)).astimezone(self._found.now.tzinfo)

    def _send(self, at: datetime) -> None:
        to = [each for each in self._registered(at) if each.confirmed_at < at]
        campaign = self._campaign("look-back", at - timedelta(hours=1), len(to))
        campaign |= {"state": CampaignState.DONE, "cursor": EVERYBODY, "queued": len(to), "starts_at": at}
        campaign |= {"started_at": at, "finished_at": at + timedelta(minutes=2)}
        for number, member in enumerate(to):
            self._mail(campaign, member, number, at)

    def _mail(self, campaign: dict[str, Any], member: Member, number: int, at: datetime) -> None:
        about = {"campaign_id": campaign["id"], "letter_version_id": campaign["version_id"]}
        about["topic"] = self._programme.slug
        key = f"campaign:{campaign['id']}:{member.person_id}"
        post = Post(
            key=key, kind=LETTER, at=at, lane=Lane.CAMPAIGN, useful=USEFUL, about=about, place_in_queue=number
        )  # fmt: skip
        ending = self._ending(member, number, at)
        row = self._ledger.to_member(member, post, ending) | {"registration_id": None}
        if ending is SENT and number in FULL_PLACES and row["state"] == SENT.state:
            self._came_back(row["id"], at + BACK_AFTER)

    def _ending(self, member: Member, number: int, at: datetime) -> Ending:
        if number % OUT_EVERY == OUT_EVERY - 1:
            topic = self._programme.slug
            self._book.add(OptOut, person_id=member.person_id, topic=topic, created_at=at - timedelta(days=1))
            return UNSUBSCRIBED
        if member.bounced_at and member.bounced_at <= at:
            return SUPPRESSED
        return DOUBTFUL if number in DOUBTFUL_PLACES else SENT

    def _hold(self, at: datetime) -> None:
        count = len(self._registered(self._found.now)) - 3
        self._campaign("survey", self._found.today, count)["starts_at"] = at

    def _registered(self, at: datetime) -> list[Member]:
        return [each for each in self._members if not each.cancelled_at or each.cancelled_at > at]

    def _campaign(self, name: str, at: datetime, expected: int) -> dict[str, Any]:
        """Note a letter and the approved mailing that it is for."""
        words = read("mailings.toml")[name]
        template = self._book.add(LetterTemplate, name=words["name"], use=LetterUse.CAMPAIGN, created_at=at)
        texts = {key: words[key].strip() for key in ("subject_en", "subject_fr", "body_en", "body_fr")}
        made = {"created_at": at, "created_by": BY}
        version = self._book.add(LetterVersion, template_id=template["id"], number=1, **made, **texts)
        facts = {"programme_id": self._programme.id, "template_id": template["id"], "version_id": version["id"]}
        facts |= {"segment": {"series": self._programme.id}, "timezone": self._found.zone, "expected": expected}
        facts |= {"approved_at": at, "approved_by": BY, "state": CampaignState.HELD, "is_demo": True, **made}
        return self._book.add(Campaign, name=words["name"], **facts)

    def _came_back(self, mail_id: int, at: datetime) -> None:
        said = {"status": "4.2.2", "diagnostic": "452 4.2.2 The mailbox is full"}
        self._report(at, outbox_id=mail_id, verdict=ReportVerdict.SOFT, method=ReportMethod.DSN, **said)

    def _unclear_report(self, at: datetime) -> None:
        raw = read("mailings.toml")["unclear"]["raw"].format(date=f"{at:%a, %d %b %Y %H:%M:%S} +0000").encode()
        diagnostic = "The person you wrote to has changed departments."
        what = {"verdict": ReportVerdict.UNKNOWN, "method": ReportMethod.NONE, "diagnostic": diagnostic, "raw": raw}
        self._report(at, **what, state=ReportState.WAITING)

    def _report(self, at: datetime, **given: Any) -> None:
        number = self._book.count(BounceReport)
        facts = {"fingerprint": f"demo-{number}", "source": "maildir", "received_at": at, "state": ReportState.APPLIED}
        self._book.add(BounceReport, **{**facts, **given})
