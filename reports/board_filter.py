"""What narrows the board, as it stands in the address: the same for the page, its counts and the Excel file."""

from urllib.parse import urlencode

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directives.choices import LEAD_GROUP, BodyKind, group_label

from .board import Timing, board_of, by_channel, in_state, named, with_timing
from .choices import Channel, Status, TaskState
from .models import Report

LONGEST = 100  # letters that are searched for
ALL = gettext_lazy("Tất cả")
NAMES = {  # field: in the address
    "text": "tim",
    "group": "khoi",
    "status": "tinh-trang",
    "state": "trang-thai",
    "task": "nhiem-vu",
    "timing": "thoi-han",
    "channel": "kenh",
}


class BoardForm(forms.Form):
    """Calls its fields in the address by ``NAMES``."""

    def add_prefix(self, field_name):
        return NAMES.get(field_name, field_name)


class BoardFilter(django_filters.FilterSet):
    """The board of ``period`` at the moment ``at``, narrowed by ``data``; what makes no sense there is left aside."""

    text = django_filters.CharFilter(
        label=gettext_lazy("Tên cơ quan, có dấu hoặc không dấu"), method="by_name", max_length=LONGEST
    )
    group = django_filters.ChoiceFilter(
        label=gettext_lazy("Khối"),
        empty_label=ALL,
        choices=lambda: [(g, group_label(g)) for g in (*BodyKind.values, LEAD_GROUP)],
    )
    status = django_filters.ChoiceFilter(label=gettext_lazy("Tình trạng báo cáo"), empty_label=ALL, choices=Status)
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Trạng thái nhiệm vụ"), empty_label=ALL, choices=TaskState, method="by_state"
    )
    task = django_filters.ChoiceFilter(label=gettext_lazy("ở nhiệm vụ"), method="by_task")
    timing = django_filters.ChoiceFilter(
        label=gettext_lazy("Thời hạn"), empty_label=ALL, choices=Timing, method="by_timing"
    )
    channel = django_filters.ChoiceFilter(
        label=gettext_lazy("Kênh gửi"), empty_label=ALL, choices=Channel, method="by_way"
    )

    class Meta:
        model = Report
        fields = ()  # those above, in their order
        form = BoardForm

    def __init__(self, data, *, period, at):
        super().__init__(data, queryset=board_of(period, at))
        self.period, self.at, self.numbers = period, at, period.task_numbers()
        numbers = [(str(number), str(number)) for number in self.numbers]
        self.filters["task"].extra |= {"choices": numbers, "empty_label": _("bất kỳ")}

    def by_name(self, board, name, value):
        return named(board, value)

    def by_state(self, board, name, value):
        task = self.form.cleaned_data.get("task")
        return in_state(board, value, self.numbers.index(int(task)) if task else None)

    def by_task(self, board, name, value):
        return board  # without a state a task narrows nothing; with one see ``by_state``

    def by_timing(self, board, name, value):
        return with_timing(board, self.period, value, self.at)

    def by_way(self, board, name, value):
        return by_channel(board, self.period, value)

    @property
    def wishes(self) -> dict[str, str]:
        """{field: value} of what narrows."""
        self.form.is_valid()  # a field with an error has no cleaned value and narrows nothing
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def ignored(self) -> list[str]:
        """A sentence for each field of the address that is left aside."""
        return [
            _("Bộ lọc “%(label)s” được bỏ qua: %(why)s")
            % {"label": self.form.fields[name].label, "why": " ".join(errors)}
            for name, errors in self.errors.items()
        ]

    def but(self, *names):
        """The board narrowed by everything but the fields ``names``."""
        board = self.queryset.all()
        for name, value in self.wishes.items():
            if name not in names:
                board = self.filters[name].filter(board, value)
        return board

    def query(self, **changes: str) -> str:
        """The query of an address with the wishes as they are, but for ``changes`` {field: value or ""}."""
        wishes = self.wishes | changes
        return urlencode({name: wishes[field] for field, name in NAMES.items() if wishes.get(field)})

    def words(self) -> str:
        """``Khối: Sở, ban, ngành; Kênh gửi: Bản giấy``, or "" for the whole board."""
        return "; ".join(
            f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, value)}"
            for field, value in ((self.form.fields[name], value) for name, value in self.wishes.items())
        )
