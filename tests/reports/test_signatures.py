"""What the portal says of a signed PDF: tested with certificates made here, and with files that are odd on purpose."""

import datetime as dt
import io
import random
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports import signature_reader, signatures
from reports.signatures import CHANGES, NOTHING, SIGNATURES, Looked, Signature, signatures_of
from tests.conftest import at
from tests.reports import files

DAY = dt.datetime(2020, 12, 20, 3, 30, tzinfo=dt.UTC)


def certificate(name, *, stamping=False):
    """(certificate, key) as pyHanko takes them."""
    key = rsa.generate_private_key(65537, 2048) if stamping else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nơi cấp thử nghiệm")])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(DAY - dt.timedelta(days=900))
    made = made.not_valid_after(DAY + dt.timedelta(days=9000))
    if stamping:
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    secret = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asn1.Certificate.load(signed), keys.PrivateKeyInfo.load(secret)


def sign(pdf, name="Nguyễn Văn A", *, field="Signature1", box=None, stamped=False) -> bytes:
    cert, key = certificate(name)
    signer = signers.SimpleSigner(signing_cert=cert, signing_key=key, cert_registry=SimpleCertificateStore())
    stamper = None
    if stamped:
        own, secret = certificate("Dấu thời gian", stamping=True)
        stamper = timestamps.DummyTimeStamper(own, secret, fixed_dt=DAY)
    spec = fields.SigFieldSpec(field, box=box, on_page=0)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    meta = signers.PdfSignatureMetadata(field_name=field)
    with ThreadPoolExecutor() as desk:  # pyHanko starts a loop, and a worker that ran a browser has one in this thread
        made = desk.submit(signers.sign_pdf, writer, meta, signer=signer, timestamper=stamper, new_field_spec=spec)
        return made.result().getvalue()


def update(pdf, change) -> bytes:
    """``change`` as an incremental update, which leaves every byte before it as it was."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    change(writer)
    return files.written(writer.write)


def other_page(writer):
    writer.pages[0].mediabox = pypdf.generic.RectangleObject((0, 0, 300, 300))


@pytest.fixture(scope="module")
def issued():
    return files.pdf(2, text="Báo cáo")


@pytest.fixture(scope="module")
def signed(issued):
    return sign(issued)


def look(data, issued=None):
    """As the pages are told, without the program of its own that reads the file there."""
    begins = issued is not None and data.startswith(issued)
    with ThreadPoolExecutor() as desk:
        told = desk.submit(signature_reader.read, data, len(issued) if begins else None).result()
    return signatures._looked(told, "full" if begins else "")


def states(looked):
    return [(each.signer, each.intact, each.after) for each in looked.signatures]


def test_a_signed_pdf_as_the_pages_ask_for_it(issued, signed):
    """Through the program of its own: who, when, whole, on which file; and never a word of trust."""
    looked = signatures_of(signed, {"outgoing": b"%PDF-1.7 other", "full": issued})
    (own,) = looked.signatures
    assert (own.signer, own.issuer, own.intact, own.after, own.stamped) == (
        "Nguyễn Văn A",
        "Nơi cấp thử nghiệm",
        True,
        NOTHING,
        False,
    )
    assert own.good
    assert own.state == "Chữ ký còn nguyên; từ khi ký tệp không thay đổi."
    assert own.when.endswith(", theo đồng hồ máy người ký")
    assert own.trust == "Chứng thư do “Nơi cấp thử nghiệm” cấp; cổng chưa kiểm tra được nơi cấp chứng thư."
    assert looked.origin == "Ký trên đúng tệp do cổng phát hành (Bản đầy đủ, nội bộ)."
    assert looked.sentence == ""
    assert signatures_of(signed).origin.startswith("Đây không phải tệp PDF do cổng phát hành")


def test_a_timestamp_is_told_apart_from_the_signers_clock(issued):
    (own,) = look(sign(issued, stamped=True)).signatures
    assert (own.stamped, own.at) == (True, DAY)
    assert own.when == "10:30, 20/12/2020, theo dấu thời gian"


def test_one_byte_of_what_was_signed(signed):
    where = signed.index(b"/MediaBox") + 2
    broken = signed[:where] + bytes([signed[where] ^ 1]) + signed[where + 1 :]
    (own,) = look(broken).signatures
    assert (own.intact, own.good) == (False, False)
    assert own.state.startswith("Chữ ký không còn khớp")


def test_two_signatures(issued, signed):
    both = sign(signed, "Trần Thị B", field="Signature2", box=(10, 10, 200, 80))
    looked = look(both, issued)
    assert states(looked) == [("Nguyễn Văn A", True, SIGNATURES), ("Trần Thị B", True, NOTHING)]
    assert all(each.good for each in looked.signatures)
    assert looked.only_signed
    assert "chỉ được thêm chữ ký khác" in looked.signatures[0].state


@pytest.mark.parametrize("change", [other_page, lambda writer: writer.add_blank_page(100, 100)])
def test_an_update_after_the_signature(issued, signed, change):
    looked = look(update(signed, change), issued)
    assert states(looked) == [("Nguyễn Văn A", True, CHANGES)]
    assert not looked.signatures[0].good
    assert (looked.edition, looked.only_signed) == ("full", False)
    assert "phần thêm vào không chỉ là chữ ký" in looked.origin


def test_bytes_behind_the_end(issued, signed):
    looked = look(signed + b"\n% more", issued)
    assert states(looked) == [("Nguyễn Văn A", True, CHANGES)]


def test_other_pages_drawn_over_the_issued_file_and_then_signed(issued):
    """It begins with the issued bytes and the signature is whole; only a look at what was added tells."""
    looked = look(sign(update(issued, other_page)), issued)
    assert states(looked) == [("Nguyễn Văn A", True, NOTHING)]
    assert (looked.edition, looked.only_signed) == ("full", False)


def test_a_visible_signature_on_the_issued_file_is_only_a_signature(issued):
    looked = look(sign(issued, box=(300, 100, 500, 180)), issued)
    assert (states(looked), looked.only_signed) == ([("Nguyễn Văn A", True, NOTHING)], True)


def with_field(pdf, *, rect=(0, 0, 595, 842), drawn=True, borrowed=False) -> bytes:
    """A field for a signature added to the first page, with a picture of its own, unsigned or with another's value."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    field = generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Widget"), pdf_name("/FT"): pdf_name("/Sig")})
    field[pdf_name("/T")] = generic.pdf_string("Forged")
    field[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(side) for side in rect])
    if "/AcroForm" not in writer.root:
        writer.root[pdf_name("/AcroForm")] = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
    form = writer.root["/AcroForm"]
    if drawn:
        entries = {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): field.raw_get("/Rect")}
        picture = writer.add_object(generic.StreamObject(entries, stream_data=b"1 g 0 0 595 842 re f"))
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): picture})
    if borrowed:
        field[pdf_name("/V")] = form["/Fields"][0].raw_get("/V")
    place = writer.add_object(field)
    form["/Fields"].append(place)
    if "/Annots" in page:
        page["/Annots"].append(place)
    else:
        page[pdf_name("/Annots")] = generic.ArrayObject([place])
    for each in (page, page["/Annots"], form, form["/Fields"], writer.root):
        writer.update_container(each)
    return files.written(writer.write)


def test_a_field_without_a_signature_is_no_signature(issued, signed):
    """A picture over the whole page, in the name of a signature that nobody made or that somebody else made."""
    for forged in (with_field(issued), with_field(issued, drawn=False)):
        looked = look(forged, issued)
        assert (looked.signatures, looked.edition, looked.only_signed) == ((), "full", False)
        assert "không chỉ là chữ ký" in looked.origin
    for forged, after in (
        (with_field(signed), CHANGES),
        (with_field(signed, drawn=False), SIGNATURES),  # a place for the next signature
        (with_field(signed, borrowed=True), CHANGES),
    ):
        looked = look(forged, issued)
        assert (states(looked)[0], looked.only_signed) == (("Nguyễn Văn A", True, after), after == SIGNATURES)
    assert not look(sign(with_field(issued)), issued).only_signed


def test_a_form_of_another_kind_is_no_signature(issued):
    def xfa(writer):
        form = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/XFA"): pypdf.generic.TextStringObject("x")})
        form[pypdf.generic.NameObject("/Fields")] = pypdf.generic.ArrayObject()
        writer._root_object[pypdf.generic.NameObject("/AcroForm")] = form

    assert not look(sign(update(issued, xfa)), issued).only_signed


def test_a_picture_of_a_signature_that_covers_the_page_is_told(issued):
    for box, told in (((300, 100, 500, 180), ""), ((0, 0, 595, 842), "Có hình chữ ký hiển thị đè lên trang")):
        looked = look(sign(issued, box=box), issued)
        assert (states(looked), looked.only_signed) == ([("Nguyễn Văn A", True, NOTHING)], True)
        assert looked.warning.split(";")[0] == told
    big = look(sign(sign(issued, box=(0, 0, 300, 200)), field="Signature2", box=(0, 200, 300, 400)), issued)
    assert big.warning


def test_another_file_and_an_unsigned_one(issued, signed):
    assert look(signed, files.pdf(1)).edition == ""
    unsigned = look(issued, issued)
    assert (unsigned.signatures, unsigned.only_signed) == ((), True)
    assert unsigned.origin == "Đúng tệp do cổng phát hành (Bản đầy đủ, nội bộ), chưa có chữ ký số."
    assert unsigned.sentence == "PDF này không có chữ ký số (có thể là bản quét)."


def test_odd_files_cost_one_sentence(signed):
    """Locked, cut off, spoilt anywhere, empty, no PDF at all: never an error, never a good signature."""
    assert look(files.pdf(password="x")).problem == "locked"
    odd = [b"", b"%PDF-1.7", b"\x00" * 1000, signed[: len(signed) // 2], b"%PDF-1.7\n" + b"<<" * 20_000]
    rng = random.Random(5)
    for _number in range(60):
        spoilt = bytearray(signed)
        for _byte in range(rng.randint(1, 40)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        odd.append(bytes(spoilt))
    for data in odd:
        looked = look(data)
        assert looked.sentence or looked.signatures
        assert not any(each.good for each in looked.signatures)


def test_a_reader_that_hangs_or_dies_costs_one_sentence(monkeypatch, issued):
    for seconds, program in ((0.01, "import time; time.sleep(9)"), (20, "import os; os._exit(3)")):
        monkeypatch.setattr(signatures, "SECONDS", seconds)
        run = signatures.subprocess.run
        monkeypatch.setattr(
            signatures.subprocess,
            "run",
            lambda command, program=program, run=run, **more: run([command[0], "-c", program], **more),
        )
        looked = signatures_of(issued + program.encode())
        assert looked.problem == "slow"
        assert looked.sentence.startswith("PDF quá phức tạp")
        monkeypatch.setattr(signatures.subprocess, "run", run)


def test_what_cannot_be_checked_is_not_called_broken():
    unknown = Signature("A", "", None, False, None, "unknown")
    assert (unknown.state, unknown.when) == ("Không kiểm tra được chữ ký này.", "không ghi thời điểm ký")
    assert Looked((unknown,), "many").sentence.startswith("PDF có nhiều chữ ký")
    assert at(2020, 12, 20, 10, 30) == DAY
