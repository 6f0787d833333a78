"""Small numbers of children in words: a total that is true of one place only tells who they are. Pure."""

import re
import unicodedata

# Whom or what a number counts where it is a number of children or of their cases.
COUNTED = r"(?:trẻ|em|cháu|bé|vụ|nạn\s+nhân|trường\s+hợp|học\s+sinh)"
DIGIT = r"(?<![\w.,/%-])0?[1-4](?:\s*[-–]\s*0?[1-4])?"
WORD = r"(?<!\w)(?:một|hai|ba|bốn)"
# "hai mươi ba trẻ" is 23: what stands before the last word of a longer number.
LONGER = re.compile(r"(?:mười|mươi|linh|lẻ|trăm|nghìn|ngàn)\s+$")
BEFORE = re.compile(rf"(?:{DIGIT}|{WORD})(?:\s*\(\s*\w+\s*\))?\s+(?:lượt\s+)?{COUNTED}(?!\w)")  # "02 (hai) trẻ"
AFTER = re.compile(rf"(?<!\w){COUNTED}\b[^.;\n\d]{{0,60}}(?:[:=]|\slà)\s*0?[1-4](?![\w%]|[.,/]\d|\s*%)")  # "trẻ em: 2"


def small_counts(text: str) -> tuple[str, ...]:
    """The places of ``text`` that count 1 to 4 children or cases (``2 trẻ``, ``hai cháu``), each once, in order."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = [match for match in BEFORE.finditer(plain) if not LONGER.search(plain, 0, match.start())]
    found = sorted([*found, *AFTER.finditer(plain)], key=lambda match: match.start())
    return tuple(dict.fromkeys(" ".join(match.group().split()) for match in found))
