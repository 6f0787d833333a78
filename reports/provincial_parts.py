"""The parts of the province's report, in the order of the paper (Decree 30/2020 practice). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directives.languages import in_screen_language

TASK = "task-"
OWN_WORDS = "words"  # the only part of a supplement: what its writer says about the differences


@dataclass(frozen=True, slots=True)
class ProvincialPart:
    """``key`` as it is stored and addressed; ``number``: of the task, None for the parts around them."""

    key: str
    title: str
    number: int | None = None


def parts_of(tasks: Iterable, *, supplement: bool = False) -> tuple[ProvincialPart, ...]:
    """The parts to compose; ``tasks``: the period's, with ``number``, ``title_vi`` and ``title_en``."""
    if supplement:
        return (ProvincialPart(OWN_WORDS, _("Lời báo cáo bổ sung")),)
    return (
        ProvincialPart("direction", _("Công tác chỉ đạo, triển khai")),
        *(
            ProvincialPart(f"{TASK}{task.number}", in_screen_language(task.title_vi, task.title_en), task.number)
            for task in tasks
        ),
        ProvincialPart("assessment", _("Đánh giá chung")),
        ProvincialPart("limits", _("Tồn tại, hạn chế và nguyên nhân")),
        ProvincialPart("next_year", _("Phương hướng, nhiệm vụ năm sau")),
        ProvincialPart("proposals", _("Kiến nghị, đề xuất")),
    )
