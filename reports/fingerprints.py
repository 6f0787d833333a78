"""Short codes and long fingerprints of a report's content: one changed digit gives another. Pure."""

import base64
import datetime as dt
import hashlib
import json

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ123456789"  # 32 signs that nobody confuses on paper
WRITTEN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", SIGNS)
MISREAD = str.maketrans("IL", "11")


def canonical(content: dict) -> bytes:
    """A report's content (see ``sheets.content_of``) as bytes that depend on what it says and on nothing else.

    An emptied text and a text that was never written say the same and give the same bytes.
    """
    return json.dumps(_said(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _said(what):
    if isinstance(what, dict):
        said = {key: _said(value) for key, value in what.items()}
        return {key: value for key, value in said.items() if value not in ("", None, False, {}, [])}
    return what


def paper_code(period: str, body: str, content: dict) -> str:
    """The code on a paper form, ``K7QF-2M9X-TB4D``: what the form shows, in twelve signs without 0, O, I and L.

    ``period`` and ``body`` are codes. 60 bits: nobody hits another form's code by chance or by a slip of the pen.
    """
    digest = hashlib.sha256(f"{period}/{body}/".encode() + canonical(content)).digest()
    text = base64.b32encode(digest).decode().translate(WRITTEN)[:12]
    return "-".join((text[:4], text[4:8], text[8:]))


def tidy_code(typed: str) -> str:
    """A code as a person typed it from paper: spaces, small letters and missing hyphens are forgiven."""
    signs = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum()).translate(MISREAD)
    return "-".join((signs[:4], signs[4:8], signs[8:])) if len(signs) == 12 else signs


def fingerprint(period: str, body: str, version: int, at: dt.datetime, content: dict) -> str:
    """SHA-256 (hexadecimal) of one sending. ``at`` is aware; it makes the fingerprint impossible to guess."""
    head = f"{period}/{body}/{version}/{at.astimezone(dt.UTC).isoformat()}/"
    return hashlib.sha256(head.encode() + canonical(content)).hexdigest()
