"""The words by which a text is read: data only; no names of bodies, districts or villages."""


def _listed(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(text.split(separator))


# Family names, also of the Tày, Nùng, Dao, Mông, Sán Chay, Sán Dìu, Thái, Giáy, La Chí and Pà Thẻn. SURE ones are
# no other word and begin no usual name of a place, so that they count without capitals or accents too.
SURE = _listed(
    "nguyễn trần phạm hoàng huỳnh đặng bùi đỗ ngô dương đinh trịnh trương phùng triệu quách nghiêm khuất nguyền giàng "
    "sùng thào chẩu tẩn tráng sằm hứa đàm"
)
SURNAMES = SURE | _listed(
    "lê phan vũ võ hồ lý lí đoàn mai lâm hà cao lưu lương thái châu tạ tô tống vương chu tăng kiều thạch diệp bạch "
    "khúc mạc kim ninh lại tôn thân trà giang khổng viên doãn phí cù la nhữ phương bế tòng vi vì sầm lộc lục lò lô lù "
    "lừu lầu hầu nông ly lỳ ma mã mùa hạng hảng già thò chảo phàn bàn quan chúng tướng vàng vừ cư cứ chá cháng chang "
    "xồng vù tếnh phàng sình long lèng lèo lường quàng cầm đèo lự ngần mè lềm mương linh ân âu dư liễu lãnh luân mông "
    "nịnh sái sài tằng trạc chìu dịp ôn từ phù sìn sín húng hủng làn tải táy ván xình lùng vùi vần ngôn cam "
    "tiêu thẩm hùng sèn thền bạc cà điêu khằm lỡo"
)

# Phrases by what they tell about their neighbours. "=" marks those that must be typed with their own accents: without
# any, they could be another word.
LEXICON = {
    "child": "cháu, bé, em, cháu bé, cháu gái, cháu trai, bé gái, bé trai, em gái, em trai, nạn nhân, bị hại, "
    "người bị hại, nữ sinh, nam sinh, em nhỏ",
    "many": "các cháu, các em, các bé, những em, những cháu, hai em, hai cháu, ba em, ba cháu, hai anh em, "
    "hai chị em, ba anh em, ba chị em",
    "weak": "trẻ em, trẻ, học sinh, trường hợp, đối tượng, bị can, bị cáo, nghi phạm, họ tên, họ và tên, tên",
    "offspring": "con gái, con trai, =con, con nuôi, con đẻ, cháu nội, cháu ngoại",
    "parent": "bố, mẹ, cha, bố đẻ, mẹ đẻ, cha đẻ, bố dượng, mẹ kế, mẹ nuôi, bố nuôi, ông nội, bà nội, ông ngoại, "
    "bà ngoại, người giám hộ, người nuôi dưỡng, cô ruột, chú ruột, bác ruột, dì ruột, cậu ruột, anh trai, chị gái, "
    "con ông, con bà, con anh, con chị, con của, cháu ông, cháu bà, con ông bà, con anh chị",
    "adult": "ông, bà, anh, chị, thầy, cô, =chú, =bác, thầy giáo, cô giáo, gia đình, =hộ, hộ gia đình, nghệ nhân, "
    "gia đình ông, gia đình bà, gia đình anh, gia đình chị",
    "title": "đồng chí, đ/c, =đc, giám đốc, phó giám đốc, chủ tịch, phó chủ tịch, bí thư, phó bí thư, trưởng ban, "
    "=phó, trưởng phòng, phó trưởng ban, phó trưởng phòng, trưởng thôn, trưởng bản, trưởng xóm, trưởng khu, "
    "tổ trưởng, hiệu trưởng, phó hiệu trưởng, giáo viên, chủ nhiệm, cán bộ, công chức, viên chức, chuyên viên, "
    "cộng tác viên, tình nguyện viên, tuyên truyền viên, báo cáo viên, hội viên, đoàn viên, thành viên, ủy viên, "
    "uỷ viên, đại biểu, bác sĩ, bác sỹ, y sĩ, y sỹ, y tá, điều dưỡng, nữ hộ sinh, luật sư, thẩm phán, "
    "kiểm sát viên, điều tra viên, thanh tra viên, thư ký, kế toán, phóng viên, nhà báo, đại úy, thượng úy, "
    "trung úy, thiếu úy, thiếu tá, trung tá, thượng tá, đại tá, già làng, người có uy tín, trợ giúp viên, "
    "tư vấn viên, lãnh đạo, đảng viên, kiểm soát, lập biểu, người ký, người lập, chánh văn phòng, "
    "phó chánh văn phòng, chánh thanh tra, trưởng đoàn, tổng phụ trách, ubnd, hđnd, mttq, tm, kt, thạc sĩ, tiến sĩ, "
    "bí thư chi bộ, đội trưởng, chi hội trưởng, bộ trưởng, thủ tướng, trưởng công an",
    "act": "chủ trì, phát biểu, =ký, trao, =tặng, =dự, tham dự, kết luận, báo cáo, chỉ đạo, kiểm tra, phụ trách, "
    "đại diện, trình bày, khai mạc, phân công, theo dõi",
    "office": "tổng đài, đường dây nóng, hotline, cơ quan, văn phòng, trực ban, đầu mối, công an, trạm y tế, fax, "
    "tiếp công dân, trung tâm, bộ phận, ban chỉ đạo, ban bảo vệ trẻ em, cha mẹ học sinh, ban điều hành, "
    "ban chủ nhiệm, ủy ban, mặt trận tổ quốc, hội lhpn, hội liên hiệp phụ nữ, hội nông dân, =sở, đoàn thanh niên, "
    "huyện đoàn, tỉnh đoàn, xã đoàn, viện kiểm sát, tòa án, điện thoại trực, trực 24, mã số thuế, mst, tài khoản, stk, "
    "kho bạc, phòng lđtbxh, phòng lao động, phòng y tế, phòng nội vụ, phòng giáo dục, thường trực, số hồ sơ, mã hồ sơ, "
    "bệnh viện",
    "village": "thôn, =bản, xóm, =tổ, tổ dân phố, tdp, =khu, khu phố, =làng, =ấp, buôn, =đội, =đường, =phố, =ngõ, "
    "ngách, số nhà, nhà số, tiểu khu, khối phố, =khối, =kp",
    "lives": "trú tại, thường trú, trú quán, quê quán, quê ở, hộ khẩu, địa chỉ, sống tại, ở tại, ngụ tại, nơi ở, trú ở",
    "commune": "xã, phường, thị trấn, huyện, =quận, thị xã, thành phố, tp, =tỉnh",
    "school": "=trường, tiểu học, th, thcs, th và thcs, tiểu học và thcs, trung học cơ sở, thpt, mầm non, mẫu giáo, "
    "ptdtbt, ptdtnt, trường tiểu học, trường mầm non, trường thcs, trường học, dân tộc nội trú, dân tộc bán trú, "
    "phổ thông",
    "org": "liên đội, chi đội, =quỹ, học bổng, =giải, giải thưởng, =đền, =chùa, công ty, tnhh, doanh nghiệp, "
    "hợp tác xã, htx, quảng trường, công viên, câu lạc bộ, clb, nhà máy, hội thi, cuộc thi, dự án, chương trình, "
    "phong trào, lễ hội, tạp chí, nhà thiếu nhi, cung thiếu nhi, tượng đài, tổ quốc",
    "class": "lớp",
    "born": "sinh, sinh năm, sinh ngày, ngày sinh, năm sinh, ngày tháng năm sinh, sinh tháng, =sn, =ns, s.n",
    "health": "hiv, aids, khuyết tật, tự kỷ, tim bẩm sinh, ung thư, mang thai, có thai, xâm hại, hiếp dâm, "
    "giao cấu, dâm ô, bạo hành, đánh đập, tâm thần, động kinh, bại não, suy dinh dưỡng, trầm cảm, đuối nước, "
    "tử vong, mồ côi, bỏ rơi, tự tử, nghiện, ma túy, bệnh, =thương, =bỏng, tai nạn, tảo hôn, lấy chồng, lấy vợ, "
    "bỏ học, bỏ nhà, mua bán, =đánh, tàn tật, câm điếc, thiểu năng, vi phạm pháp luật, trộm cắp",
    "card": "cccd, cmnd, cmt, cmtnd, căn cước, căn cước công dân, chứng minh nhân dân, chứng minh thư, "
    "giấy chứng minh, định danh, số định danh, mã định danh, hộ chiếu, thẻ bhyt, mã số bhxh, "
    "bảo hiểm y tế, bảo hiểm xã hội",
    "": "anh em, chị em, con em, con người, cơ sở, bảo vệ trẻ em, công tác trẻ em, quyền trẻ em, vì trẻ em, "
    "luật trẻ em, chăm sóc trẻ em, trực tiếp, trực thuộc, vệ sinh, phát sinh, khai sinh, sinh hoạt, hy sinh, "
    "tuyển sinh, thí sinh, sinh viên, tổ chức, xã hội, khu vực, bản thân, đội ngũ, đội viên, trưởng thành, "
    "nhà trường",
}

ETHNIC = _listed("tày nùng dao mông kinh giáy")
NUMBERS = _listed("một hai ba bốn năm sáu bảy tám chín mười mốt tư lăm mươi")
GROUPS = _listed("các những cho mọi nhiều số % cả nhóm lứa")

# What may stand between "cháu" and a name, and between a name and what belongs to it.
LINKS = _listed("gái trai nhỏ tên là nữ nam có gọi của : “ \" ' (")
BESIDE = (
    LINKS
    | {"\t"}
    | _listed(
        ", ; . ) - – — mới năm nay hiện đang đã vừa được tròn khoảng chưa đầy gần dân tộc giới tính ở tại trú ngụ quê "
        "học nhà thường thuộc người hộ khẩu địa chỉ sinh và bị mắc nhiễm lên sống cư tày nùng dao mông kinh hoa thái "
        "mường giáy cao lan sán chay dìu pà thẻn chí"
    )
)
NOT_IN_NAMES = _listed(
    "tuổi sinh năm học ở trú tại bị là và con được đã đang có của cho vì không mất hiện mới do với từ khi cùng trong "
    "bác phó chủ giám sở phòng ban đảng lớp trường thôn xóm bản xã huyện tỉnh nghỉ"
)

# Names that streets, schools and funds bear, and provinces that begin like a family name.
FAMOUS = _listed(
    "nguyễn trãi,trần hưng đạo,lê lợi,lê quý đôn,võ thị sáu,kim đồng,lê văn tám,nguyễn văn trỗi,hồ chí minh,vừ a dính,"
    "lý tự trọng,võ nguyên giáp,phan bội châu,phan chu trinh,nguyễn tất thành,nguyễn ái quốc,lý thường kiệt,ngô quyền,"
    "nguyễn huệ,lê hồng phong,nguyễn bỉnh khiêm,trần phú,tôn đức thắng,phạm văn đồng,nguyễn du,hoàng văn thụ,lê duẩn,"
    "nguyễn thị minh khai,lương thế vinh,chu văn an,nguyễn viết xuân,la văn cầu,bế văn đàn,phan đình giót,tô hiệu,"
    "hoàng quốc việt,trần quốc toản,lê thánh tông,đinh tiên hoàng,nguyễn văn cừ,nguyễn văn linh,lê thái tổ,lý bôn,"
    "lý thái tổ,ngô gia tự,hoàng hoa thám,phan đình phùng,mạc đĩnh chi,lý nam đế,hồ xuân hương",
    ",",
)
REGIONS = _listed(
    "hà nội,hà giang,hà nam,hà tĩnh,cao bằng,lâm đồng,ninh bình,ninh thuận,thái bình,thái nguyên,bạc liêu,cà mau", ","
)
