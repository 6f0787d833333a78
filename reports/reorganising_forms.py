"""The forms of a reorganisation: one operation typed, or a file of many; both become a Wish."""

import re
from decimal import Decimal, InvalidOperation

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives import reorganisation_files
from directives.choices import BodyKind, LinkKind
from directives.data_files import DataError
from directives.models import Body
from directives.reorganising import LEAD_LENGTHS, Fault, Founded, NewLead, Passing, Wish

from .folding import folded
from .reorganising import choosable
from .round_forms import BOXES, BodiesField, CodesText, CodesWidget, split_codes
from .typed import tidy

LARGEST = 1_000_000  # bytes of a file
SHOWN = 50  # defects of a file on the page; the others are counted
PARTS = 5  # of a line: full name; short name; symbol; share; code


class Text(forms.CharField):
    """Typed text, tidied; what no letter is never reaches the database."""

    def to_python(self, value):
        return tidy(super().to_python(value) or "")


def _field(label, longest=None, rows=0, help_text="", required=""):
    """``required``: the sentence where it is left empty; "": it may be."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return Text(
        label=label,
        required=bool(required),
        max_length=longest,
        help_text=help_text,
        widget=widget,
        error_messages={"required": required} if required else None,
    )


class _Wished(forms.Form):
    """What both ways in share: a name for the record, a note, and telling what is wrong."""

    title = _field(gettext_lazy("Tên lần sắp xếp"), 200, required=gettext_lazy("Hãy đặt tên cho lần sắp xếp này."))
    note = _field(gettext_lazy("Ghi chú"), 2000, rows=2, help_text=gettext_lazy("Ví dụ: số, ngày của nghị quyết."))

    def refuse(self, faults: list[Fault]) -> None:
        for fault in faults[:SHOWN]:
            self.add_error(fault.field if fault.field in self.fields else None, str(fault))
        if len(faults) > SHOWN:
            self.add_error(None, _("Và %s lỗi nữa.") % (len(faults) - SHOWN))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the input or of the form, sentence) of everything that has to be put right."""
        ids = {name: self[name].id_for_label or f"id_{name}" for name in self.fields}
        return [(ids.get(name, "reorganise"), error) for name, errors in self.errors.items() for error in errors]


class OneForm(_Wished):
    """One merge, split, new name or transfer of duties."""

    on = forms.DateField(
        label=gettext_lazy("Từ ngày"),
        help_text=gettext_lazy(
            "Ngày đầu tiên của cơ quan mới, ví dụ 1/7/2025; cơ quan cũ hoạt động đến hết hôm trước."
        ),
        error_messages={
            "invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 1/7/2025."),
            "required": gettext_lazy("Hãy ghi ngày đầu tiên của cơ quan mới."),
        },
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Hình thức"),
        choices=LinkKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn hình thức sắp xếp.")},
    )
    predecessors = BodiesField(
        label=gettext_lazy("Cơ quan cũ"),
        queryset=Body.objects.none(),
        to_field_name="code",
        error_messages={"required": gettext_lazy("Hãy chọn cơ quan cũ.")},
    )
    ends = forms.BooleanField(label=gettext_lazy("Chuyển nhiệm vụ: cơ quan cũ kết thúc hoạt động"), required=False)
    successors = _field(
        gettext_lazy("Cơ quan mới hoặc cơ quan kế thừa"),
        rows=6,
        help_text=gettext_lazy(
            "Mỗi dòng một cơ quan: tên đầy đủ; tên ngắn; ký hiệu; tỷ lệ. Tỷ lệ phần trăm chỉ ghi khi chia, tách; để "
            "trống nếu chưa có số được xác nhận. Cơ quan đang có trên cổng: ghi mã hoặc tên đầy đủ của cơ quan đó."
        ),
    )
    body_kind = forms.ChoiceField(label=gettext_lazy("Khối của cơ quan mới"), choices=BodyKind.choices, required=False)
    superior = _field(gettext_lazy("Cơ quan chủ quản"), LEAD_LENGTHS["superior"])
    head_name = _field(gettext_lazy("Tên ở đầu văn bản"), LEAD_LENGTHS["head_name"])
    place = _field(gettext_lazy("Địa danh"), LEAD_LENGTHS["place"])
    signing_title = _field(gettext_lazy("Chức vụ người ký"), LEAD_LENGTHS["signing_title"])
    file_note = _field(gettext_lazy("Dòng lưu"), LEAD_LENGTHS["file_note"])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Also those that were sent: a second click names bodies that the first one has ended.
        sent = split_codes(self.data.getlist("predecessors")) if self.is_bound else []
        field, chosen = self.fields["predecessors"], Body.objects.filter(choosable() | Q(code__in=sent))
        many = chosen.count() > BOXES
        field.widget = CodesText(attrs={"rows": 4}) if many else CodesWidget()
        field.queryset = chosen
        field.label_from_instance = lambda body: body.name
        field.help_text = _("Mã các cơ quan, cách nhau bằng dấu phẩy hoặc xuống dòng.") if many else ""
        self.fields["body_kind"].choices = [("", _("Như cơ quan cũ")), *BodyKind.choices]
        self.helper = _layout()

    def wish(self) -> Wish:
        """What is asked for; call after ``is_valid``. Raises ``Unreadable`` with what cannot be read."""
        typed = self.cleaned_data
        old = list(typed["predecessors"])
        if typed["kind"] == LinkKind.SPLIT and len(old) > 1:
            sentence = _("Chia, tách: mỗi lần một cơ quan cũ, vì mỗi cơ quan có tỷ lệ riêng; nhiều hơn thì dùng tệp.")
            raise Unreadable([Fault(sentence, "predecessors")])
        lines = _Lines(typed["successors"], typed["on"], typed["body_kind"] or old[0].kind)
        passings = [Passing(body.code, code, typed["kind"], lines.shares[code]) for body in old for code in lines.codes]
        ending = frozenset(body.code for body in old) if typed["ends"] else frozenset()
        lead = self._lead(lines.codes)
        return Wish(typed["title"], typed["on"], tuple(lines.founded), tuple(passings), ending, typed["note"], lead)

    def _lead(self, successors: list[str]) -> NewLead | None:
        told = {name: self.cleaned_data[name] for name in LEAD_LENGTHS}
        return NewLead(body=successors[0], **told) if any(told.values()) else None

    def carried(self, wish: Wish) -> list[tuple[str, str]]:
        """(name, text) of everything typed, for hidden inputs; the lines with the codes that they were given."""
        named = {body.code: body for body in wish.founded}
        shares = {passing.successor: passing.share for passing in wish.passings}
        lines = []
        for code, share in shares.items():
            body = named.get(code)
            said = "" if share is None else f"{share:f}".replace(".", ",")
            lines.append(
                f"{body.name}; {body.short_name}; {body.symbol}; {said}; {code}" if body else f"{code};;; {said}"
            )
        found = [(name, self.data.get(name, "")) for name in self.fields if name not in ("predecessors", "successors")]
        found += [("predecessors", ",".join(split_codes(self.data.getlist("predecessors"))))]
        return [("way", "one"), *found, ("successors", "\n".join(lines))]


class Unreadable(Exception):
    """Typed lines or a file that make no wish; ``faults`` say why."""

    def __init__(self, faults: list[Fault]):
        super().__init__()
        self.faults = faults


class _Lines:
    """``full name; short name; symbol; share; code`` line by line: new bodies, and those that are there already."""

    def __init__(self, text: str, on, kind: str):
        self.founded: list[Founded] = []
        self.shares: dict[str, Decimal | None] = {}
        self.faults: list[Fault] = []
        rows = [(n, [part.strip() for part in line.split(";")]) for n, line in enumerate(text.splitlines(), 1)]
        rows = [(n, parts + [""] * (PARTS - len(parts))) for n, parts in rows if any(parts)]
        self._there = self._existing([parts[0] for _n, parts in rows], on)
        self._taken = self._codes(rows)
        for number, parts in rows:
            self._read(number, parts, on, kind)
        if not rows:
            self.faults.append(
                Fault(_("Hãy ghi cơ quan mới hoặc cơ quan kế thừa, mỗi dòng một cơ quan."), "successors")
            )
        if self.faults:
            raise Unreadable(self.faults)

    @property
    def codes(self) -> list[str]:
        return list(self.shares)

    def _existing(self, names: list[str], on) -> dict[str, Body]:
        """{code, full name or short name: the body that lives then}."""
        living = Body.objects.valid_on(on)
        found: dict[str, Body] = {}
        for field in ("short_name", "name", "code"):
            found |= {getattr(body, field): body for body in living.filter(**{f"{field}__in": names})}
        return found

    def _codes(self, rows) -> set[str]:
        wanted = {slug for _n, parts in rows for slug in (_slug(parts[1] or parts[0]),)}
        return set(Body.objects.filter(code__in=wanted).values_list("code", flat=True))

    def _read(self, number: int, parts: list[str], on, kind: str) -> None:
        name, short, symbol, share, code = parts[:PARTS]
        if len(parts) > PARTS:
            self._wrong(number, _("dòng này có quá nhiều dấu chấm phẩy."))
            return
        there = self._there.get(name) if not short else None
        if there is None and not short:
            self._wrong(
                number, _("“%s” không phải cơ quan đang hoạt động; cơ quan mới phải có cả tên ngắn.") % name[:60]
            )
            return
        if there is None:
            code = code or self._new_code(short, on)
            self.founded.append(Founded(code, name, short, kind, symbol))
        else:
            code = there.code
        if code in self.shares:
            self._wrong(number, _("“%s” được ghi hai lần.") % name[:60])
        self.shares[code] = self._share(number, share)

    def _new_code(self, short: str, on) -> str:
        slug = _slug(short)
        return f"{slug[:45]}-{on.year}" if slug in self._taken else slug

    def _share(self, number: int, text: str) -> Decimal | None:
        text = text.removesuffix("%").strip()
        if not text:
            return None
        if re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,4})?", text, re.ASCII):
            try:
                return Decimal(text.replace(",", "."))
            except InvalidOperation:  # pragma: no cover - the pattern lets only numbers through
                pass
        self._wrong(number, _("tỷ lệ “%s” không phải là số phần trăm, ví dụ 12,5.") % text[:20])
        return None

    def _wrong(self, number: int, sentence: str) -> None:
        self.faults.append(Fault(sentence, "successors", number))


def _slug(name: str) -> str:
    """``UBND xã Giả định 01`` → ``ubnd-xa-gia-dinh-01``."""
    letters = re.sub(r"[^a-z0-9]+", "-", folded(name))
    return letters.strip("-")[:50] or "co-quan"


class FileForm(_Wished):
    """A file of many changes; its text stays in the page, so that nothing has to be chosen twice."""

    file = forms.FileField(label=gettext_lazy("Tệp CSV"), required=False, allow_empty_file=True)
    lines = forms.CharField(
        label=gettext_lazy("Nội dung tệp"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("Chọn tệp, hoặc dán nội dung vào đây. Có tệp thì dùng tệp."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="id_file_%s", **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("title", "note", "file", "lines")

    @property
    def text(self) -> str:
        return self.cleaned_data.get("text", "")

    def clean(self):
        cleaned = super().clean()
        chosen = cleaned.get("file")
        content = chosen.read(LARGEST + 1) if chosen else cleaned.get("lines", "").encode()
        if not content.strip():
            self.add_error("file", _("Hãy chọn tệp CSV hoặc dán nội dung."))
        elif len(content) > LARGEST:
            self.add_error("file", _("Tệp quá lớn: nhiều nhất 1 MB."))
        else:
            try:
                cleaned["text"] = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("Tệp không phải UTF-8; hãy lưu lại dạng “CSV UTF-8”."))
        return cleaned

    def wish(self) -> Wish:
        """Call after ``is_valid``; raises ``Unreadable`` with every defect and its line."""
        typed = self.cleaned_data
        name = typed["file"].name[:60] if typed.get("file") else _("Nội dung tệp")
        try:
            return reorganisation_files.read(self.text, name=name, title=typed["title"], note=typed["note"])
        except DataError as error:
            raise Unreadable([Fault(str(defect), "file") for defect in error.defects]) from error

    def show_anew(self) -> None:
        """What the file held stands in the page: a browser does not choose a file again."""
        if self.is_bound and self.text:
            self.data = self.data.copy()
            self.data["lines"] = self.text

    def carried(self, wish: Wish) -> list[tuple[str, str]]:
        typed = self.cleaned_data
        return [("way", "file"), ("title", typed["title"]), ("note", typed["note"]), ("lines", self.text)]


def _layout() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page has the form and its token
    helper.layout = Layout(
        "title",
        "on",
        "kind",
        Div(Field("predecessors"), css_class="bodies-to-choose"),
        "ends",
        "successors",
        "body_kind",
        Fieldset(
            _("Chỉ khi cơ quan cũ đang chủ trì tổng hợp: cơ quan mới đầu tiên chủ trì tiếp"),
            Div("superior", "head_name", "place", "signing_title", "file_note", css_class="pair"),
            css_class="panel",
        ),
        "note",
    )
    return helper
