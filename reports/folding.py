"""Vietnamese names as people type them in a hurry: without marks, without case, composed or decomposed. Pure."""

import unicodedata

# No letter with a mark for Unicode, but a letter of its own; the other two only look like it and are typed for it.
OWN_LETTERS = str.maketrans("đðɖ", "ddd")
APOSTROPHES = "'’‘ʼ`´"  # "Cư M'gar" is also written "Cư Mgar"


def folded(text: str) -> str:
    """``Đoàn Thị Điểm`` → ``doan thi diem``, ``Đắk Đoa`` → ``dak doa``: letters and digits, one space between words."""
    letters = unicodedata.normalize("NFD", text.casefold()).translate(OWN_LETTERS)
    kept = (c for c in letters if c not in APOSTROPHES and unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
