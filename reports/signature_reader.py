"""Reads the signatures of a PDF as plain data. Run as a program of its own: a file from outside may be made to take
for ever or all the memory, and then only this program ends (``signatures`` starts it with its limits).

Knows nothing of Django: ``python -m reports.signature_reader [LENGTH]``, the file on the standard input, JSON out.
"""

import io
import json
import logging
import resource
import sys
from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MOST = 20  # signatures that are read; a report has one to four
SECONDS, MEMORY = 15, 1024**3

# What signing adds to objects that the file had before: a form with the signature's field, a widget on a page, and
# the proofs that long-term formats keep (ISO 32000-2, 12.8). Whatever else changes, the paper reads differently.
IN_CATALOG = {"/AcroForm", "/DSS", "/Extensions", "/Perms", "/Version", "/Metadata"}
IN_PAGE = {"/Annots"}
IN_FORM = {"/Fields", "/SigFlags", "/DR", "/DA"}
LARGE = 595 * 842 / 5  # of the pictures of all signatures together, in points: a fifth of a page of A4


def read(data: bytes, issued: int | None = None) -> dict:
    """{"problem": "" or a word, "signatures": [...], "added": what follows the first ``issued`` bytes, "drawn": ...}.

    ``added``: ``signatures`` where nothing but signatures was added to them, else ``more``; "" without ``issued``.
    ``drawn``: whether the pictures of the signatures are large enough to cover what a page says.
    Never raises: whatever a file does to the reader is its ``problem``.
    """
    try:
        return _read(data, issued)
    except Exception:  # a file made by a stranger: any error at all means that it cannot be read
        return {"problem": "unreadable", "signatures": [], "added": "", "drawn": False}


def _read(data: bytes, issued: int | None) -> dict:
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        return {"problem": "locked", "signatures": [], "added": "", "drawn": False}
    embedded = reader.embedded_regular_signatures
    found = [_signature(reader, each) for each in embedded[:MOST]]
    problem = "many" if len(embedded) > MOST else ""
    added = _added(reader, data, issued) if issued else ""
    return {"problem": problem, "signatures": found, "added": added, "drawn": _drawn(reader) > LARGE}


# --- one signature ---------------------------------------------------------------------------


def _signature(reader, embedded) -> dict:
    """Of a signature that cannot be checked ``intact`` is None: that is not the same as broken."""
    told = {"signer": "", "issuer": "", "at": None, "stamped": False, "intact": None, "after": "unknown"}
    try:
        told |= _certificate(embedded.signer_cert)
        # No root is shipped, so no chain is ever trusted here; and nothing is fetched from anywhere.
        context = ValidationContext(trust_roots=[], allow_fetching=False)
        # Without pyHanko's own comparison: it reads the list of a compressed object stream anew for every object, so
        # a tagged report of forty pages took a quarter of a minute. ``_only_signing`` reads what was written anew.
        status = validate_pdf_signature(embedded, context, skip_diff=True)
        told |= {"intact": bool(status.intact and status.valid), "after": _after(reader, embedded, status)}
        told |= _when(status)
    except Exception:
        told["intact"] = None
    return told


def _certificate(certificate) -> dict:
    return {"signer": _common_name(certificate.subject), "issuer": _common_name(certificate.issuer)}


def _common_name(name) -> str:
    """The common name, else all of it; never longer than a line."""
    native = name.native
    words = native.get("common_name") or name.human_friendly
    words = ", ".join(map(str, words)) if isinstance(words, list) else str(words)
    return " ".join(words.split())[:200]


def _when(status) -> dict:
    """The moment of a timestamp that fits the signature, else the one that the signer's own clock gave."""
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid:
        return {"at": stamp.timestamp.isoformat(), "stamped": True}
    claimed = status.signer_reported_dt
    return {"at": claimed.isoformat() if claimed is not None and claimed.tzinfo else None, "stamped": False}


def _after(reader, embedded, status) -> str:
    """What came after the signature: ``nothing``, ``signatures`` (and what proves them), ``changes``."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "nothing"
    later = embedded.signed_revision + 1
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION or embedded.docmdp_level == MDPPerm.NO_CHANGES:
        return "changes"
    if later >= reader.xrefs.total_revisions:
        return "changes"  # bytes behind the end of the file that belong to nothing
    return "signatures" if _only_signing(reader, later) else "changes"


# --- what was added to a file ----------------------------------------------------------------


def _added(reader, data: bytes, issued: int) -> str:
    """Beginning like the issued file is not enough: what follows could draw other pages over it."""
    if len(data) == issued:
        return "signatures"
    before = PdfFileReader(io.BytesIO(data[:issued]), strict=False).xrefs.total_revisions
    if before == reader.xrefs.total_revisions or not reader.embedded_regular_signatures:
        return "more"
    return "signatures" if _only_signing(reader, before) else "more"


def _only_signing(reader, before: int) -> bool:
    """Whether nothing but signatures was added to the first ``before`` revisions: no page reads differently."""
    old, new = reader.get_historical_resolver(before - 1), reader
    if repr(reader.trailer_view.raw_get("/Root")) != repr(old.trailer_view.raw_get("/Root")):
        return False
    return all(_is_signing(old, new, ref) for ref in _overwritten(reader, before))


def _overwritten(reader, before: int) -> Iterator:
    """The objects of the first ``before`` revisions that a later one writes anew or takes away."""
    xrefs = reader.xrefs
    for revision in range(before, xrefs.total_revisions):
        for ref in (*xrefs.explicit_refs_in_revision(revision), *xrefs.refs_freed_in_revision(revision)):
            if xrefs.get_introducing_revision(ref) < before:
                yield ref


def _is_signing(old, new, ref) -> bool:
    one, other = (generic.IndirectObject(ref.idnum, ref.generation, side).get_object() for side in (old, new))
    if repr(one) == repr(other) and not isinstance(one, generic.StreamObject):
        return True
    if isinstance(one, generic.ArrayObject) and isinstance(other, generic.ArrayObject):
        return _only_widgets(new, one, other)
    if not (isinstance(one, generic.DictionaryObject) and isinstance(other, generic.DictionaryObject)):
        return False
    kind = str(one.get("/Type", ""))
    if isinstance(one, generic.StreamObject):
        return kind == "/Metadata" == str(other.get("/Type", ""))
    keys = {key for key in {*one, *other} if repr(_raw(one, key)) != repr(_raw(other, key))}
    if kind == "/Catalog":
        forms = [_entry(side, "/AcroForm", {}).keys() for side in (one, other)]
        return keys <= IN_CATALOG and forms[1] - forms[0] <= IN_FORM  # a form of another kind draws its own pages
    if kind == "/Page":
        return keys <= IN_PAGE and _only_widgets(new, _entry(one, "/Annots", ()), _entry(other, "/Annots", ()))
    return ("/Fields" in other and keys <= IN_FORM) or _is_info(new, ref)


def _raw(dictionary, key):
    return dictionary.raw_get(key) if key in dictionary else None


def _entry(dictionary, key, default):
    """What stands there, wherever in the file it is; ``get`` would give the reference to it."""
    try:
        return dictionary[key]
    except KeyError:
        return default


def _is_info(reader, ref) -> bool:
    """Title, producer and days beside the pages; nothing that is drawn."""
    info = _raw(reader.trailer_view, "/Info")
    return info is not None and (info.idnum, info.generation) == (ref.idnum, ref.generation)


def _only_widgets(reader, one, other) -> bool:
    """Whether all that is new among the notes on a page are fields of signatures: signed, or with nothing drawn.

    Signed is only the very object that was read, and no two of them with one signature: whoever borrows another's
    may draw what they like in that name.
    """
    if [repr(each) for each in list(other)[: len(one)]] != [repr(each) for each in one]:
        return False
    raw = (other.raw_get(place) for place in range(len(one), len(other)))
    new = (each.get_object() if isinstance(each, generic.IndirectObject) else each for each in raw)
    parts = [repr(each.byte_range) for each in reader.embedded_signatures]
    signed = [each.sig_field for each in reader.embedded_signatures if parts.count(repr(each.byte_range)) == 1]
    return all(
        str(each.get("/Subtype", "")) == "/Widget"
        and str(each.get("/FT", "")) == "/Sig"
        and (any(each is field for field in signed) or not {"/AP", "/MK"} & each.keys())
        for each in new
    )


def _drawn(reader) -> float:
    """How much the pictures of the signatures and timestamps cover, in points. Of all pages together: which page a
    field is on is only its own word.
    """
    fields = (each.sig_field for each in reader.embedded_signatures)
    return sum(_area(_entry(field, "/Rect", ())) for field in fields if "/AP" in field)


def _area(rect) -> float:
    left, bottom, right, top = (float(side) for side in rect) if len(rect) == 4 else (0.0,) * 4
    return abs(right - left) * abs(top - bottom)


def main() -> None:
    logging.disable(logging.CRITICAL)  # nothing of a stranger's file into the server's log
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    issued = int(sys.argv[1]) if len(sys.argv) > 1 else None
    json.dump(read(sys.stdin.buffer.read(), issued), sys.stdout)


if __name__ == "__main__":
    main()
