"""Files made by code: harmless ones of every kind, as common programs write them."""

import io
import zipfile
from collections.abc import Mapping

import xlsxwriter
from fpdf import FPDF
from PIL import Image

DOCX_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
PPTX_TYPES = DOCX_TYPES.replace("wordprocessingml.document", "presentationml.presentation")
LINK = (
    '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'hyperlink" Target="https://museum.example/" TargetMode="External"/></Relationships>'
)
REMOTE = LINK.replace("hyperlink", "attachedTemplate")
WORDS = "<w:document><w:body><w:p><w:r><w:t>A plan.</w:t></w:r></w:p></w:body></w:document>"


def pdf(text: str = "A plan.") -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.cell(text=text)
    return bytes(document.output())


def picture(format_: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "navy" if mode != "I;16" else 500).save(file, format_, **options)
    return file.getvalue()


def archive(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as found:
        for name, content in members.items():
            found.writestr(name, content)
    return file.getvalue()


def docx(members: Mapping[str, bytes | str] | None = None, types: str = DOCX_TYPES) -> bytes:
    """A Word file, with more members if they are given."""
    return archive({"[Content_Types].xml": types, "word/document.xml": WORDS, **(members or {})})


def xlsx() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Budget")
        for row in range(300):
            sheet.write_row(row, 0, [f"Line {row}", row * 1.5, "=SUM(B1:B9)"])
    return file.getvalue()


def open_document(media_type: str, members: Mapping[str, bytes | str] | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr("mimetype", media_type, zipfile.ZIP_STORED)
        content = {"content.xml": "<office:document-content/>", "META-INF/manifest.xml": "<manifest:manifest/>"}
        for name, text in (content | dict(members or {})).items():
            found.writestr(name, text)
    return file.getvalue()


def harmless() -> dict[str, tuple[bytes, str]]:
    """Return one of every kind that is accepted, by its name, with the kind's name."""
    return {
        "plan.pdf": (pdf(), "PDF"),
        "photo.jpg": (picture("JPEG", exif=_turned()), "JPEG"),
        "photo of four colours.jpeg": (picture("JPEG", mode="CMYK"), "JPEG"),
        "progressive.jpg": (picture("JPEG", progressive=True), "JPEG"),
        "drawing.png": (picture("PNG", mode="RGBA"), "PNG"),
        "palette.png": (picture("PNG", mode="P"), "PNG"),
        "deep.png": (picture("PNG", mode="I;16"), "PNG"),
        "picture.webp": (picture("WEBP"), "WEBP"),
        "plan.docx": (docx(), "DOCX"),
        "slides.pptx": (docx({"ppt/presentation.xml": "<p/>"}, PPTX_TYPES), "PPTX"),
        "diagram.docx": (docx({"word/embeddings/Sheet1.xlsx": xlsx()}), "DOCX"),
        "links.docx": (docx({"word/_rels/document.xml.rels": LINK}), "DOCX"),
        "budget.xlsx": (xlsx(), "XLSX"),
        "text.odt": (open_document("application/vnd.oasis.opendocument.text"), "ODT"),
        "table.ods": (open_document("application/vnd.oasis.opendocument.spreadsheet"), "ODS"),
        "slides.odp": (open_document("application/vnd.oasis.opendocument.presentation"), "ODP"),
    }


def _turned() -> Image.Exif:
    """What a camera writes: which way up it was held, and where."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Canary Cameras"
    return exif


def turn(content: bytes) -> int:
    """Return which way up a picture is to be shown (EXIF 0x0112)."""
    with Image.open(io.BytesIO(content)) as picture:
        return int(picture.getexif()[0x0112])
