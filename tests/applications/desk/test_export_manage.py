"""Exports hold what the list shows, as their reader may see it, in typed and harmless cells."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from registrar.applications.models import Application
from registrar.audit.models import AuditEntry
from registrar.calls.definition import Definition, Question, Section, Words
from registrar.calls.rules import QuestionType
from registrar.db import DbSession
from tests import factories
from tests.applications.desk.conftest import Desk
from tests.applications.desk.test_reading_manage import IDENTITY, ORGANISERS_ONLY, canary, found
from tests.browsing import send
from tests.conftest import Client

__all__ = ["canary"]
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def as_csv(client: Client, url: str, query: str = "", reader: str = "team") -> list[list[str]]:
    answer = send(client, f"{url}/export?{query}", f"{url}?everything=1", format="csv", reader=reader)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def as_xlsx(client: Client, url: str, reader: str = "team") -> dict[str, list[list[tuple[str, str]]]]:
    """Return the sheets of a workbook as rows of (type, value): `n` a number or a date, else text."""
    answer = send(client, f"{url}/export", f"{url}?everything=1", format="xlsx", reader=reader)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{SPREADSHEET}sheet")
        return {
            each.get("name", ""): _rows(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for number, each in enumerate(names, start=1)
        }


def _rows(xml: bytes) -> list[list[tuple[str, str]]]:
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row if len(cell)]
        for row in ElementTree.fromstring(xml).iter(f"{SPREADSHEET}row")
    ]


def test_a_table_holds_what_the_list_shows_in_its_order(client: Client, desk: Desk) -> None:
    heading, *rows = as_csv(client, desk.url, "sort=institution")
    assert heading == [
        "Reference", "Institution", "Country", "Kind of institution", "State", "Begun (UTC)", "First submitted (UTC)",
        "What counts is from (UTC)", "Eligibility by the rules", "Decision about eligibility", "Reason of the decision",
        "Tags", "People in the team", "Why?", "Is it new to you?", "What have you done?", "Who takes part?", "A plan",
    ]  # fmt: skip
    assert [row[0] for row in rows] == ["WAC-GONE1", "WAC-GLAS1", "WAC-SALT1", "WAC-DRAF1"]
    assert rows[2] == [
        "WAC-SALT1", "Musée du Sel", "France", "Museum", "Submitted", "2027-01-11 09:00:00", "2027-01-10 09:00:00",
        "2027-01-11 09:00:00", "Eligible", "", "", "", "2", "Because.", "Yes", "", "Ada", "",
    ]  # fmt: skip
    assert rows[3][13:] == ["Because.", "", "", "", ""]
    assert [row[0] for row in as_csv(client, desk.url, "country=GH")[1:]] == ["WAC-GLAS1"]


def test_each_export_is_noted(client: Client, db: DbSession, desk: Desk) -> None:
    as_csv(client, desk.url, "country=GH&q=secret", "reviewers")
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "application.export_list")).one()

    assert (entry.subject, entry.subject_id) == ("call", desk.call.id)
    assert entry.details == {"filters": ["text", "country"], "format": "csv", "reader": "reviewers"}


@pytest.mark.parametrize("reader", ["team", "reviewers", "blind_reviewers"])
def test_exports_hold_what_their_reader_may_see(client: Client, desk: Desk, canary: Application, reader: str) -> None:
    url = f"/console/calls/{canary.call.slug}/applications"
    seen = {
        "team": ["NameCanary", "TeamCanary", "InstitutionCanary", "PlanCanary"],
        "reviewers": ["NameCanary", "TeamCanary", "InstitutionCanary", "PlanCanary"],
        "blind_reviewers": [],
    }[reader]
    also = ["BudgetCanary", "TagCanary", "ReasonCanary"] if reader == "team" else []
    sheets = as_xlsx(client, url, reader)
    table = str(as_csv(client, url, "", reader))

    assert found(table, IDENTITY) == seen
    assert found(table, ORGANISERS_ONLY) == also
    assert found(str(sheets["Applications"]), IDENTITY) == seen
    assert list(sheets) == (["Applications", "People"] if reader == "team" else ["Applications"])


def test_a_workbook_has_typed_cells_and_people(client: Client, desk: Desk, canary: Application) -> None:
    sheets = as_xlsx(client, f"/console/calls/{canary.call.slug}/applications")
    row = sheets["Applications"][1]

    assert row[0] == ("inlineStr", "WAC-BIRD1")
    assert [value for kind, value in row if kind == "n"][-2:] == ["1", "12"]
    assert [value for _, value in sheets["People"][1]][:5] == [
        "WAC-BIRD1", "InstitutionCanary", "MemberCanary", "Lead", "canary@mail.example",
    ]  # fmt: skip


def test_no_cell_is_taken_for_a_formula(client: Client, db: DbSession, desk: Desk) -> None:
    desk.salt.counted = factories.ANSWERS | {"why": '=HYPERLINK("https://evil.example")'}
    db.commit()
    assert as_csv(client, desk.url, "q=WAC-SALT1")[1][13] == '\'=HYPERLINK("https://evil.example")'
    cells = [cell for row in as_xlsx(client, desk.url)["Applications"] for cell in row]

    assert ("inlineStr", '=HYPERLINK("https://evil.example")') in cells


def test_a_question_of_an_older_version_has_its_column_behind_the_others(
    client: Client, db: DbSession, desk: Desk
) -> None:
    was = Definition((Section("old", Words("Old"), questions=(Question("was", QuestionType.DATE, Words("Since")),)),))
    older = factories.form_version(db, was)
    desk.salt.form_version_id, desk.salt.counted = older.id, {"was": "1999-12-31"}
    heading, *rows = as_csv(client, desk.url, "q=WAC-SALT1")

    assert (heading[-1], rows[0][-1]) == ("Since", "1999-12-31")


def test_a_text_that_is_longer_than_a_cell_is_cut_and_says_so(client: Client, db: DbSession, desk: Desk) -> None:
    desk.salt.counted = factories.ANSWERS | {"why": "x" * 40_000}
    longest = max(len(value) for row in as_xlsx(client, desk.url)["Applications"] for _, value in row)

    assert longest == 32_767
