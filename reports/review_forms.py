"""The forms of the page on which an officer reviews a report: the points of a return, a note among officers."""

import datetime as dt

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .choices import OverviewPart, Status
from .forms import WordsField
from .parts import WORDS, parts_of
from .workflow import Remark, too_long

POINTS, MORE_POINTS, MOST_POINTS = 3, 3, 60  # rows for points: at first, with every "more", at all
FARTHEST = dt.timedelta(days=366)  # for putting right what was returned; a later day is a slip of the year
WHOLE = ("", gettext_lazy("Cả báo cáo"))


class ReasonField(WordsField):
    """One of the office's ready-made reasons. A reason that was taken off the list meanwhile still counts."""

    def __init__(self, *, reasons, chosen="", **kwargs):
        super().__init__(**kwargs)
        known = [*reasons, *([chosen] if chosen and chosen not in reasons else [])]
        self.widget = forms.Select(
            attrs={"lang": "vi"}, choices=[("", "---------"), *((reason, reason) for reason in known)]
        )


class ReturnForm(forms.Form):
    """An officer decides on the sending that was read (``version``, while it had ``status``); for a return and a
    reopening, says why, where, and until when it is to be put right.

    Every point has a place (``3|T3.05``, ``chung|proposals``, ``3|`` for a whole part) and a ready-made reason,
    own words, or both. ``more`` asks for further rows and stores nothing; its value may be a place to be filled in.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(widget=forms.HiddenInput, choices=Status.choices)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=MOST_POINTS)
    note = WordsField(label=gettext_lazy("Lý do chung"), rows=3)
    return_by = forms.DateField(
        label=gettext_lazy("Sửa và gửi lại đến hết ngày"),
        required=False,
        help_text=gettext_lazy("Ngày/tháng/năm, từ hôm nay trở đi; để trống nếu không hẹn ngày."),
        error_messages={"invalid": gettext_lazy("Hãy ghi ngày theo thứ tự ngày/tháng/năm, ví dụ 20/12/2020.")},
        widget=forms.DateInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None, *, report, reasons=(), places=(), initial=None):
        """``places``: those that the rows begin with, where the page was opened for them."""
        choices = point_places(report)
        self.known = {place: f"{title}: {label}" for title, group in choices[1:] for place, label in group}
        chosen = [place for place in places if place in self.known][:MOST_POINTS]
        super().__init__(data if data is None else data.copy(), initial=initial)
        rows = self._rows(len(chosen))
        self.initial |= {"rows": rows} | {f"place-{n}": place for n, place in enumerate(chosen, 1)}
        self.points = [(f"place-{n}", f"reason-{n}", f"words-{n}") for n in range(1, rows + 1)]
        for place, reason, words in self.points:
            self.fields[place] = forms.ChoiceField(label=_("Chỗ cần sửa"), choices=choices, required=False)
            said = self.data.get(reason, "")
            self.fields[reason] = ReasonField(label=_("Lý do có sẵn"), reasons=reasons, chosen=said)
            self.fields[words] = WordsField(label=_("Điểm cần sửa"), rows=2)
        if chosen:
            self.fields[f"words-{len(chosen)}"].widget.attrs["autofocus"] = True
        if self.data.get("more") in self.known:
            self._begin(self.data["more"])

    def _rows(self, chosen: int) -> int:
        if not self.is_bound:
            return max(POINTS, chosen)
        told = self.data.get("rows", "")
        rows = min(MOST_POINTS, int(told)) if told.isascii() and told.isdigit() and len(told) < 4 else POINTS
        if "more" in self.data and not self._free(self.data["more"], rows):
            rows = min(MOST_POINTS, rows + MORE_POINTS)
        self.data["rows"] = str(rows)
        return rows

    def _free(self, place: str, rows: int) -> int | None:
        """The first row in which nothing stands, for a ``place`` that was asked for."""
        if place not in self.known:
            return None
        typed = ("place", "reason", "words")
        empty = (n for n in range(1, rows + 1) if not any(self.data.get(f"{name}-{n}", "").strip() for name in typed))
        return next(empty, None)

    def _begin(self, place: str) -> None:
        """A further point was asked for at ``place``: what was typed before stays."""
        row = self._free(place, len(self.points))
        if row is not None:
            self.data[f"place-{row}"] = place
            self.fields[f"words-{row}"].widget.attrs["autofocus"] = True

    @property
    def point_fields(self):
        """Triples of bound fields, a row each."""
        return [tuple(self[name] for name in names) for names in self.points]

    @property
    def unread(self) -> bool:
        """Whether a posted form does not say which sending, in which state, its person has read."""
        return "version" in self.errors or "status" in self.errors

    def shown_anew(self, version: int, status: str) -> None:
        """What was typed meets the sending that the page shows now: the next click decides on that."""
        self.data["version"], self.data["status"] = str(version), status

    def clean_return_by(self):
        day, today = self.cleaned_data["return_by"], timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("Ngày phải sửa xong đã qua; hãy chọn từ hôm nay trở đi."))
        if day and day > today + FARTHEST:
            raise forms.ValidationError(_("Ngày phải sửa xong còn quá một năm nữa; hãy kiểm tra lại năm."))
        return day

    def clean_note(self):
        if wrong := too_long(self.cleaned_data["note"]):
            raise forms.ValidationError(wrong)
        return self.cleaned_data["note"]

    def clean(self):
        cleaned = super().clean()
        for place, reason, words in self.points:
            said = _joined(cleaned, reason, words)
            if wrong := too_long(said):
                self.add_error(words, wrong)
                continue  # an input that is refused is gone from what was cleaned
            if said and not cleaned.get(place) and place not in self.errors:
                self.add_error(place, _("Hãy chọn chỗ cần sửa, hoặc chuyển câu này vào phần lý do chung."))
            if cleaned.get(place) and not said:
                self.add_error(words, _("Hãy chọn lý do hoặc viết điểm cần sửa; nếu không cần, hãy bỏ chọn chỗ này."))
        return cleaned

    def remarks(self) -> list[Remark]:
        """The points that say something; call after ``is_valid``."""
        found = []
        for place, reason, words in self.points:
            said = _joined(self.cleaned_data, reason, words)
            if said:
                found.append(Remark(*placed(self.cleaned_data[place]), said))
        return found

    def faults(self) -> list[tuple[str, str]]:
        """[(id of the input, what is wrong)] in the order of the form, for the list above it."""
        return [(field.id_for_label, error) for field in self.visible_fields() for error in field.errors]

    def typed(self) -> list[tuple[str, str]]:
        """[(label, text)] of what stands in a posted form, to be copied where the form itself cannot come back."""
        found = []
        for number, (place, reason, words) in enumerate(self.points, 1):
            said = _joined(self.data, reason, words)
            where = self.known.get(self.data.get(place, ""), "")
            found.append((" – ".join(filter(None, (f"{self.fields[words].label} {number}", where))), said))
        found += [(str(self.fields[name].label), self.data.get(name, "")) for name in ("note", "return_by")]
        return [(label, text) for label, text in found if text.strip()]


class NoteForm(forms.Form):
    """A word among officers, about the report or one place in it. What is missing is said by ``notes.write``."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    place = forms.ChoiceField(label=gettext_lazy("Về"), required=False)
    text = WordsField(label=gettext_lazy("Ghi chú"), rows=3)

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, auto_id="id_internal_%s", **kwargs)
        # The texts around the tasks as a whole are told as the whole report.
        _empty, *parts = point_places(report)
        self.fields["place"].choices = [WHOLE, *((title, [p for p in own if p[0] != "chung|"]) for title, own in parts)]

    def where(self) -> tuple[int | None, str]:
        """The part and the input that the note is about; (None, "") for the whole report."""
        return placed(self.cleaned_data["place"]) if self.cleaned_data["place"] else (None, "")


def _joined(texts, *names: str) -> str:
    """The texts of these inputs as one."""
    return " ".join(filter(None, (texts.get(name, "") for name in names)))


def placed(place: str) -> tuple[int | None, str]:
    """``3|T3.05`` → (3, "T3.05"); ``chung|proposals`` → (None, "proposals")."""
    word, _bar, name = place.partition("|")
    return None if word == "chung" else int(word), name


def point_places(report) -> list:
    """Choices of places, part by part: the whole part, its texts, its indicators."""
    choices: list = [("", "---------")]
    for part in parts_of(report):
        texts = OverviewPart.values if part.number is None else WORDS if part.number else ()
        inputs = [*texts, *(i.code for i in part.indicators if not i.computed)]
        own = [(f"{part.word}|", _("Cả phần"))] + [(f"{part.word}|{name}", part.label(name)) for name in inputs]
        choices.append((part.title, own))
    return choices
