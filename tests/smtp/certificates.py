"""A throw-away certificate for 127.0.0.1, made anew for each test: an elliptic key and just enough DER."""

import base64
import secrets
import ssl
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

# The curve P-256 (FIPS 186-4, D.1.2.3).
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int]

EC_PUBLIC_KEY = "06072a8648ce3d0201"
P_256 = "06082a8648ce3d030107"
ECDSA_WITH_SHA256 = "06082a8648ce3d040302"
COMMON_NAME = "0603550403"
ALTERNATIVE_NAME = "0603551d11"


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context, and that of a client who trusts it."""
    key = 1 + secrets.randbelow(ORDER - 1)
    certificate = _pem("CERTIFICATE", _certificate(key))
    (folder / "certificate.pem").write_text(certificate + _pem("EC PRIVATE KEY", _private_key(key)))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate.pem")
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=certificate)
    return server, client


def _added(one: Point | None, other: Point | None) -> Point | None:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % PRIME == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, PRIME) % PRIME
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, PRIME) % PRIME
    x = (slope * slope - one[0] - other[0]) % PRIME
    return x, (slope * (one[0] - x) - one[1]) % PRIME


def _times(factor: int, point: Point) -> Point:
    total: Point | None = None
    doubled: Point | None = point
    while factor:
        if factor & 1:
            total = _added(total, doubled)
        doubled = _added(doubled, doubled)
        factor >>= 1
    assert total is not None
    return total


def _tagged(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, *parts)


def _integer(value: int) -> bytes:
    return _tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tagged(0x03, b"\0", content)


def _public_point(key: int) -> bytes:
    x, y = _times(key, BASE)
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def _private_key(key: int) -> bytes:
    return _sequence(
        _integer(1),
        _tagged(0x04, key.to_bytes(32, "big")),
        _tagged(0xA0, bytes.fromhex(P_256)),
        _tagged(0xA1, _bits(_public_point(key))),
    )


def _certificate(key: int) -> bytes:
    algorithm = _sequence(bytes.fromhex(ECDSA_WITH_SHA256))
    name = _sequence(_tagged(0x31, _sequence(bytes.fromhex(COMMON_NAME), _tagged(0x0C, b"scripted server"))))
    public_key = _sequence(
        _sequence(bytes.fromhex(EC_PUBLIC_KEY), bytes.fromhex(P_256)),
        _bits(_public_point(key)),
    )
    alternative = _sequence(_tagged(0x87, bytes([127, 0, 0, 1])))
    extensions = _sequence(_sequence(bytes.fromhex(ALTERNATIVE_NAME), _tagged(0x04, alternative)))
    now = datetime.now(UTC)
    content = _sequence(
        _tagged(0xA0, _integer(2)),
        _integer(secrets.randbits(120) | 1),
        algorithm,
        name,
        _sequence(_moment(now - timedelta(days=1)), _moment(now + timedelta(days=1))),
        name,
        public_key,
        _tagged(0xA3, extensions),
    )
    return _sequence(content, algorithm, _bits(_signature(key, content)))


def _moment(at: datetime) -> bytes:
    return _tagged(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def _signature(key: int, content: bytes) -> bytes:
    """Sign by ECDSA with a fresh nonce (FIPS 186-4, 6.4)."""
    nonce = 1 + secrets.randbelow(ORDER - 1)
    r = _times(nonce, BASE)[0] % ORDER
    s = pow(nonce, -1, ORDER) * (int.from_bytes(sha256(content).digest(), "big") + r * key) % ORDER
    return _sequence(_integer(r), _integer(s))


def _pem(title: str, content: bytes) -> str:
    return f"-----BEGIN {title}-----\n{base64.encodebytes(content).decode()}-----END {title}-----\n"
