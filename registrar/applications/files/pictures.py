"""Pictures: counted before they are decoded, decoded whole, and written anew without anything that is not the picture.

What is hidden in a picture (position, comments, another file behind its end) is not taken along. The turn that a camera
notes is kept as a note: turning the pixels would need the memory twice.
"""

import threading
import warnings
from typing import IO

from PIL import ExifTags, Image, UnidentifiedImageError

from registrar.applications.files.kinds import Kind, RefusedFile, damaged
from registrar.errors import N_

MOST_PIXELS = {Kind.JPEG: 24_000_000, Kind.PNG: 20_000_000, Kind.WEBP: 6_000_000}
"""Four bytes each while decoded; a decoder of WebP needs three times as much."""
MOST_PROGRESSIVE = 10_000_000
"""A progressive JPEG is held whole as coefficients beside its pixels."""
MOST_SCALED = 64_000_000
"""A larger JPEG from a camera is decoded at half its size."""
LONGEST_SIDE = 20_000
FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}
MODES = {
    Kind.JPEG: ("L", "RGB", "CMYK"),
    Kind.PNG: ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    Kind.WEBP: ("RGB", "RGBA"),
}
OPTIONS: dict[Kind, dict[str, object]] = {
    Kind.JPEG: {"quality": 90, "optimize": False},
    Kind.PNG: {"compress_level": 2},
    Kind.WEBP: {"quality": 90, "method": 2},
}
_one_at_a_time = threading.Lock()
"""Several large pictures at once would need more memory than a small machine has."""


def clean(source: IO[bytes], target: IO[bytes], kind: Kind) -> None:
    """Write the picture in `source` anew into `target`; raise `RefusedFile` if it is too large, moves or is damaged."""
    source.seek(0)
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd tags; the limits are our own
        try:
            with Image.open(source, formats=[FORMATS[kind]]) as picture:
                _refuse(picture, kind)
                picture.load()
                _write(picture, target, kind)
        except RefusedFile:
            raise
        except (MemoryError, Image.DecompressionBombError):
            raise _too_large() from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError) as error:
            if isinstance(error, OSError) and error.errno:
                raise  # the disk's, not the picture's
            raise damaged() from error


def _refuse(picture: Image.Image, kind: Kind) -> None:
    """Refuse by the header alone, before a pixel is decoded."""
    width, height = picture.size
    pixels, most = width * height, MOST_PIXELS[kind]
    if picture.info.get("progressive") or picture.info.get("progression"):
        most = MOST_PROGRESSIVE
    elif kind is Kind.JPEG and pixels > most and pixels <= MOST_SCALED:
        picture.draft(None, (width // 2, height // 2))
        pixels = picture.size[0] * picture.size[1]
    if pixels > most or max(width, height) > LONGEST_SIDE:
        raise _too_large()
    if kind is not Kind.JPEG and getattr(picture, "is_animated", False):
        raise RefusedFile(N_("Moving pictures are not accepted. Add a picture that stands still."))


def _too_large() -> RefusedFile:
    return RefusedFile(N_("This picture has too many pixels. Save it smaller, for example 4000 pixels wide."))


def _write(picture: Image.Image, target: IO[bytes], kind: Kind) -> None:
    turn = picture.getexif().get(ExifTags.Base.Orientation)
    plain = picture if picture.mode in MODES[kind] else picture.convert("RGBA" if "A" in picture.mode else "RGB")
    plain.info = {key: value for key, value in plain.info.items() if key == "transparency"}
    exif = Image.Exif()
    if turn in range(2, 9):
        exif[ExifTags.Base.Orientation] = turn
    plain.save(target, FORMATS[kind], exif=exif.tobytes() if len(exif) else b"", **OPTIONS[kind])
