"""The invented province: what its bodies are like. Data only, keyed by body code."""

import random
from dataclasses import dataclass

OBLIGATION = "thu-2020"
YEARS = (2019, 2020)  # a finished year, and the running one
LATER = (2024, 2025)  # before and after the districts ended
GROWTH = {2019: 0.991, 2020: 1.0, 2024: 1.03, 2025: 1.036}  # inhabitants against 2020


@dataclass(frozen=True, slots=True)
class District:
    """Synthetic base of 2020: inhabitants, children under 16, communes, shares of minority and poor children."""

    area: str
    population: int
    children: int
    communes: int
    minority: float
    poor: float


# Inhabitants and children are synthetic (shares of an old yearbook, 27 % under 16); the communes are those of 2020.
DISTRICTS = {
    "tp-tuyen-quang": District("thành phố", 125_800, 34_000, 15, 0.18, 0.05),
    "lam-binh": District("huyện", 32_500, 8_800, 8, 0.94, 0.44),
    "na-hang": District("huyện", 45_800, 12_400, 12, 0.88, 0.37),
    "chiem-hoa": District("huyện", 135_300, 36_500, 26, 0.77, 0.29),
    "ham-yen": District("huyện", 119_800, 32_400, 18, 0.62, 0.24),
    "yen-son": District("huyện", 145_800, 39_400, 28, 0.52, 0.21),
    "son-duong": District("huyện", 187_000, 50_500, 31, 0.46, 0.23),
}

COMMUNES = {"xa-gia-dinh-": "xã", "phuong-gia-dinh-": "phường"}  # how the codes of the invented ones begin


def place_of(code: str) -> District | None:
    """What the body ``code`` is in charge of: a district, an invented commune, or None of an office."""
    area = next((area for start, area in COMMUNES.items() if code.startswith(start)), None)
    if area is None:
        return DISTRICTS.get(code)
    source = random.Random(code)  # noqa: S311 - invented, not secret
    people = source.randint(8_000, 22_000)
    return District(area, people, round(people * 0.27), 1, source.uniform(0.2, 0.95), source.uniform(0.08, 0.42))


# How much an office has to do with children against an ordinary one (1).
WEIGHTS = {
    "mttq-tinh": 2,
    "tinh-doan": 5,
    "hoi-lien-hiep-phu-nu-tinh": 4,
    "so-tu-phap": 2,
    "so-tttt": 2,
    "so-vhttdl": 3,
    "so-giao-duc-dao-tao": 5,
    "so-y-te": 4,
    "ban-dan-toc": 2,
    "cong-an-tinh": 3,
    "dai-ptth-tinh": 3,
    "bao-tuyen-quang": 2,
    "so-ldtbxh": 6,
}

# How much of what the districts count an office knows of: all but a few, or some more.
ABOUT_ALL = (0.96, 1.07)
KNOWN = {"cong-an-tinh": (1.05, 1.14)}

_NO_PLAN = "Các chương trình, kế hoạch nêu tại nhiệm vụ này không giao nhiệm vụ cụ thể cho cơ quan."
_NO_FORUM = "Cơ quan không được giao tổ chức diễn đàn hoặc hoạt động để trẻ em tham gia."
_NO_INSPECTION = "Cơ quan không có chức năng thanh tra, kiểm tra, giám sát về công tác trẻ em."
_COURT = "Hoạt động của cơ quan theo pháp luật tố tụng; không chủ trì thực hiện các kế hoạch này."

# Tasks declared outside a body's functions, with the reason; the body then gives no figure there.
DECLINED = {
    "thanh-tra-tinh": {3: _NO_PLAN, 5: _NO_FORUM},
    "so-noi-vu": {3: _NO_PLAN},
    "so-tai-chinh": {5: _NO_FORUM},
    "so-cong-thuong": {3: _NO_PLAN, 5: _NO_FORUM},
    "so-nnptnt": {3: _NO_PLAN},
    "so-giao-thong-van-tai": {3: _NO_PLAN, 5: _NO_FORUM},
    "so-xay-dung": {3: _NO_PLAN, 5: _NO_FORUM},
    "so-tnmt": {3: _NO_PLAN, 5: _NO_FORUM},
    "so-khcn": {3: _NO_PLAN, 7: _NO_INSPECTION},
    "bo-chqs-tinh": {3: _NO_PLAN},
    "toa-an-nhan-dan-tinh": {3: _COURT, 5: _NO_FORUM},
    "vien-kiem-sat-tinh": {3: _COURT, 5: _NO_FORUM},
    "bao-hiem-xa-hoi-tinh": {3: _NO_PLAN, 5: _NO_FORUM},
    "cuc-thong-ke": {3: _NO_PLAN, 5: _NO_FORUM, 7: _NO_INSPECTION},
    "dai-ptth-tinh": {7: _NO_INSPECTION},
    "bao-tuyen-quang": {3: _NO_PLAN, 7: _NO_INSPECTION},
}

# Bodies whose figures break a rule that asks for a reason: {year: {body: rule}}.
UNUSUAL = {
    2019: {"yen-son": "R11", "so-nnptnt": "R49"},
    2020: {"tp-tuyen-quang": "R11", "ham-yen": "R48", "cong-an-tinh": "R47", "thanh-tra-tinh": "R50"},
}

EXPLANATIONS = {
    "R11": "Trong năm được bổ sung kinh phí từ nguồn dự phòng sau khi giao dự toán đầu năm nên số thực hiện cao hơn.",
    "R47": "Số vụ đã xử lý gồm cả các vụ phát hiện từ kỳ trước chuyển sang, kết thúc điều tra trong kỳ này.",
    "R48": "Có trường hợp mới phát hiện cuối kỳ, đang xác minh nên chưa đưa vào danh sách quản lý của nhóm l).",
    "R49": "Số đã xử lý gồm cả vi phạm phát hiện từ kỳ trước.",
    "R50": "Số đơn đã giải quyết gồm cả đơn tiếp nhận cuối kỳ trước chuyển sang.",
}

# Indicators about documents that were issued in 2020: nothing could arise in the years before.
ISSUED_IN_2020 = frozenset({"T1.02", "T2.01", "T2.02", "T2.03"})
