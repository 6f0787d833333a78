"""What people say and hand in along the courses: reasons, answers, points, files. Data only; all of it invented."""

from reports.workflow import Remark

# --- between a body and the lead department --------------------------------------------------------

SCHOOLS = (
    "T5.10: số trẻ em được tiếp cận kiến thức an toàn trên mạng thấp hơn nhiều so với năm trước, có thể mới tính một "
    "phần các trường. Đề nghị rà soát và gửi lại."
)
SAFE_HOMES = "T6.24: số ngôi nhà an toàn gấp nhiều lần năm trước, có thể thừa một chữ số. Đề nghị kiểm tra, gửi lại."
ONE_POINT = "Đề nghị sửa điểm nêu dưới đây rồi gửi lại; các phần khác đã đạt."
THREE_POINTS = "Báo cáo đầy đủ các phần, còn ba điểm cần sửa trước khi tổng hợp."

# The points of a return: {year: {body: remarks}}.
POINTS = {
    2019: {"ham-yen": (Remark(6, "T6.24", SAFE_HOMES),)},
    2020: {
        "so-giao-duc-dao-tao": (Remark(5, "T5.10", SCHOOLS),),
        "so-vhttdl": (
            Remark(
                4,
                "T4.03",
                "Số xã, phường, thị trấn có điểm văn hóa, vui chơi cao hơn nhiều so với năm trước và so với báo cáo "
                "của các huyện, thành phố; đề nghị đối chiếu lại, nếu đúng thì ghi lý do.",
            ),
            Remark(5, "results", "Cần nêu kết quả cụ thể của cơ quan trong năm, không chỉ nêu việc phối hợp."),
            Remark(
                6,
                "T6.02",
                "Đề nghị ghi chú cách tính lượt người tham gia: có gồm người xem biểu diễn, khách tham quan không.",
            ),
        ),
        "tinh-doan": (Remark(2, "T2.08", "Trừ các lượt hỗ trợ đã có trong danh sách của Sở."),),
    },
}

# What a first version had wrong: {year: {body: (indicator, factor)}}.
MISSTATED = {
    2019: {"ham-yen": ("T6.24", 10)},
    2020: {"so-giao-duc-dao-tao": ("T5.10", 0.4), "so-vhttdl": ("T4.03", 1.4), "tinh-doan": ("T2.08", 1.2)},
}

# What is typed anew while a report is put right: {year: {body: (part, input, text)}}; "" for the misstated figure.
MENDED = {
    2019: {"ham-yen": (6, "T6.24", "")},
    2020: {
        "so-giao-duc-dao-tao": (5, "T5.10", ""),
        "tinh-doan": (2, "T2.08", ""),
        "so-vhttdl": (
            5,
            "results",
            "Tổ chức liên hoan tuyên truyền măng non và hội thi kể chuyện theo sách dịp hè, có trẻ em các huyện, "
            "thành phố tham gia; tiếp thu kiến nghị của trẻ em về sân chơi và đã chuyển các địa phương xem xét.",
        ),
        "so-tnmt": (
            2,
            "difficulties",
            "Kinh phí cho công tác trẻ em chưa có mục riêng trong dự toán nên khó theo dõi và quyết toán.",
        ),
    },
}

FLOODED_ROADS = (
    "Mưa lũ cuối tháng 11 làm hỏng đường vào các xã vùng cao, đoàn khảo sát chưa đến đủ các thôn; xin thêm thời gian "
    "để đối chiếu số liệu tảo hôn với tư pháp cấp xã."
)
TIME_GRANTED = "Đồng ý; đề nghị gửi trước phần số liệu đã có để cơ quan tổng hợp đối chiếu."
WAITING_FOR_FIGURES = "Chờ số liệu quyết toán kinh phí cuối năm của các đơn vị trực thuộc."
FIGURES_ARE_THERE = (
    "Số quyết toán chưa cần cho báo cáo này: hãy nhập số ước thực hiện, đánh dấu “Ước thực hiện” và gửi trong hạn."
)
NEW_CLERK = "Người lập báo cáo chuyển công tác từ đầu tháng 12, người thay mới nhận bàn giao và đang thu thập số liệu."
COUNTED_TWICE = (
    "Số lượt trẻ em được hỗ trợ tính trùng giữa cấp huyện và cấp tỉnh của Hội; xin rút báo cáo để sửa Nhiệm vụ 2."
)
SEND_AGAIN_SOON = "Đồng ý; đề nghị gửi lại trước khi chốt số liệu toàn tỉnh."
COUNTED_BY_BOTH = (
    "T2.08: danh sách của Sở Lao động - Thương binh và Xã hội có cùng các lượt hỗ trợ mà Tỉnh đoàn đã tính; đề nghị "
    "trừ phần trùng rồi gửi lại."
)
GIVES_POPULATION = (
    "Cục cung cấp số liệu dân số trực tiếp cho cơ quan tổng hợp, không chủ trì nhiệm vụ nào của văn bản; hai bên đã "
    "thống nhất ngày 03/12."
)
NOT_SIGNED = (
    "Nhiệm vụ 6: số lượt người tham gia đang gồm cả lượt đọc báo điện tử; đề nghị tách riêng, ghi chú cách tính rồi "
    "trình lại."
)

# --- figures used otherwise than reported ------------------------------------------------------------

# {year: {body: (indicator, what is used more or less than reported)}}; the reasons stand in the course.
CORRECTED = {2020: {"yen-son": ("T6.24", -2), "son-duong": ("T2.08", -40)}}
INSPECTED = (
    "Biên bản kiểm tra ngày 16/12 ghi ít hơn hai ngôi nhà so với báo cáo; hai nhà đang sửa, chưa đủ tiêu chí an toàn."
)
AGREED = "Nhất trí với biên bản kiểm tra; hai nhà đang sửa sẽ được tính vào báo cáo năm sau."
LOOKS_DOUBLED = "Bốn mươi lượt hỗ trợ dịp Tết Trung thu có vẻ được tính hai lần, ở huyện và ở xã; chờ huyện trả lời."
LIST_ATTACHED = "Huyện đã đối chiếu danh sách từng đợt: bốn mươi lượt này thuộc hai đợt khác nhau, không tính trùng."
LIST_IS_RIGHT = "Danh sách từng đợt của huyện cho thấy không tính trùng; dùng lại số cơ quan báo cáo."

# --- papers that came in ---------------------------------------------------------------------------

# {year: {body: (number, day signed, number in the book of incoming papers, day received)}}; days as (month, day).
PAPERS = {2020: {"bao-hiem-xa-hoi-tinh": ("1568/BC-BHXH", (12, 11), "4127", (12, 14))}}

# --- among officers --------------------------------------------------------------------------------

# Where a note stands: {year: {body: (part, input)}}; None for the report as a whole.
NOTED = {2020: {"vien-kiem-sat-tinh": (None, ""), "so-vhttdl": (4, "T4.03")}}
ASK_THE_POLICE = "Đối chiếu số vụ với báo cáo của Công an tỉnh trước khi duyệt."
COMPARE_WITH_DISTRICTS = "Cộng lại điểm vui chơi theo báo cáo các huyện khi có bản sửa; năm trước hai bên lệch sáu xã."

SPOKE_WITH = "Văn phòng cơ quan"
ON_FRIDAY = "Người phụ trách mới nhận việc, hẹn gửi trong tuần, muộn nhất thứ Sáu."
NOT_YET = "Chưa xong phần số liệu; sẽ gửi đề nghị gia hạn ngay chiều nay."
ON_MONDAY = "Đã hiểu cách ghi số ước thực hiện; hẹn gửi sáng thứ Hai."

# --- letters ---------------------------------------------------------------------------------------

YEARS_WITH_NEWS = (2020,)  # what was told in earlier years has been read and delivered
WRONG_ADDRESS = "so-cong-thuong-ky"  # whose mails come back
NO_SUCH_MAILBOX = "550 5.1.1 khong co hop thu nay (mo phong)"

# --- jumps without a reason ------------------------------------------------------------------------

# Bodies that left the last of their jumps unexplained: {year: bodies}. A misstated figure has no reason either.
SILENT = {2020: ("lam-binh", "yen-son")}

# --- files -----------------------------------------------------------------------------------------

# {year: {body: ((task or None for the whole report, name of the file), …)}}; the extension says what is made.
FILES = {
    2020: {
        "na-hang": ((1, "Danh mục văn bản đã ban hành (mô phỏng).xlsx"),),
        "chiem-hoa": (
            (6, "Ảnh biển cảnh báo khu vực nước sâu (mô phỏng).png"),
            (None, "Phụ lục kèm báo cáo (mô phỏng).pdf"),
        ),
        "so-y-te": (
            (3, "Biểu đối chiếu số liệu giữa các bệnh viện (mô phỏng).xlsx"),
            (6, "Kế hoạch phòng, chống tai nạn, thương tích (mô phỏng).pdf"),
        ),
        "so-vhttdl": ((4, "Biểu rà soát điểm vui chơi theo xã (mô phỏng).xlsx"),),
        "lam-binh": ((2, "Quyết định giao dự toán (mô phỏng).pdf"),),
    }
}


def files_of(body: str, year: int) -> tuple[tuple[int | None, str], ...]:
    """(task, file name) of what ``body`` lays beside its report of ``year``."""
    return FILES.get(year, {}).get(body, ())


# Bodies whose signed paper is in the portal: {year: {body: number of the document}}.
SIGNED = {2020: {"so-y-te": "2487/BC-SYT"}}
SCAN_NAME = "Báo cáo đã ký, quét (mô phỏng).pdf"

# --- what a leader asks ------------------------------------------------------------------------------

# {year: ((indicator, asked on, the question, answered on or None, the answer), …)}
QUESTIONS = {
    2020: (
        (
            "T6.06",
            (12, 22, 9, 0),
            "Số trẻ em bị xâm hại giảm là giảm thật hay còn cơ quan chưa báo cáo?",
            (12, 22, 9, 1),
            "Còn cơ quan chưa có báo cáo được duyệt nên chưa so sánh được; sẽ báo lại khi đủ.",
        ),
        ("T6.19", (12, 22, 9, 1), "Các vụ đuối nước xảy ra ở sông, suối hay ao, hồ?", None, ""),
    ),
}
