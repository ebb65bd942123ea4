"""What search engines read of a call: a programme with its application dates, as schema.org describes it."""

from zoneinfo import ZoneInfo

from registrar.calls.models import Call
from registrar.programmes.structured_data import CONTEXT, Data, known


def call(call: Call, locale: str, url: str, by: Data) -> Data:
    """Describe a call; the deadline is the day in its own zone."""
    zone = ZoneInfo(call.timezone)
    weeks = call.programme.weeks
    return known(
        context_=CONTEXT,
        type_="EducationalOccupationalProgram",
        name=call.title(locale),
        description=call.programme.topic,
        url=url,
        inLanguage=locale,
        applicationStartDate=call.opens_at.astimezone(zone).date().isoformat(),
        applicationDeadline=call.closes_at.astimezone(zone).date().isoformat(),
        maximumEnrollment=call.places,
        timeToComplete=f"P{weeks}W" if weeks else None,
        provider=by,
    )
