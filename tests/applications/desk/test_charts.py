"""Charts over time run from the opening to the deadline, and their lines end today."""

from datetime import date, datetime, timedelta

from registrar.applications.desk.charts import MOST_DAYS, chart
from registrar.applications.models import Application
from registrar.applications.rules import Lifecycle
from registrar.db import DbSession
from tests import factories
from tests.applications.desk.conftest import Desk
from tests.conftest import Client
from tests.pages import text

MONDAY = date(2027, 1, 11)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_lines_add_up_and_end_today() -> None:
    found = chart({day(0): 2, day(2): 1}, {day(2): 1}, opens_on=day(0), deadline_on=day(4), today=day(2))

    assert found.days == tuple(day(each) for each in range(5))
    assert (found.begun.totals, found.submitted.totals, found.most) == ((2, 2, 3), (0, 0, 1), 3)
    assert found.begun.points == "0,100 200,100 200,100 400,100 400,0 600,0"
    assert found.deadline_x == 1000
    assert found.changes == [(day(0), 2, 0), (day(2), 3, 1)]


def test_after_the_deadline_it_is_marked_where_it_was() -> None:
    found = chart({day(0): 1}, {}, opens_on=day(0), deadline_on=day(1), today=day(3))

    assert (found.days[-1], found.deadline_x) == (day(3), 500)


def test_a_call_without_applications_and_one_long_past_have_charts_too() -> None:
    nothing = chart({}, {}, opens_on=day(0), deadline_on=day(1), today=day(0))
    ancient = chart({day(0): 3}, {}, opens_on=day(0), deadline_on=day(1), today=day(900))

    assert (nothing.begun.totals, nothing.most) == ((0,), 1)
    assert (len(ancient.days), ancient.begun.totals[0]) == (MOST_DAYS + 1, 3)


def test_the_page_counts_by_country_and_kind_without_those_withdrawn(client: Client, desk: Desk) -> None:
    page = text(client.get(f"{desk.url}/over-time"))

    assert "Submitted 2 Draft 1 Withdrawn 1 Countries 3" in page
    assert "By country Germany 1 France 1 Ghana 1 By kind of institution not said 1 Gallery 1 Museum 1" in page
    assert "9 January 2027 1 1" in page


def test_a_call_without_applications_says_what_will_be_there(client: Client, db: DbSession, desk: Desk) -> None:
    call = factories.call(db)

    assert (
        "Nobody has begun an application yet" in client.get(f"/console/calls/{call.slug}/applications/over-time").text
    )


def test_what_was_withdrawn_counts_as_begun(client: Client, db: DbSession, desk: Desk, now: datetime) -> None:
    call = factories.call(db)
    gone = {"state": Lifecycle.WITHDRAWN, "withdrawn_at": now}
    made: Application = factories.application(db, call, **gone)

    assert made.state is Lifecycle.WITHDRAWN
    assert "Withdrawn 1" in text(client.get(f"/console/calls/{call.slug}/applications/over-time"))
