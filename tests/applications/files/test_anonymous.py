"""Files tell nothing of who made them, and stay whole."""

from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter
from fpdf import FPDF

from registrar.applications.files import pdfs
from registrar.applications.files.anonymous import anonymous
from registrar.applications.files.kinds import Kind


@pytest.fixture
def pdf() -> bytes:
    """A PDF whose properties name its author, in plain strings and as a packet."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.cell(text="The plan")
    made.set_author("AuthorCanary (of the house)")
    made.set_title("TitleCanary")
    made.set_xmp_metadata("<rdf:RDF><dc:creator>PacketCanary</dc:creator></rdf:RDF>")
    return bytes(made.output())


@pytest.fixture
def sheet() -> bytes:
    """A workbook whose properties name its author and company."""
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        book.set_properties({"author": "AuthorCanary", "company": "CompanyCanary", "title": "TitleCanary"})
        book.set_custom_property("Owner", "OwnerCanary")
        book.add_worksheet().write(0, 0, "The plan")
    return kept.getvalue()


def unpacked(content: bytes) -> bytes:
    with ZipFile(BytesIO(content)) as file:
        return b"".join(file.read(name) for name in file.namelist())


def test_a_pdf_loses_its_properties_and_nothing_moves(pdf: bytes) -> None:
    found = anonymous(pdf, Kind.PDF)

    assert (b"Canary" in pdf, b"Canary" in found) == (True, False)
    assert len(found) == len(pdf)
    assert found[found.rindex(b"startxref") :] == pdf[pdf.rindex(b"startxref") :]
    pdfs.check(BytesIO(found))


def test_properties_in_hexadecimal_and_behind_links_go_as_well() -> None:
    content = (
        b"<< /Author <FEFF00430061> /Title(a \\) b (c) d) >> trailer << /Info 12 0 R /Root 1 0 R /Metadata 3 0 R >>"
    )
    found = anonymous(content, Kind.PDF)

    assert found == (
        b"<< /Author <            > /Title(            ) >> trailer << /Inf_ 12 0 R /Root 1 0 R /Metadat_ 3 0 R >>"
    )


def test_a_workbook_loses_its_properties_and_keeps_its_parts(sheet: bytes) -> None:
    found = anonymous(sheet, Kind.XLSX)

    assert b"Canary" in unpacked(sheet)
    assert b"Canary" not in unpacked(found)
    with ZipFile(BytesIO(sheet)) as before, ZipFile(BytesIO(found)) as after:
        assert before.namelist() == after.namelist()
        assert before.read("xl/sharedStrings.xml") == after.read("xl/sharedStrings.xml")


def test_authors_of_comments_and_changes_go() -> None:
    kept = BytesIO()
    with ZipFile(kept, "w") as file:
        file.writestr("word/document.xml", '<w:ins w:id="1" w:author="AuthorCanary" w:initials="ACanary">text</w:ins>')
        file.writestr("content.xml", "<dc:creator>AuthorCanary</dc:creator><text:p>text</text:p>")
        file.writestr("meta.xml", "<dc:creator>AuthorCanary</dc:creator>")
    found = unpacked(anonymous(kept.getvalue(), Kind.DOCX))

    assert b"Canary" not in found
    assert b'<w:ins w:id="1" w:author="" w:initials="">text</w:ins><dc:creator></dc:creator><text:p>text' in found


def test_pictures_are_as_they_were_stored() -> None:
    assert anonymous(b"picture", Kind.PNG) == b"picture"
