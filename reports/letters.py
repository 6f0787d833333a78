"""The words that the portal comes with: one letter for each kind of notice. Data only.

An office may write its own (``models.Wording``). What stands in braces is filled in when the letter is written;
what each of these names means is told in ``wordings.MEANINGS``. Letters are official Vietnamese whatever language
the screen has, are signed by the office, and hold nothing that a person typed: no figure, no reason, no name.
"""

from dataclasses import dataclass

from .choices import NoticeKind


@dataclass(frozen=True, slots=True)
class Letter:
    """``names``: what may stand in braces. ``waits``: the mails wait until an officer lets them go."""

    subject: str
    text: str
    names: tuple[str, ...]
    waits: bool = False


# In every letter about a report.
ABOUT = ("co_quan", "ky", "han", "ngay_cuoi", "co_quan_tong_hop", "lien_ket")
# In the letters about a question on a figure.
ABOUT_A_FIGURE = ("ky", "chi_tieu", "luc", "can_tra_loi", "co_quan_tong_hop", "lien_ket")


def _to_the_body(subject: str, text: str, *names: str, waits: bool = False) -> Letter:
    whole = "Kính gửi: {co_quan},\n\n" + text.strip() + "\n{lien_ket}\n\n{co_quan_tong_hop}"
    return Letter(subject, whole, (*ABOUT, *names), waits)


def _reminder(opening: str) -> Letter:
    return _to_the_body(
        "Báo cáo {ky}: {con_lai}",
        opening
        + """ Cơ quan cần gửi {han}; ngày cuối cùng đúng hạn là {ngay_cuoi}, {con_lai}.

Việc tiếp theo là của cơ quan: hoàn thành và gửi báo cáo trên cổng. Nếu không kịp, hãy gửi đề nghị gia hạn kèm lý do \
ngay ở trang báo cáo:""",
        "con_lai",
        waits=True,
    )


def _to_the_officers(subject: str, text: str, *names: str) -> Letter:
    return Letter(subject, text.strip() + "\n{lien_ket}", (*ABOUT, *names))


LETTERS = {
    NoticeKind.OPENED: _to_the_body(
        "Mở kỳ báo cáo {ky}: gửi {han}",
        """
{co_quan_tong_hop} đã mở kỳ báo cáo {ky} về thực hiện quyền trẻ em và bảo vệ trẻ em. Cơ quan cần gửi báo cáo {han}; \
ngày cuối cùng đúng hạn là {ngay_cuoi}, {con_lai}.

Số liệu tính từ ngày {so_lieu_tu} đến hết ngày {so_lieu_den}. Các nhiệm vụ phải báo cáo:
{nhiem_vu}

Việc tiếp theo là của cơ quan: điền báo cáo trên cổng và gửi trong hạn. Trang báo cáo của cơ quan:""",
        "con_lai",
        "so_lieu_tu",
        "so_lieu_den",
        "nhiem_vu",
        waits=True,
    ),
    NoticeKind.DUE_30: _reminder("Kỳ báo cáo {ky} đang mở và cổng chưa nhận được báo cáo của cơ quan."),
    NoticeKind.DUE_7: _reminder("Sắp đến hạn gửi báo cáo {ky}; cổng chưa nhận được báo cáo của cơ quan."),
    NoticeKind.DUE_1: _reminder("Hạn gửi báo cáo {ky} đã đến gần; cổng vẫn chưa nhận được báo cáo của cơ quan."),
    NoticeKind.OVERDUE: _to_the_body(
        "Báo cáo {ky} đã quá hạn {viec}",
        """
Ngày cuối cùng để cơ quan {viec} báo cáo {ky} là {ngay_cuoi}; đến nay cổng chưa nhận được.

Việc tiếp theo là của cơ quan: {viec} báo cáo sớm nhất có thể. Nếu cần thêm thời gian, hãy gửi đề nghị gia hạn kèm \
lý do hoặc trao đổi với {co_quan_tong_hop}. Trang báo cáo của cơ quan:""",
        "viec",
        waits=True,
    ),
    NoticeKind.RECEIVED: _to_the_body(
        "Đã nhận báo cáo {ky}, lần gửi {lan_gui}",
        """
{co_quan_tong_hop} đã nhận báo cáo {ky} của {co_quan} qua cổng báo cáo bảo vệ trẻ em.

Lần gửi: {lan_gui}
Lúc: {luc}
Số ô số liệu: {so_o}
Dấu vân tay dữ liệu: {dau_van_tay}

Việc tiếp theo là của cơ quan tổng hợp: duyệt, hoặc trả lại kèm các điểm cần sửa. Biên nhận:""",
        "lan_gui",
        "luc",
        "so_o",
        "dau_van_tay",
    ),
    NoticeKind.RETURNED: _to_the_body(
        "Báo cáo {ky} được trả lại để sửa ({so_diem})",
        """
{co_quan_tong_hop} đã trả lại báo cáo {ky}, lần gửi {lan_gui}, để cơ quan sửa: {so_diem}. Nội dung từng điểm và lý do \
ghi ở trang báo cáo.

Việc tiếp theo là của cơ quan: sửa và gửi lại {sua_den}; ngày gửi lần đầu được giữ. Trang báo cáo của cơ quan:""",
        "lan_gui",
        "so_diem",
        "sua_den",
    ),
    NoticeKind.REOPENED: Letter(
        "Mở lại báo cáo {ky} của {co_quan} đã duyệt",
        """\
{co_quan_tong_hop} đã mở lại báo cáo {ky} của {co_quan}, vốn đã được duyệt, để sửa ({so_diem}). Lý do ghi trên cổng.

Việc tiếp theo là của {co_quan}: sửa và gửi lại {sua_den}. Ai đã tải bảng tổng hợp sau khi báo cáo này được duyệt: \
số liệu của báo cáo tạm thời không còn trong bảng tổng hợp; hãy tải bản mới khi báo cáo được duyệt lại. Báo cáo trên \
cổng:
{lien_ket}

{co_quan_tong_hop}""",
        (*ABOUT, "so_diem", "sua_den"),
    ),
    NoticeKind.ACCEPTED: _to_the_body(
        "Báo cáo {ky} đã được duyệt",
        """
{co_quan_tong_hop} đã duyệt báo cáo {ky} của {co_quan}, lần gửi {lan_gui}, lúc {luc}.

Cơ quan không phải làm gì thêm. Nếu phát hiện chỗ sai, hãy gửi đề nghị rút lại kèm lý do ở trang báo cáo:""",
        "lan_gui",
        "luc",
    ),
    NoticeKind.EXEMPTED: _to_the_body(
        "Được miễn báo cáo {ky}",
        """
{co_quan_tong_hop} miễn cho {co_quan} báo cáo {ky}. Cơ quan không phải gửi báo cáo và sẽ không được nhắc. Lý do ghi ở \
trang báo cáo:""",
    ),
    NoticeKind.INCLUDED: _to_the_body(
        "Không còn được miễn báo cáo {ky}",
        """
{co_quan_tong_hop} đã thôi miễn báo cáo {ky} cho {co_quan}; lý do ghi ở trang báo cáo.

Việc tiếp theo là của cơ quan: điền và gửi báo cáo {han}; ngày cuối cùng đúng hạn là {ngay_cuoi}. Trang báo cáo của \
cơ quan:""",
    ),
    NoticeKind.PAPER: _to_the_body(
        "Báo cáo {ky} đang được nhập từ bản giấy",
        """
{co_quan_tong_hop} đã nhận báo cáo {ky} bằng bản giấy của {co_quan} và đang nhập vào cổng thay cơ quan. Trong lúc đó \
cơ quan chưa sửa được báo cáo trên cổng.

Việc tiếp theo là của cơ quan tổng hợp: nhập xong thì cơ quan nhận được biên nhận và đối chiếu được với bản giấy. \
Trang báo cáo của cơ quan:""",
    ),
    NoticeKind.PAPER_ENDED: _to_the_body(
        "Thôi nhập thay báo cáo {ky}",
        """
{co_quan_tong_hop} đã thôi nhập thay báo cáo {ky} từ bản giấy của {co_quan}.

Việc tiếp theo là của cơ quan: điền và gửi báo cáo trên cổng {han}. Trang báo cáo của cơ quan:""",
    ),
    NoticeKind.DECIDED: _to_the_body(
        "{de_nghi}, báo cáo {ky}: {ket_qua}",
        """
{co_quan_tong_hop} đã trả lời đề nghị của {co_quan} gửi lúc {luc}.

Đề nghị: {de_nghi}
Kết quả: {ket_qua}
Hạn của cơ quan: {han}

{tiep_theo} Nội dung trả lời ghi ở trang báo cáo:""",
        "de_nghi",
        "ket_qua",
        "luc",
        "tiep_theo",
    ),
    NoticeKind.CORRECTED: _to_the_body(
        "Báo cáo {ky}: {viec} của chỉ tiêu {chi_tieu}",
        """
{co_quan_tong_hop} đã {viec} của chỉ tiêu {chi_tieu} trong báo cáo {ky} của {co_quan}, dùng khi tổng hợp toàn tỉnh. \
Số mà cơ quan đã báo cáo được giữ nguyên.

Số báo cáo, số sử dụng và lý do ghi ở trang dưới đây; nếu không đồng ý, cơ quan ghi ý kiến ngay tại đó:""",
        "viec",
        "chi_tieu",
    ),
    NoticeKind.SENT_IN: _to_the_officers(
        "{co_quan} gửi báo cáo {ky}",
        "{co_quan} đã gửi báo cáo {ky} lúc {luc}. Việc tiếp theo là của chuyên viên: đọc, duyệt hoặc trả lại.",
        "lan_gui",
        "luc",
    ),
    NoticeKind.RESENT: _to_the_officers(
        "{co_quan} gửi lại báo cáo {ky}, lần {lan_gui}",
        "{co_quan} đã gửi lại báo cáo {ky}, lần gửi {lan_gui}, lúc {luc}. Việc tiếp theo là của chuyên viên: xem những "
        "chỗ đã sửa, duyệt hoặc trả lại.",
        "lan_gui",
        "luc",
    ),
    NoticeKind.RECALLED: _to_the_officers(
        "{co_quan} rút lại báo cáo {ky}",
        "{co_quan} đã rút lại báo cáo {ky}, lần gửi {lan_gui}, lúc {luc} để sửa. Việc tiếp theo là của cơ quan: gửi "
        "lại {han}.",
        "lan_gui",
        "luc",
    ),
    NoticeKind.ASKED: _to_the_officers(
        "{co_quan}: {de_nghi}, báo cáo {ky}",
        "{co_quan} gửi đề nghị lúc {luc}: {de_nghi}, báo cáo {ky}. Việc tiếp theo là của chuyên viên: trả lời đề nghị.",
        "de_nghi",
        "luc",
    ),
    NoticeKind.ANSWERED: _to_the_officers(
        "{co_quan} có ý kiến về điều chỉnh chỉ tiêu {chi_tieu}, báo cáo {ky}",
        "{co_quan} ghi ý kiến về việc điều chỉnh chỉ tiêu {chi_tieu} trong báo cáo {ky} lúc {luc}. Việc tiếp theo là "
        "của chuyên viên: xem ý kiến, giữ hoặc bỏ điều chỉnh.",
        "chi_tieu",
        "luc",
    ),
    NoticeKind.FIGURE_ASKED: Letter(
        "Lãnh đạo hỏi về chỉ tiêu {chi_tieu}, kỳ {ky}",
        "Lãnh đạo hỏi về số liệu chỉ tiêu {chi_tieu}, kỳ báo cáo {ky}, lúc {luc}; {can_tra_loi}. Việc tiếp theo là của "
        "chuyên viên: trả lời, hoặc mở kỳ đột xuất từ câu hỏi này.\n{lien_ket}",
        ABOUT_A_FIGURE,
    ),
    NoticeKind.FIGURE_ANSWERED: Letter(
        "Câu hỏi về chỉ tiêu {chi_tieu}, kỳ {ky}: {ket_qua}",
        "Câu hỏi gửi lúc {luc} về số liệu chỉ tiêu {chi_tieu}, kỳ báo cáo {ky}: {ket_qua}. Nội dung ghi ở trang dưới "
        "đây:\n{lien_ket}\n\n{co_quan_tong_hop}",
        (*ABOUT_A_FIGURE, "ket_qua"),
    ),
    NoticeKind.DIGEST: Letter(
        "Cổng báo cáo bảo vệ trẻ em: {so_viec} việc mới đến ngày {ngay}",
        "Kính gửi: Chuyên viên theo dõi báo cáo,\n\nCác việc mới trên cổng kể từ thư gộp trước:\n{danh_sach}\n\nXem "
        "từng việc:\n{lien_ket}\n\n{co_quan_tong_hop}",
        ("so_viec", "ngay", "danh_sach", "lien_ket", "co_quan_tong_hop"),
    ),
}

# Ready-made reasons of a return, one a line.
REASONS = """\
Số liệu tăng hoặc giảm nhiều so với năm trước nhưng chưa nêu lý do; đề nghị kiểm tra, nếu đúng thì ghi lý do.
Có thể nhập thừa hoặc thiếu một chữ số; đề nghị kiểm tra lại.
Có thể nhầm đơn vị tính (đồng, nghìn đồng, triệu đồng); đề nghị kiểm tra lại.
Tổng số không khớp với các phân tổ; đề nghị kiểm tra và sửa lại.
Số liệu không khớp với số của ngành hoặc cơ quan liên quan; đề nghị đối chiếu, thống nhất rồi sửa.
Số liệu chưa đúng mốc thời gian của kỳ báo cáo; đề nghị tính lại theo kỳ.
Ghi 0 nhưng phần lời có nêu việc phát sinh; đề nghị thống nhất số liệu và lời văn.
Ghi “không phát sinh” trong khi các năm trước đều có; đề nghị xác nhận lại.
Số ước thực hiện nay đã có số chính thức; đề nghị cập nhật.
Kết quả còn chung chung; đề nghị nêu việc cơ quan đã làm, số lượng và kết quả cụ thể.
Chưa nêu tiến độ thực hiện văn bản thuộc nhiệm vụ này; đề nghị bổ sung.
Khó khăn, vướng mắc hoặc kiến nghị còn bỏ trống; đề nghị bổ sung, hoặc ghi rõ là không có.
Nội dung có tên hoặc thông tin riêng của trẻ em; đề nghị bỏ đi, chỉ giữ số đếm.
Lý do “không thuộc chức năng, nhiệm vụ” chưa rõ; đề nghị nêu căn cứ hoặc báo cáo nhiệm vụ này.
Bản ký đã quét không khớp với nội dung trên cổng; đề nghị kiểm tra và gửi lại bản đúng."""
