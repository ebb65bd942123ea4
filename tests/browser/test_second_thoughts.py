"""What a team does when things went otherwise: late with a request for time, withdrawn and back, again next season."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registrar.applications.models import Application
from registrar.calls.models import Call
from tests import factories
from tests.browser.conftest import Visit
from tests.browser.filling import Team
from tests.browser.house import House
from tests.browser.participant import Participant, link_in
from tests.browser.test_organiser import sign_in

pytestmark = pytest.mark.browser
PEOPLE = [{"name": "Ada", "role": "", "email": ""}]


def test_a_late_team_asks_once_gets_a_link_and_submits_with_it(house: House, visit: Visit) -> None:
    team = Team.gather(house)
    team.answer(why="Because.", new=True, people=PEOPLE)
    with house.db() as db:
        found = db.scalars(select(Application).where(Application.reference == team.reference)).one()
        over = found.call.closes_at + found.call.grace
        address = found.members[0].person.email
    house.clock.now = over + timedelta(hours=1)
    ana = team.writer(visit).page
    olivia = Participant(house, visit(), "Olivia Organiser", "organiser@example.org")

    ana.goto(f"{house.url}/applications/{team.reference}")
    ana.get_by_text("The deadline is over, and this draft was not submitted.").wait_for()
    ana.get_by_role("link", name="Ask for more time").click()
    ana.get_by_label("What came between you and the deadline?").fill("A storm took the power.")
    ana.get_by_role("button", name="Send the request").click()
    ana.get_by_text("The organisers have your request.").wait_for()
    assert ana.get_by_role("link", name="Ask for more time").count() == 0

    sign_in(olivia)
    olivia.go(f"/console/applications/{team.reference}")
    olivia.page.get_by_text("A storm took the power.").wait_for()
    olivia.page.locator("summary", has_text="Give more time").click()
    olivia.page.get_by_label("More time until").fill((over + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    olivia.page.get_by_label("Reason for more time").fill("Power cut.")
    olivia.page.get_by_role("button", name="Send the link").click()
    olivia.page.get_by_text("A link for more time is on its way").wait_for()

    house.deliver()
    ana.goto(link_in(house.letters(address)[-1], "/grace/"))
    ana.get_by_role("button", name="Take the extra time").click()
    ana.get_by_role("link", name="Check your answers and submit").first.click()
    ana.get_by_role("button", name="Submit the application").click()
    ana.get_by_role("heading", name="Application submitted").wait_for()
    assert team.state() == ("submitted", 2)


def test_a_withdrawal_is_taken_back_with_everything_as_it_was(house: House, visit: Visit) -> None:
    team = Team.gather(house)
    team.answer(why="Because.")
    ana = team.writer(visit).page
    ana.goto(f"{house.url}/applications/{team.reference}")
    ana.get_by_role("link", name="Withdraw this application").click()
    ana.get_by_role("button", name="Withdraw the application").click()
    ana.get_by_text("This application was withdrawn. All that you wrote is kept.").wait_for()
    assert team.state()[0] == "withdrawn"

    ana.get_by_role("button", name="Take the withdrawal back").click()
    ana.get_by_text("The application is open again, as it was before.").wait_for()
    assert (team.state()[0], team.stored()) == ("draft", "Because.")


def test_a_team_starts_from_the_answers_of_last_season(house: House, visit: Visit) -> None:
    team = Team.gather(house)
    with house.db() as db:
        found = db.scalars(select(Application).where(Application.reference == team.reference)).one()
        call = db.get_one(Call, found.call_id)
        earlier = factories.call(
            db,
            programme_id=call.programme_id,
            form_version_id=call.form_version_id,
            opens_at=call.opens_at - timedelta(days=400),
            closes_at=call.closes_at - timedelta(days=400),
        )
        factories.submitted(db, earlier, institution_id=found.institution_id, lead=found.members[0].person)
        db.commit()
    ana = team.writer(visit).page
    ana.goto(f"{house.url}/applications/{team.reference}")
    ana.get_by_role("link", name="Start from the answers of an earlier season").click()
    ana.get_by_role("button", name="Take over 3 answers").click()
    ana.get_by_text("3 answers were taken over.").wait_for()

    assert {key: team.stored(key) for key in factories.ANSWERS} == factories.ANSWERS
