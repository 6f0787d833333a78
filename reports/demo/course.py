"""What becomes of each invented report: when it is sent, returned and accepted. All times are Vietnam's."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from reports.choices import Action

from .draw import Draw

OPENING = (11, 2)  # month and day on which the lead opens a year's period
OFFICE_HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
HALF_FILLED = {2020: "na-hang"}  # has begun its report and not sent it
HALF_FILLED_ON = (12, 11)

SCHOOLS = (
    "T5.10: số trẻ em được tiếp cận kiến thức an toàn trên mạng thấp hơn nhiều so với năm trước, có thể mới tính một "
    "phần các trường. Đề nghị rà soát và gửi lại."
)
PLAY_POINTS = (
    "T4.03: số xã, phường, thị trấn có điểm văn hóa, vui chơi cao hơn nhiều so với báo cáo của các huyện, thành phố; "
    "đề nghị đối chiếu lại. Nhiệm vụ 5 cần nêu kết quả cụ thể của cơ quan trong năm."
)
SAFE_HOMES = "T6.24: số ngôi nhà an toàn gấp nhiều lần năm trước, có thể thừa một chữ số. Đề nghị kiểm tra, gửi lại."

# What a first version had wrong: {year: {body: (indicator, factor)}}.
MISSTATED = {
    2019: {"ham-yen": ("T6.24", 10)},
    2020: {"so-giao-duc-dao-tao": ("T5.10", 0.4), "so-vhttdl": ("T4.03", 1.4)},
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of the workflow: what, when, and the reason where one is needed."""

    action: str
    at: dt.datetime
    note: str = ""


def moment(year, month, day, hour=0, minute=0) -> dt.datetime:
    """A moment in the portal's time zone."""
    return timezone.make_aware(dt.datetime(year, month, day, hour, minute))


def _sent(*when) -> tuple[str, tuple, str]:
    return Action.SUBMIT, when, ""


def _returned(*when, note) -> tuple[str, tuple, str]:
    return Action.RETURN, when, note


def _accepted(*when) -> tuple[str, tuple, str]:
    return Action.ACCEPT, when, ""


# Reports with a course of their own (month, day, hour, minute); all others are sent in time and accepted.
SPECIAL = {
    2019: {
        "ham-yen": (
            _sent(12, 10, 15, 5),
            _returned(12, 13, 9, 40, note=SAFE_HOMES),
            _sent(12, 16, 10, 15),
            _accepted(12, 17, 14, 0),
        ),
        "so-khcn": (_sent(12, 17, 8, 30), _accepted(12, 18, 9, 10)),
        "chiem-hoa": (_sent(12, 16, 16, 45), _accepted(12, 18, 9, 25)),
    },
    2020: {
        # never sent
        "na-hang": (),
        "so-xay-dung": (),
        "toa-an-nhan-dan-tinh": (),
        "bao-tuyen-quang": (),
        # waiting for review
        "lam-binh": (_sent(12, 14, 16, 38),),
        "hoi-cuu-chien-binh-tinh": (_sent(12, 14, 15, 20),),
        "so-tnmt": (_sent(12, 11, 9, 12),),
        "so-khcn": (_sent(12, 14, 17, 2),),
        "vien-kiem-sat-tinh": (_sent(12, 14, 10, 47),),
        "so-giao-thong-van-tai": (_sent(12, 21, 8, 25),),  # and late
        # returned and not sent again
        "so-vhttdl": (_sent(12, 9, 15, 20), _returned(12, 11, 9, 5, note=PLAY_POINTS)),
        # returned, corrected after the deadline, sent again: still in time
        "so-giao-duc-dao-tao": (
            _sent(12, 11, 10, 42),
            _returned(12, 15, 8, 50, note=SCHOOLS),
            _sent(12, 17, 14, 15),
            _accepted(12, 18, 9, 30),
        ),
        # the last minutes in time, and minutes too late ("trước ngày 15/12" leaves the 15th out)
        "chiem-hoa": (_sent(12, 14, 23, 41), _accepted(12, 16, 8, 40)),
        "son-duong": (_sent(12, 15, 0, 12), _accepted(12, 17, 10, 5)),
        "ban-dan-toc": (_sent(12, 16, 10, 30), _accepted(12, 18, 15, 45)),
        "bo-chqs-tinh": (_sent(12, 18, 16, 10), _accepted(12, 22, 9, 0)),
    },
}


def course_of(body: str, year: int, draw: Draw) -> tuple[Turn, ...]:
    """The steps of the report of ``body`` in order."""
    if body in SPECIAL[year]:
        return tuple(Turn(action, moment(year, *when), note) for action, when, note in SPECIAL[year][body])
    source = draw.of_year("course")
    sent = _working_day(moment(year, 12, source.randint(1, 13), source.choice(OFFICE_HOURS), source.randint(0, 59)), -1)
    accepted = sent.replace(hour=source.choice(OFFICE_HOURS), minute=source.randint(0, 59))
    accepted = _working_day(accepted + dt.timedelta(days=source.randint(1, 4)), 1)
    return Turn(Action.SUBMIT, sent), Turn(Action.ACCEPT, accepted)


def _working_day(day: dt.datetime, step: int) -> dt.datetime:
    """``day`` or, at a weekend, the nearest working day before (-1) or after (1)."""
    while day.weekday() >= 5:
        day += dt.timedelta(days=step)
    return day
