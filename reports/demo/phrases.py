"""The sentences that invented reports are made of. Data only; Vietnamese, as officials write.

``{T6.01}`` stands for the body's own figure: a sentence is used only where all its figures are above 0.
``{area}`` is the kind of district, ``{sector}`` where an office works, ``{year}`` and ``{next}`` are years.
``[T2.01]`` in front asks for the figure without showing it. A tuple holds alternatives: the first
that can be used is.
"""

# What did not exist before a year: a sentence that names it is not used for the years before.
SINCE = {"23/CT-TTg": 2020, "2125/UBND-KGVX": 2020, "666/LĐTBXH-TE": 2020, "COVID-19": 2020}

DISTRICT_RESULTS = {
    0: (
        "Số liệu dân số tổng hợp từ báo cáo của các xã, phường, thị trấn và đối chiếu với cơ quan thống kê.",
        "Số trẻ em thuộc hộ nghèo, hộ cận nghèo lấy theo kết quả rà soát cuối năm.",
        "Trẻ em tạm vắng trên sáu tháng không tính vào dân số trẻ em của {area}.",
    ),
    1: (
        (
            "Ủy ban nhân dân {area} ban hành {T1.01} văn bản chỉ đạo, hướng dẫn về công tác trẻ em, trong đó có "
            "{T1.02} văn bản triển khai Chỉ thị số 23/CT-TTg.",
            "Ủy ban nhân dân {area} ban hành {T1.01} văn bản chỉ đạo, hướng dẫn về công tác trẻ em.",
        ),
        "Luật Trẻ em và các văn bản hướng dẫn được phổ biến đến cán bộ chủ chốt cấp xã và trưởng thôn, tổ dân phố.",
        "Đã có {T1.08} đơn vị cấp xã bố trí người làm công tác bảo vệ trẻ em.",
        "Mạng lưới {T1.09} cộng tác viên ở thôn, bản, tổ dân phố được kiện toàn, giao ban hằng quý.",
        "Đăng ký khai sinh và cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi được thực hiện liên thông theo quy định.",
        "Chính sách đối với trẻ em thuộc hộ nghèo, hộ cận nghèo được rà soát mỗi quý một lần.",
        "Ban bảo vệ trẻ em cấp xã duy trì họp định kỳ, phân công thành viên theo dõi từng thôn, bản.",
    ),
    2: (
        (
            "[T2.01]Kế hoạch thực hiện Văn bản số 2125/UBND-KGVX đã được ban hành và giao cụ thể cho các phòng, ban, "
            "Ủy ban nhân dân cấp xã.",
            "Trong kỳ {area} chưa có kế hoạch riêng; nội dung này được lồng ghép trong kế hoạch công tác trẻ em.",
        ),
        "Đã hoàn thành {T2.03} trong số {T2.02} nhiệm vụ được giao trong kế hoạch.",
        "Ngân sách bố trí {T2.05} triệu đồng, đã thực hiện {T2.06} triệu đồng cho công tác trẻ em.",
        "Vận động xã hội được {T2.07} triệu đồng, chủ yếu dành cho học bổng, xe đạp, áo ấm và khám bệnh.",
        "Có {T2.08} lượt trẻ em được hỗ trợ từ nguồn vận động.",
        "Việc thực hiện được lồng ghép với chương trình xây dựng nông thôn mới và giảm nghèo bền vững.",
        "Do ảnh hưởng của dịch COVID-19, một số hoạt động tập trung đông người chuyển sang hình thức trực tuyến.",
    ),
    3: (
        "Đã có {T3.01} đơn vị cấp xã được công nhận đạt tiêu chuẩn xã, phường, thị trấn phù hợp với trẻ em.",
        "Trên địa bàn có {T3.03} trẻ em có hoàn cảnh đặc biệt, trong đó {T3.19} trẻ em được trợ giúp, chăm sóc.",
        "{T3.22} trẻ em khuyết tật được tiếp cận dịch vụ phục hồi chức năng, giáo dục hòa nhập.",
        "Hồ sơ trẻ em có hoàn cảnh đặc biệt được lập và cập nhật tại cấp xã theo từng tháng.",
        "Mô hình chăm sóc trẻ em những năm đầu đời được duy trì tại các trạm y tế và nhóm trẻ cộng đồng.",
        "Trẻ em mất nguồn nuôi dưỡng được người thân hoặc gia đình nhận chăm sóc thay thế, có theo dõi định kỳ.",
        "Các xã đặc biệt khó khăn được ưu tiên nguồn lực từ kế hoạch vận động xã hội của tỉnh.",
    ),
    4: (
        "Kế hoạch công tác trẻ em năm {year} được ban hành từ đầu năm và giao chỉ tiêu đến từng đơn vị cấp xã.",
        "Tháng hành động vì trẻ em được tổ chức với {T4.02} hoạt động tại {area} và cơ sở.",
        "Nội dung hướng dẫn tại Văn bản số 666/LĐTBXH-TE được cụ thể hóa trong kế hoạch của {area}.",
        "{T4.03} đơn vị cấp xã có điểm văn hóa, vui chơi dành cho trẻ em.",
        "Tết Trung thu và ngày Quốc tế Thiếu nhi được tổ chức gắn với tặng quà trẻ em có hoàn cảnh khó khăn.",
        "Các xã rà soát trẻ em có nguy cơ bỏ học, lao động sớm, tảo hôn và phân công người giúp đỡ.",
    ),
    5: (
        "Tổ chức {T5.01} diễn đàn trẻ em với {T5.02} lượt trẻ em tham gia.",
        "{T5.05} ý kiến, kiến nghị của trẻ em được ghi nhận, trong đó {T5.06} ý kiến đã được trả lời, giải quyết.",
        "Trẻ em quan tâm nhất đến sân chơi, an toàn trên đường đến trường, nước sạch và nhà vệ sinh trường học.",
        "Có {T5.08} mô hình hội đồng trẻ em, câu lạc bộ quyền tham gia của trẻ em đang hoạt động.",
        "{T5.03} cuộc thi, tọa đàm, sự kiện được tổ chức để trẻ em bày tỏ ý kiến.",
        "Kết quả trả lời kiến nghị được thông báo lại cho trẻ em qua nhà trường và Đoàn Thanh niên xã.",
    ),
    6: (
        "Tổ chức {T6.01} cuộc truyền thông về Luật Trẻ em với {T6.02} lượt người tham gia.",
        "Số điện thoại 111 và địa chỉ tiếp nhận thông tin được niêm yết tại nhà văn hóa thôn và trường học.",
        "[T6.06]Các trường hợp trẻ em bị xâm hại được xác minh, hỗ trợ theo quy trình, giữ kín thông tin của trẻ.",
        "{T6.24} hộ gia đình được công nhận đạt tiêu chí ngôi nhà an toàn.",
        "Biển cảnh báo và rào chắn được lắp đặt tại ao, hồ, đoạn sông suối nguy hiểm trước mùa hè.",
        "Lớp dạy bơi, kỹ năng an toàn trong môi trường nước được mở vào dịp hè tại các xã có bể bơi.",
        "Mở {T6.04} lớp tập huấn cho cán bộ, cộng tác viên về phát hiện sớm và can thiệp ban đầu.",
        "Trong thời gian nghỉ học phòng, chống dịch COVID-19, các thôn phân công người quản lý trẻ em ở nhà một mình.",
    ),
    7: (
        "Tiến hành {T7.01} cuộc thanh tra, kiểm tra và {T7.02} cuộc giám sát về công tác trẻ em.",
        "Phát hiện {T7.03} vi phạm, đã xử lý {T7.04} vi phạm theo thẩm quyền.",
        "Sau kiểm tra, các đơn vị cấp xã đã khắc phục việc lập hồ sơ và phân công theo dõi trẻ em.",
        "Hội đồng nhân dân {area} giám sát chuyên đề về phòng, chống tai nạn, thương tích trẻ em.",
        "Đơn, thư phản ánh về trẻ em được tiếp nhận, phân loại và giải quyết đúng thời hạn.",
        "[T7.08]{area} đã tự đánh giá kết quả thực hiện và thông báo đến các đơn vị cấp xã.",
    ),
}

OFFICE_RESULTS = {
    1: (
        "Cơ quan ban hành {T1.01} văn bản chỉ đạo, hướng dẫn về công tác trẻ em {sector}.",
        "Luật Trẻ em được phổ biến {sector} qua hội nghị, sinh hoạt chuyên đề và trang thông tin điện tử.",
        "Lãnh đạo cơ quan phân công một đầu mối theo dõi công tác trẻ em.",
        "Quyền trẻ em được xem xét khi tham gia góp ý các dự thảo văn bản của tỉnh.",
    ),
    2: (
        (
            "[T2.01]Văn bản số 2125/UBND-KGVX được triển khai {sector}, có kế hoạch và phân công đầu mối.",
            "Trong kỳ cơ quan chưa có kế hoạch riêng; nhiệm vụ về trẻ em nằm trong chương trình công tác năm.",
        ),
        "Hoàn thành {T2.03} trong số {T2.02} nhiệm vụ đề ra.",
        "Kinh phí thực hiện {T2.06} triệu đồng, lồng ghép trong dự toán được giao.",
        "Vận động được {T2.07} triệu đồng giúp đỡ trẻ em có hoàn cảnh khó khăn.",
    ),
    3: (
        "Cơ quan phối hợp thực hiện các kế hoạch của Ủy ban nhân dân tỉnh về trẻ em {sector}.",
        "Nội dung của các kế hoạch được lồng ghép vào chương trình công tác năm {year}.",
        "Cử cán bộ tham gia các đoàn khảo sát, sơ kết theo đề nghị của cơ quan chủ trì.",
    ),
    4: (
        "Tổ chức {T4.02} hoạt động hưởng ứng Tháng hành động vì trẻ em.",
        "Kế hoạch công tác trẻ em năm {year} được lồng ghép trong chương trình công tác của cơ quan.",
        "Thăm hỏi, tặng quà con em cán bộ, người lao động dịp Tết Trung thu và ngày Quốc tế Thiếu nhi.",
    ),
    5: (
        "Chủ trì {T5.01} diễn đàn trẻ em với {T5.02} lượt trẻ em tham gia.",
        "Tổ chức {T5.03} hoạt động có trẻ em tham gia {sector}.",
        "Cơ quan phối hợp, cử cán bộ dự và trả lời kiến nghị của trẻ em tại diễn đàn cấp tỉnh.",
        "Ý kiến của trẻ em được tổng hợp, chuyển đến bộ phận chuyên môn xem xét.",
    ),
    6: (
        "Tổ chức {T6.01} cuộc truyền thông {sector} với {T6.02} lượt người tham gia.",
        "Tuyên truyền số điện thoại 111 và trách nhiệm báo tin khi phát hiện trẻ em bị xâm hại.",
        "Cán bộ, người lao động ký cam kết phòng, chống đuối nước và tai nạn, thương tích cho trẻ em trong gia đình.",
        "Mở {T6.04} lớp tập huấn về bảo vệ trẻ em.",
    ),
    7: (
        "Chủ trì {T7.01} cuộc thanh tra, kiểm tra có nội dung về trẻ em.",
        "Nội dung về trẻ em được lồng ghép trong các cuộc kiểm tra chuyên ngành.",
        "Tiếp nhận {T7.06} đơn phản ánh liên quan đến trẻ em và giải quyết theo thẩm quyền.",
        "Cơ quan cử thành viên tham gia đoàn kiểm tra liên ngành khi được yêu cầu.",
    ),
}

# What only this body can say; it stands first.
OWN_RESULTS = {
    ("cong-an-tinh", 6): "Tiếp nhận, xác minh tin báo về xâm hại trẻ em; {T6.11} vụ được xử lý hình sự trong kỳ.",
    ("so-y-te", 6): "Các cơ sở y tế tiếp nhận, điều trị {T6.17} trẻ em bị tai nạn, thương tích.",
    ("so-y-te", 3): "Hoạt động phục hồi chức năng và dinh dưỡng cho trẻ em được duy trì ở các tuyến.",
    ("so-giao-duc-dao-tao", 5): "{T5.10} học sinh được học kỹ năng tham gia môi trường mạng an toàn.",
    ("so-giao-duc-dao-tao", 6): "{T6.23} học sinh 6-15 tuổi biết bơi và được học kỹ năng an toàn dưới nước.",
    ("so-tai-chinh", 2): "Sở theo dõi: ngân sách toàn tỉnh đã thực hiện {T2.06} triệu đồng cho công tác trẻ em.",
    ("so-tu-phap", 1): "Toàn tỉnh có {T1.04} trẻ em dưới 5 tuổi được đăng ký khai sinh theo cơ sở dữ liệu hộ tịch.",
    ("bao-hiem-xa-hoi-tinh", 1): "Cơ quan đã cấp thẻ bảo hiểm y tế cho {T1.06} trẻ em dưới 6 tuổi.",
    ("so-ldtbxh", 3): "{T3.26} trẻ em đang được nuôi dưỡng tại cơ sở trợ giúp xã hội của tỉnh.",
    ("tinh-doan", 5): "{T5.08} câu lạc bộ, hội đồng trẻ em do Đoàn, Đội phụ trách đang hoạt động.",
    ("so-vhttdl", 4): "Toàn tỉnh có {T4.03} xã, phường, thị trấn có điểm văn hóa, vui chơi dành cho trẻ em.",
    ("ban-dan-toc", 6): "Phòng, chống tảo hôn được tuyên truyền qua người có uy tín ở thôn, bản.",
    ("dai-ptth-tinh", 6): "Chuyên mục về trẻ em được phát sóng hằng tuần bằng tiếng phổ thông và tiếng dân tộc.",
}

DIFFICULTIES = {
    1: (
        "Người làm công tác trẻ em cấp xã kiêm nhiệm nhiều việc, thường xuyên thay đổi.",
        "Cộng tác viên ở thôn, bản chưa có phụ cấp ổn định.",
    ),
    2: ("Kinh phí bố trí còn hạn hẹp so với nhiệm vụ.", "Nguồn vận động giảm do dịch COVID-19."),
    3: (
        "Một số tiêu chuẩn xã phù hợp với trẻ em khó đạt ở vùng cao, nhất là điểm vui chơi.",
        "Số liệu giữa các ngành chưa thống nhất về thời điểm và cách tính.",
    ),
    4: ("Một số hoạt động hè không tổ chức được do dịch COVID-19.", "Sân chơi ở các thôn xa trung tâm còn thiếu."),
    5: ("Trẻ em vùng sâu, vùng xa ít có điều kiện tham gia diễn đàn.", "Việc trả lời kiến nghị có lúc còn chậm."),
    6: (
        "Nhiều cha mẹ đi làm xa, để con cho ông bà nên việc quản lý trẻ em còn lỏng.",
        "Bể bơi và người dạy bơi còn rất thiếu.",
        "Một số vụ việc báo tin muộn do gia đình e ngại.",
    ),
    7: ("Lực lượng thanh tra, kiểm tra chuyên sâu về trẻ em còn mỏng.",),
}

PROPOSALS = {
    1: ("Đề nghị quy định mức hỗ trợ hằng tháng cho cộng tác viên bảo vệ trẻ em.",),
    2: ("Đề nghị bố trí dòng ngân sách riêng cho công tác trẻ em cấp huyện.",),
    3: ("Đề nghị tỉnh ban hành chương trình bảo vệ trẻ em cho giai đoạn tiếp theo.",),
    5: ("Đề nghị tỉnh hướng dẫn thời hạn trả lời kiến nghị của trẻ em.",),
    6: ("Đề nghị hỗ trợ bể bơi lắp ghép cho các xã ven sông, hồ.",),
    7: ("Đề nghị tổ chức đoàn kiểm tra liên ngành hằng năm.",),
}

OVERVIEW = {
    "direction": (
        "Thực hiện Chỉ thị số 23/CT-TTg và chỉ đạo của Ủy ban nhân dân tỉnh, cơ quan đã quán triệt đến cán bộ.",
        "Công tác trẻ em được đưa vào chương trình công tác năm {year}, có phân công lãnh đạo phụ trách.",
        "Lãnh đạo cơ quan giao một phòng chuyên môn làm đầu mối, định kỳ nghe báo cáo về công tác trẻ em.",
        "Các văn bản của cấp trên được sao gửi, hướng dẫn thực hiện trong thời hạn quy định.",
        "Việc phối hợp với cơ quan chủ trì được duy trì qua trao đổi số liệu và giao ban định kỳ.",
    ),
    "assessment": (
        "Nhìn chung các nhiệm vụ được triển khai đúng tiến độ, nhận thức của cán bộ và người dân có chuyển biến.",
        "So với năm trước, sự phối hợp giữa các ngành chặt chẽ hơn, việc tiếp nhận và xử lý thông tin nhanh hơn.",
        "Tồn tại: công tác thống kê còn chậm, một số nhiệm vụ mới dừng ở tuyên truyền.",
        "Nguyên nhân chủ yếu là nhân lực kiêm nhiệm, kinh phí hạn chế và địa bàn rộng.",
    ),
    "next_year": (
        "Năm {next} tiếp tục thực hiện các nhiệm vụ được giao, ưu tiên phòng ngừa xâm hại và đuối nước.",
        "Nâng cao chất lượng thu thập số liệu, đối chiếu giữa các ngành trước khi gửi báo cáo.",
        "Rà soát các kế hoạch kết thúc năm {year} để tham mưu giai đoạn mới.",
        "Tăng cường tập huấn cho người làm công tác trẻ em và kiểm tra việc thực hiện ở cơ sở.",
    ),
    "proposals": (
        "Đề nghị cơ quan chủ trì tổ chức tập huấn nghiệp vụ và cách tính chỉ tiêu cho người lập báo cáo.",
        "Đề nghị quan tâm bố trí kinh phí và nhân lực cho công tác trẻ em ở cơ sở.",
        "Đề nghị thống nhất thời điểm chốt số liệu giữa các ngành để thuận tiện đối chiếu.",
        "Đề nghị chia sẻ kết quả tổng hợp toàn tỉnh để các cơ quan so sánh, rút kinh nghiệm.",
    ),
}

PROGRESS = (
    "Đang thực hiện đúng tiến độ; lồng ghép trong kế hoạch năm {year}.",
    "Đã ban hành kế hoạch thực hiện và phân công đơn vị đầu mối.",
    "Đã hoàn thành các nhiệm vụ được giao trong năm {year}.",
    "Cơ bản hoàn thành; một nội dung chuyển sang năm {next} do thiếu kinh phí.",
    "Đã sơ kết; các chỉ tiêu chính đạt so với kế hoạch.",
)
PROGRESS_AT_END = (
    "Đã tổng kết giai đoạn; đa số chỉ tiêu đạt, kiến nghị có kế hoạch cho giai đoạn tiếp theo.",
    "Hoàn thành giai đoạn; báo cáo tổng kết đã gửi cơ quan chủ trì.",
    "Kết thúc giai đoạn, còn một chỉ tiêu chưa đạt do thiếu cơ sở vật chất.",
)

SECTORS = {
    "mttq-tinh": "trong hệ thống Mặt trận",
    "lien-doan-lao-dong-tinh": "trong đoàn viên công đoàn, người lao động",
    "hoi-nong-dan-tinh": "trong hội viên nông dân",
    "tinh-doan": "trong đoàn viên, thanh niên, đội viên",
    "hoi-lien-hiep-phu-nu-tinh": "trong hội viên, phụ nữ",
    "hoi-cuu-chien-binh-tinh": "trong hội viên cựu chiến binh",
    "so-tu-phap": "trong ngành tư pháp",
    "so-giao-duc-dao-tao": "trong các nhà trường",
    "so-y-te": "trong ngành y tế",
    "ban-dan-toc": "ở vùng đồng bào dân tộc thiểu số",
    "cong-an-tinh": "trong lực lượng công an",
    "bo-chqs-tinh": "trong lực lượng vũ trang tỉnh",
    "toa-an-nhan-dan-tinh": "trong tòa án hai cấp",
    "vien-kiem-sat-tinh": "trong ngành kiểm sát",
    "dai-ptth-tinh": "trên sóng phát thanh, truyền hình",
    "bao-tuyen-quang": "trên báo in và báo điện tử",
    "so-ldtbxh": "trong ngành lao động, thương binh và xã hội",
}
ANY_SECTOR = "trong phạm vi quản lý"

# Notes beside figures that are estimates: the reports are due before the year has ended.
ESTIMATED = {
    "T2.06": "Ước thực hiện đến hết ngày 31/12/{year}; số đến 30/11 đã đối chiếu với Kho bạc Nhà nước.",
    "T2.07": "Ước thực hiện đến hết ngày 31/12/{year}; còn một đợt vận động cuối năm chưa kết thúc.",
    "T2.08": "Ước đến hết năm {year}, gồm cả đợt tặng áo ấm tháng 12.",
    "T3.21": "Ước theo tỷ lệ rà soát của các xã đã gửi danh sách.",
    "T6.01": "Ước cả năm {year}; tháng 12 tính theo kế hoạch.",
    "T6.02": "Ước cả năm {year}; tháng 12 tính theo kế hoạch.",
    "T6.17": "Ước cả năm {year} theo số mười một tháng.",
    "T6.23": "Ước theo danh sách của các trường đã gửi, còn một số trường chưa gửi.",
}
