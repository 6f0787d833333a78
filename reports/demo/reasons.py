"""Why a figure moved so much against last year: invented reasons, by what is counted and by direction. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.answers import Answers, Cell
from reports.checks import Sheet, jumps
from reports.parts import JUMP

from .draw import Draw
from .figures import Form
from .province import ISSUED_IN_2020


@dataclass(frozen=True, slots=True)
class Family:
    """Indicators that move together, and what is said when they rise or fall."""

    codes: tuple[str, ...]
    up: tuple[str, ...]
    down: tuple[str, ...]


FIRST_YEAR = (
    "Văn bản được ban hành giữa năm 2020 nên năm trước chưa phát sinh.",
    "Năm 2020 là năm đầu thực hiện; năm 2019 chưa có nhiệm vụ này.",
    "Năm trước ghi “không phát sinh” vì chưa có văn bản chỉ đạo của tỉnh về nội dung này.",
    "Nhiệm vụ mới được giao từ quý III năm 2020, không có số năm trước để so sánh.",
    "Các văn bản làm căn cứ chỉ có từ năm 2020; từ năm sau mới so sánh được.",
)

FAMILIES = (
    Family(
        ("T0.01", "T0.02", "T0.03", "T0.04", "T0.05", "T0.06", "T0.07"),
        ("Năm nay tính theo kết quả Tổng điều tra dân số, năm trước theo sổ hộ khẩu.",),
        ("Đã loại trừ các hộ chuyển đi và số trùng giữa các xã sau khi rà soát.",),
    ),
    Family(
        ("T1.01", "T1.02", "T1.03"),
        (
            "Trong năm ban hành thêm các văn bản triển khai Chỉ thị số 23/CT-TTg và phòng, chống dịch COVID-19.",
            "Năm nay tính cả văn bản đôn đốc, hướng dẫn chuyên môn; năm trước chỉ tính kế hoạch và quyết định.",
        ),
        (
            "Nhiều nội dung được gộp vào một kế hoạch chung nên số văn bản giảm.",
            "Các đề án kết thúc giai đoạn, năm nay không phải ban hành hướng dẫn mới.",
        ),
    ),
    Family(
        ("T1.04", "T1.06", "T1.08", "T1.09"),
        ("Rà soát, đối chiếu lại danh sách với cấp xã nên số được tính đầy đủ hơn năm trước.",),
        ("Sắp xếp, sáp nhập thôn, tổ dân phố nên số lượng giảm so với năm trước.",),
    ),
    Family(
        ("T2.02", "T2.03"),
        (
            "Kế hoạch năm nay chi tiết hơn, tách riêng nhiệm vụ của từng bộ phận.",
            "Bổ sung các nhiệm vụ về phòng, chống xâm hại trẻ em và đuối nước theo chỉ đạo giữa năm.",
        ),
        (
            "Các nhiệm vụ cùng tính chất được gộp lại khi xây dựng kế hoạch.",
            "Một số nhiệm vụ tập trung đông người tạm hoãn do dịch COVID-19.",
        ),
    ),
    Family(
        ("T2.05", "T2.06"),
        (
            "Được bổ sung kinh phí sửa chữa công trình vui chơi và trang bị phòng, chống đuối nước.",
            "Năm nay bố trí kinh phí tổng kết giai đoạn của các chương trình về trẻ em.",
        ),
        (
            "Cắt giảm hội nghị, công tác phí theo chủ trương tiết kiệm chi để phòng, chống dịch COVID-19.",
            "Năm trước có khoản mua sắm thiết bị một lần, năm nay không phát sinh.",
        ),
    ),
    Family(
        ("T2.07", "T2.08"),
        (
            "Có thêm nhà tài trợ trao học bổng, xe đạp và áo ấm cho trẻ em vùng cao.",
            "Vận động thêm để hỗ trợ trẻ em có gia đình bị thiệt hại do mưa đá đầu năm.",
        ),
        (
            "Doanh nghiệp gặp khó khăn do dịch COVID-19 nên nguồn vận động giảm.",
            "Đợt phát động Tháng hành động vì trẻ em không tổ chức tập trung được.",
        ),
    ),
    Family(
        ("T3.01", "T3.24", "T4.03"),
        (
            "Thêm các xã được công nhận, hoàn thành công trình trong năm từ nguồn nông thôn mới.",
            "Năm nay tính cả các điểm đã được nâng cấp, năm trước chỉ tính điểm xây mới.",
        ),
        (
            "Rà soát theo tiêu chí mới, một số nơi chưa đạt nên chưa được tính.",
            "Một số công trình đang sửa chữa, chưa đưa vào sử dụng tại thời điểm chốt số liệu.",
        ),
    ),
    Family(
        tuple(f"T3.{number:02}" for number in (3, *range(4, 18), 19, 21, 22, 23, 25, 26)),
        (
            "Rà soát theo hướng dẫn mới, bổ sung các trường hợp trước đây chưa lập hồ sơ.",
            "Năm nay đối chiếu với danh sách của ngành y tế, giáo dục nên số được tính đầy đủ hơn.",
            "Số chuyển đến cùng gia đình trong năm và số mới xác định sau khám sàng lọc.",
        ),
        (
            "Một số trường hợp đã đủ 16 tuổi, chuyển đi nơi khác hoặc không còn thuộc diện.",
            "Đã loại trừ số trùng giữa các nhóm sau khi rà soát danh sách.",
            "Được hỗ trợ ổn định nên ra khỏi danh sách quản lý trong năm.",
        ),
    ),
    Family(
        ("T4.02",),
        ("Lồng ghép thêm hoạt động hè tại các thôn, tổ dân phố sau khi hết giãn cách.",),
        ("Một số hoạt động hè không tổ chức được do dịch COVID-19.",),
    ),
    Family(
        ("T4.05", "T4.06", "T4.07"),
        ("Tăng kiểm tra tại cơ sở và qua tin báo của cộng tác viên nên phát hiện nhiều hơn.",),
        ("Tuyên truyền qua người có uy tín và nhà trường, số trường hợp giảm so với năm trước.",),
    ),
    Family(
        ("T5.01", "T5.02"),
        (
            "Năm nay diễn đàn được tổ chức thêm ở cấp xã, năm trước chỉ ở cấp huyện.",
            "Diễn đàn tổ chức ngay tại trường học nên số lượt tham gia nhiều hơn.",
        ),
        (
            "Do dịch COVID-19, diễn đàn thu gọn số đại biểu.",
            "Chuyển sang hình thức trực tuyến, mỗi điểm cầu chỉ mời đại diện.",
        ),
    ),
    Family(
        ("T5.03", "T5.04"),
        (
            "Phối hợp với nhà trường tổ chức hội thi, mỗi cuộc có toàn trường tham gia.",
            "Bổ sung các sự kiện dịp khai giảng và Tết Trung thu so với năm trước.",
        ),
        (
            "Các sự kiện tập trung đông người được thay bằng hình thức nhỏ do dịch COVID-19.",
            "Hội thi toàn ngành tổ chức hai năm một lần, năm nay không có.",
        ),
    ),
    Family(
        ("T5.05", "T5.06"),
        (
            "Đặt thêm hòm thư góp ý ở trường học nên ghi nhận được nhiều ý kiến hơn.",
            "Tính cả ý kiến gửi qua mạng, năm trước chỉ tính ý kiến phát biểu trực tiếp.",
        ),
        (
            "Số diễn đàn ít hơn nên số ý kiến ghi nhận giảm theo.",
            "Đã gộp các ý kiến trùng nội dung khi tổng hợp.",
        ),
    ),
    Family(
        ("T5.08", "T5.09", "T5.10", "T6.23"),
        (
            "Nhân rộng sang các trường mới tham gia trong năm học 2020-2021.",
            "Nội dung được đưa vào giờ sinh hoạt của tất cả các lớp.",
        ),
        (
            "Nghỉ học phòng, chống dịch COVID-19 nên một số trường chưa tổ chức được.",
            "Năm nay chỉ tính các đơn vị còn hoạt động thường xuyên.",
        ),
    ),
    Family(
        ("T6.01", "T6.02", "T6.03"),
        (
            "Truyền thông kết hợp với các buổi họp thôn và ngày hội đại đoàn kết nên đông người dự hơn.",
            "Năm nay tính cả các buổi phát thanh lưu động kết hợp tuyên truyền về Luật Trẻ em.",
            "Mở đợt cao điểm phòng, chống xâm hại trẻ em và đuối nước trước mùa hè.",
        ),
        (
            "Giảm các buổi tập trung đông người, thay bằng phát thanh và tờ rơi do dịch COVID-19.",
            "Năm trước có đợt truyền thông lớn nhân kỷ niệm; năm nay tổ chức quy mô nhỏ hơn.",
            "Chỉ tính người dự trực tiếp, không tính lượt xem trên mạng như năm trước.",
        ),
    ),
    Family(
        ("T6.04",),
        ("Được cấp kinh phí mở thêm lớp cho cộng tác viên ở thôn, bản.",),
        ("Các lớp tập huấn được gộp theo cụm xã để tiết kiệm kinh phí.",),
    ),
    Family(
        ("T6.05", "T6.06", "T6.07", "T6.08", "T6.09", "T6.10", "T6.11", "T6.12", "T6.13", "T6.14", "T6.16"),
        (
            "Người dân báo tin nhiều hơn sau khi tuyên truyền số điện thoại 111; các vụ việc đều đã được xác minh.",
            "Có vụ việc được phát hiện trong năm nhưng xảy ra từ những năm trước.",
        ),
        (
            "Các biện pháp phòng ngừa ở cơ sở được tăng cường; đã đối chiếu với công an cùng cấp.",
            "Một số tin báo qua xác minh không có dấu hiệu xâm hại nên không tính.",
        ),
    ),
    Family(
        ("T6.17", "T6.18", "T6.21"),
        (
            "Thời gian nghỉ học kéo dài, trẻ em ở nhà nhiều hơn nên tai nạn, thương tích tăng.",
            "Năm nay tính cả số do các cơ sở y tế tư nhân báo cáo.",
        ),
        (
            "Các thôn phân công người trông nom trẻ em dịp hè, nhiều hộ cải tạo nhà ở an toàn hơn.",
            "Đã đối chiếu với các trạm y tế, loại trừ trường hợp được báo hai lần.",
        ),
    ),
    Family(
        ("T6.19",),
        ("Mưa lũ bất thường trong mùa hè, nhiều đoạn suối trước đây an toàn nay thành vực sâu.",),
        ("Đã lắp biển cảnh báo, rào chắn và mở lớp dạy bơi trước mùa hè.",),
    ),
    Family(
        ("T6.20",),
        ("Nhiều vụ tai nạn trên các tuyến đường đang thi công, đã kiến nghị đặt biển cảnh báo.",),
        ("Lưu lượng xe giảm trong thời gian giãn cách xã hội; kiểm soát tốt việc đội mũ bảo hiểm.",),
    ),
    Family(
        ("T6.24",),
        ("Mở đợt vận động ở tất cả các thôn và công nhận mới trong năm.",),
        ("Rà soát lại theo bảng kiểm, chỉ tính những nhà còn đạt tiêu chí.",),
    ),
    Family(
        ("T7.01", "T7.02"),
        ("Bổ sung các cuộc kiểm tra, giám sát chuyên đề về phòng, chống xâm hại trẻ em.",),
        ("Lồng ghép vào các đoàn kiểm tra liên ngành nên số cuộc do cơ quan chủ trì giảm.",),
    ),
    Family(
        ("T7.03", "T7.04", "T7.05"),
        (
            "Kiểm tra thêm các cơ sở trông giữ trẻ và điểm kinh doanh trò chơi nên phát hiện nhiều vi phạm hơn.",
            "Năm trước chủ yếu nhắc nhở; năm nay lập biên bản và xử lý ngay khi phát hiện.",
            "Có vi phạm bị xử phạt ở khung cao hơn năm trước.",
        ),
        (
            "Các cơ sở đã khắc phục sau kiểm tra năm trước nên ít vi phạm hơn.",
            "Số cuộc kiểm tra giảm trong thời gian giãn cách xã hội.",
            "Các vi phạm nhỏ, lần đầu, chỉ nhắc nhở và yêu cầu khắc phục.",
        ),
    ),
    Family(
        ("T7.06", "T7.07"),
        ("Niêm yết công khai địa chỉ tiếp nhận nên số đơn phản ánh nhiều hơn.",),
        ("Nhiều việc được giải quyết ngay tại cơ sở nên số đơn giảm.",),
    ),
)

_FAMILY_OF = {code: (family, place) for family in FAMILIES for place, code in enumerate(family.codes)}


def jump_reasons(form: Form, now: Answers, before: Answers, draw: Draw, silent: Iterable[str] = ()) -> dict[str, str]:
    """{``jump-T6.06``: reason} of every jump of ``now`` against last year's ``before``, but for those ``silent``."""
    codes = [code for code in jumping(form, now, before) if code not in silent]
    return {f"{JUMP}{code}": _reason(code, now, before, draw) for code in codes}


def jumping(form: Form, now: Answers, before: Answers) -> list[str]:
    """The codes of the figures that jumped, in the order of the form."""
    sheet = Sheet(form.indicators, form.roles, (), now, {}, (), {}, form.declined, before)
    return [finding.cells[0].code for finding in jumps(sheet)]


def _reason(code: str, now: Answers, before: Answers, draw: Draw) -> str:
    """Figures that move together are told by different sentences of their family."""
    family, place = _FAMILY_OF[code]
    rose = now[Cell(code)].amount > before[Cell(code)].amount
    said = FIRST_YEAR if code in ISSUED_IN_2020 and before[Cell(code)].nothing else family.up if rose else family.down
    start = draw.of_year(f"reason {family.codes[0]} {rose}").randrange(len(said))
    return said[(start + place) % len(said)]
