"""Who typed on a page: a signed mark in its form, so that words kept over the end of a session come back to nobody
else, and a stranger who never saw a page of ours has nothing kept at all.
"""

from collections.abc import Mapping

from django.core.signing import BadSignature, Signer
from django.utils.html import format_html

MARK = "person"  # the name of the hidden input
KEY = "kept_typing"  # in the session: {path: {"person", "typed", "at"}}, oldest first


def mark(person: int):
    """The hidden input for the form of the person with this number."""
    return format_html('<input type="hidden" name="{}" value="{}">', MARK, Signer(salt="kept").sign(person))


def typist_of(data: Mapping[str, str]) -> str:
    """The number of the person on whose page ``data`` was typed; "" where the mark is missing or not ours."""
    try:
        return Signer(salt="kept").unsign(data.get(MARK, ""))
    except BadSignature:
        return ""
