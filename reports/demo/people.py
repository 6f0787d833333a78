"""Invented people: a reporter and a signatory for every body, and the lead department's own."""

from django.contrib.auth.hashers import make_password

from directives.choices import Role
from directives.models import Body, User

from .course import moment

PASSWORD = "TreEm-2020-mo-phong"  # noqa: S105 - printed and documented: it opens invented data only

OFFICER, LEADER, ADMINISTRATOR = "chuyen-vien", "lanh-dao", "quan-tri"
SIGNATORY_SUFFIX = "-ky"

FAMILY_NAMES = "Nguyễn;Trần;Hoàng;Ma;Lý;Nông;Bàn;Đặng;Hà;Lương;Quan;Triệu;Vi;Phạm;Chẩu;Đỗ".split(";")  # noqa: SIM905 - read as a list of names
# Given names are plants, birds and stones throughout, so that nobody takes these for real officials.
GIVEN_NAMES = (  # noqa: SIM905
    "Hoa Ban;Hướng Dương;Thạch Thảo;Tường Vi;Nguyệt Quế;Hải Đường;Đỗ Quyên;Mộc Lan;Thiên Lý;Bằng Lăng;Tầm Xuân;"
    "Kim Ngân;Thủy Tiên;Mẫu Đơn;Thanh Trúc;Tùng Bách;Bạch Dương;Sơn Ca;Họa Mi;Hoàng Yến;Phi Yến;Hải Âu;Hồng Hạc;"
    "Thạch Anh;Lam Ngọc;Hổ Phách;Phong Lan;Dạ Hương;Trà My;Cẩm Tú;Oải Hương;Bồ Công Anh;Kim Giao;Hồng Mai;"
    "Ngọc Lan;Sơn Trà;Anh Đào;Cúc Họa Mi;Sao Mai"
).split(";")


def usernames(body_code: str) -> tuple[str, str]:
    """User names of a body's reporter and signatory."""
    return body_code, body_code + SIGNATORY_SUFFIX


def make_people(bodies: list[Body]) -> dict[str, User]:
    """{user name: User} for the reporters and signatories of ``bodies`` and the three of the lead department."""
    password = make_password(PASSWORD)  # one hash for all: hashing is slow on purpose
    wanted = [(OFFICER, Role.OFFICER, None), (LEADER, Role.LEADER, None), (ADMINISTRATOR, Role.ADMINISTRATOR, None)]
    for body in bodies:
        reporter, signatory = usernames(body.code)
        wanted += [(reporter, Role.REPORTER, body), (signatory, Role.SIGNATORY, body)]
    return {
        user.username: user
        for user in User.objects.bulk_create(
            _person(position, *who, password=password) for position, who in enumerate(wanted)
        )
    }


def _person(position: int, username: str, role: Role, body: Body | None, *, password: str) -> User:
    return User(
        username=username,
        role=role,
        body=body,
        password=password,
        last_name=FAMILY_NAMES[position % len(FAMILY_NAMES)],
        first_name=GIVEN_NAMES[position % len(GIVEN_NAMES)],
        date_joined=moment(2019, 10, 1, 8),
    )
