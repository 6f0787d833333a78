"""Invented people: a reporter and a signatory for every body, and the lead department's own."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from directives.choices import Role
from directives.models import Body, User

from .story import WRONG_ADDRESS

PASSWORD = "TreEm-2020-mo-phong"  # noqa: S105 - printed and documented: it opens invented data only

MAIL_DOMAIN = "mo-phong.invalid"  # a name that is kept from ever leading anywhere (RFC 2606)
PHONES = "0207 3 000 "  # so that nobody takes these for real numbers: offices from 001, people from 101

OFFICER, LEADER, ADMINISTRATOR = "chuyen-vien", "lanh-dao", "quan-tri"
SIGNATORY_SUFFIX = "-ky"
WITHOUT_SIGNATORY = frozenset({"hoi-cuu-chien-binh-tinh"})  # nobody signs in the portal: the reporter sends

# Whom to sign in as, and what each shows best.
SIGN_INS = {
    "na-hang": "bản nháp soạn dở: số năm trước bên cạnh, một ô chưa đọc được, một đột biến chưa ghi lý do",
    "na-hang-ky": "người ký của Na Hang: đọc báo cáo đang soạn; ký và gửi sau khi na-hang trình",
    OFFICER: "bảng theo dõi, duyệt, trả lại, mở lại, điều chỉnh, đôn đốc, bản giấy, hộp thư đi, mở kỳ",
    LEADER: "bảng tổng hợp toàn tỉnh, so với năm trước, tải Excel và PDF",
    ADMINISTRATOR: "tài khoản, cơ quan, văn bản; không thấy số liệu",
    "toa-an-nhan-dan-tinh-ky": "báo cáo đã trình, chờ người ký gửi hoặc chuyển lại",
    "bao-tuyen-quang": "báo cáo mà người ký chưa ký, chuyển lại kèm lý do",
    "lam-binh": "báo cáo đã gửi, chưa ai mở: còn rút lại được; một đột biến chưa ghi lý do",
    "so-tnmt": "báo cáo đã rút lại, đang sửa",
    "so-vhttdl": "báo cáo bị trả lại với ba điểm, một điểm đã sửa",
    "hoi-nong-dan-tinh": "báo cáo đã duyệt, được trả về theo đề nghị rút lại",
    "so-xay-dung": "chưa bắt đầu, đang chờ trả lời đề nghị gia hạn",
    "tinh-doan": "báo cáo đã duyệt, mở lại kèm lý do, sửa và duyệt lại",
    "yen-son": "báo cáo đã duyệt, một số liệu được điều chỉnh, cơ quan đã trả lời",
    "bao-hiem-xa-hoi-tinh": "báo cáo do chuyên viên nhập thay từ bản giấy",
    "so-y-te": "báo cáo đã duyệt: biên nhận, tệp đính kèm, bản ký đã quét",
    "hoi-cuu-chien-binh-tinh": "cơ quan không có tài khoản người ký: người lập gửi thẳng",
}

# Everybody has been here lately, but for one who never was and one who has not come back.
LAST_SEEN = {
    WRONG_ADDRESS: None,
    "thanh-tra-tinh-ky": timezone.make_aware(dt.datetime(2019, 12, 9, 8), timezone.get_default_timezone()),
}

FAMILY_NAMES = "Nguyễn;Trần;Hoàng;Ma;Lý;Nông;Bàn;Đặng;Hà;Lương;Quan;Triệu;Vi;Phạm;Chẩu;Đỗ".split(";")  # noqa: SIM905 - read as a list of names
# Given names are plants, birds and stones throughout, so that nobody takes these for real officials.
GIVEN_NAMES = (  # noqa: SIM905
    "Hoa Ban;Hướng Dương;Thạch Thảo;Tường Vi;Nguyệt Quế;Hải Đường;Đỗ Quyên;Mộc Lan;Thiên Lý;Bằng Lăng;Tầm Xuân;"
    "Kim Ngân;Thủy Tiên;Mẫu Đơn;Thanh Trúc;Tùng Bách;Bạch Dương;Sơn Ca;Họa Mi;Hoàng Yến;Phi Yến;Hải Âu;Hồng Hạc;"
    "Thạch Anh;Lam Ngọc;Hổ Phách;Phong Lan;Dạ Hương;Trà My;Cẩm Tú;Oải Hương;Bồ Công Anh;Kim Giao;Hồng Mai;"
    "Ngọc Lan;Sơn Trà;Anh Đào;Cúc Họa Mi;Sao Mai"
).split(";")


def usernames(body_code: str) -> tuple[str, str]:
    """User names of a body's reporter and signatory; of the latter there may be no account."""
    return body_code, body_code + SIGNATORY_SUFFIX


def make_people(bodies: list[Body]) -> dict[str, User]:
    """{user name: User} for the reporters and signatories of ``bodies`` and the three of the lead department."""
    password = make_password(PASSWORD)  # one hash for all: hashing is slow on purpose
    wanted = [(OFFICER, Role.OFFICER, None), (LEADER, Role.LEADER, None), (ADMINISTRATOR, Role.ADMINISTRATOR, None)]
    for body in bodies:
        reporter, signatory = usernames(body.code)
        wanted.append((reporter, Role.REPORTER, body))
        if body.code not in WITHOUT_SIGNATORY:
            wanted.append((signatory, Role.SIGNATORY, body))
    return {
        user.username: user
        for user in User.objects.bulk_create(
            _person(position, *who, password=password) for position, who in enumerate(wanted)
        )
    }


def make_reporters(bodies: list[Body]) -> dict[str, User]:
    """{user name: User}, one who reports for each of ``bodies``, which came later."""
    password, known = make_password(PASSWORD), User.objects.count()
    people = (
        _person(known + position, body.code, Role.REPORTER, body, password=password)
        for position, body in enumerate(bodies)
    )
    return {user.username: user for user in User.objects.bulk_create(people)}


def give_phones(bodies: list[Body]) -> None:
    """An invented number for each office that has none."""
    for position, body in enumerate(bodies, 1):
        body.phone = body.phone or f"{PHONES}{position:03d}"
    Body.objects.bulk_update(bodies, ["phone"])


def _person(position: int, username: str, role: Role, body: Body | None, *, password: str) -> User:
    return User(
        username=username,
        email=f"{username}@{MAIL_DOMAIN}",
        phone=f"{PHONES}{position + 101:03d}",
        last_login=LAST_SEEN.get(username, timezone.now()),
        role=role,
        body=body,
        password=password,
        last_name=FAMILY_NAMES[position % len(FAMILY_NAMES)],
        first_name=GIVEN_NAMES[position % len(GIVEN_NAMES)],
        date_joined=timezone.make_aware(dt.datetime(2019, 10, 1, 8)),
    )
