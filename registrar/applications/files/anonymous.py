"""Files without what tells who made them, for readers who may not know who applies: properties of PDF and office files.

Pictures lost theirs when they were uploaded. What stands in a file's own pages stays: nobody can take it out unseen.
"""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from registrar.applications.files.kinds import PICTURES, Kind

_PDF_STRING = re.compile(
    rb"(/(?:Author|Creator|Producer|Title|Subject|Keywords|Company|Manager)\s*[(<])"
    rb"((?<=\()(?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,2000}\)){0,4000}(?=\))|(?<=<)[0-9A-Fa-f\s]{1,16000}(?=>))",
    re.DOTALL,
)
_PDF_PACKET = re.compile(rb"(<\?xpacket begin.{0,200}?\?>)(.*?)(<\?xpacket end)", re.DOTALL)
_PDF_LINK = re.compile(rb"/Info(?=\s+\d+\s+\d+\s+R)|/Metadata(?=\s+\d+\s+\d+\s+R)")
"""Where a reader would find properties that lie compressed (ISO 32000-2, 7.5.5 and 14.3)."""
_AUTHORS = re.compile(rb'(\b(?:w|w15|p15):(?:author|initials|userId)=)"[^"]*"|(<dc:creator>)[^<]*')
"""Of comments and tracked changes."""
_EMPTY = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"/>',
}


def anonymous(content: bytes, kind: Kind) -> bytes:
    """Return a file without its properties."""
    if kind in PICTURES:
        return content
    return _pdf(content) if kind is Kind.PDF else _office(content)


def _pdf(content: bytes) -> bytes:
    """Blank properties in their place: no byte moves, so that every offset in the file stays true."""
    content = _PDF_STRING.sub(lambda found: found[1] + b" " * len(found[2]), content)
    content = _PDF_PACKET.sub(lambda found: found[1] + b" " * len(found[2]) + found[3], content)
    return _PDF_LINK.sub(lambda found: found[0][:-1] + b"_", content)


def _office(content: bytes) -> bytes:
    """Pack the same parts in the same order anew, with empty properties."""
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            kept = ZipInfo(part.filename)
            kept.compress_type = part.compress_type
            target.writestr(kept, _part(part.filename, source.read(part)))
    return packed.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name in _EMPTY:
        return _EMPTY[name]
    return _AUTHORS.sub(_without, content) if name.endswith(".xml") else content


def _without(found: re.Match[bytes]) -> bytes:
    return found[2] or found[1] + b'""'
