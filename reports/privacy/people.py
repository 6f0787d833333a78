"""Whose names stand in a text: children and their families, told from officials by what stands around the name.

First the word that leads to the name decides ("cháu", "đồng chí", "con ông"), then what stands beside it (an age, a
class, a village). A name that no word leads to needs more: what only a child has, or a home and no office near it.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from .evidence import Case, Evidence
from .reading import CAPITALS, SURE_NAME, SURNAME, Span, Words
from .words import BESIDE, ETHNIC, FAMOUS, LINKS, NOT_IN_NAMES, REGIONS

LINK, NEIGHBOUR, NO_NAME = Words(LINKS), Words(BESIDE), Words(NOT_IN_NAMES | ETHNIC)
MIDDLE, EQUATES, LISTS, OF, CHILD = map(
    Words, (["thị", "văn"], ["là", ":"], [",", ";", ")", "và"], ["của"], ["trẻ", ")"])
)
ENDS_NAME = ("title", "village", "commune", "school", "org", "class", "born", "card", "office")
KNOWN = FAMOUS | REGIONS
NEAR, FAR, LIST = 12, 25, 60  # tokens: about a clause, a sentence, a list with its heading


class Name(NamedTuple):
    """A name or initials in tokens ``first`` to ``last``; ``full`` if it has a family name.

    ``cue`` is what the words before it, from token ``start`` on, make of the person: a child ("child"), one of several
    ("many", "listed"), perhaps a child ("weak"), a child's relative ("family"), "adult", "title", or "".
    """

    first: int
    last: int
    full: bool
    cue: str
    start: int

    @property
    def long(self) -> bool:
        return self.full and self.last - self.first >= 2


def names(case: Case) -> Iterator[Span]:
    """The passages that tell who a child is by a name."""
    ended = -9  # the last token of the child before: "cháu Hoa, Mai" goes on with the same word
    index = 0
    while index < len(case):
        name = _name_at(case, index, ended)
        span = _judged(case, name) if name else None
        if span:
            yield span
            ended = span.last if span.kind != "name_family" else -9
        index = name.last + 1 if name else index + 1


def birth_dates(case: Case) -> Iterator[Span]:
    """Whole dates of birth in a sentence about one child, also where the child has no name."""
    for evidence in case.evidence:
        whole = evidence.kind == "birth" and evidence.grade == "child" and evidence.last - evidence.first >= 5
        if whole and case.nearest(evidence.first, ("child", "many", "title", "adult"), FAR) == "child":
            yield Span(evidence.first, evidence.last, "birth_date")


# -- names


def _name_at(case, index, ended) -> Name | None:
    if case.shape(index) not in CAPITALS and not case.has(index, SURNAME):
        return None
    last, full = _full_name(case, index), True
    if last is None:
        last, full = _initials(case, index), False
    cue, start = _cue(case, index)
    if last is None:
        last, full = _after_cue(case, index, start, cue)
    if last is None:
        return None
    if not cue and full and 0 < index - ended <= 3 and all(case.has(at, LISTS) for at in range(ended + 1, index)):
        cue = "listed"
    return Name(index, last, full, cue, start)


def _full_name(case, index) -> int | None:
    """The last token of a family name with up to four more syllables in capitals; None where none begins."""
    shape = case.shape(index)
    if shape not in ("C", "U") or case.tag(index) or not _is_surname(case, index):
        return None
    end = index + 1
    while end - index < 5 and _goes_on(case, end, shape):
        end += 1
    return None if end - index < 2 or _is_known(case, index, end, shape) else end - 1


def _is_known(case, index, end, shape) -> bool:
    """Whether it is a name from history or of a province; in capitals other words may follow it."""
    for last in range(index + 2, end + 1) if shape == "U" else (end,):
        if " ".join(case.low(at) for at in range(index, last)) in KNOWN:
            return True
    return False


def _is_surname(case, index) -> bool:
    if case.has(index, SURNAME):
        return True
    # "cháu Nguyen Thi Hoa": a name without accents amid words that have them
    low = case.low(index)
    return low.isascii() and low in SURE_NAME.folded and case.low(index + 1).isascii()


def _goes_on(case, index, shape) -> bool:
    """Whether the token is one more syllable of a name that is written in ``shape``."""
    here, tag = case.shape(index), case.tag(index)
    if tag in ENDS_NAME:
        return False
    if shape == "U":  # where all is in capitals only the words tell where the name ends
        return here in ("U", "I") and not tag and not case.has(index, NO_NAME)
    return here in CAPITALS or (case.has(index, MIDDLE) and case.shape(index + 1) in CAPITALS)


def _initials(case, index) -> int | None:
    """The last token of "N.T.H" or "N. T. H."; None for a single letter."""
    last = index
    while case.shape(last) == case.shape(last + 2) == "I" and case.low(last + 1) == "." and last - index < 8:
        last += 2
    return last if last > index else None


def _after_cue(case, index, start, cue) -> tuple[int | None, bool]:
    """(last token, full) of a given name, an initial, or a name without capitals that only its cue makes a name."""
    if cue == "weak" and case.shape(index) == "I":
        return index, False
    if cue != "child":
        return None, False
    small = case.shape(index) == "w"
    if small and not (case.has(index, SURE_NAME) or case.has(index + 1, MIDDLE)):
        return None, False
    end = index
    while end - index < 3 + small and _is_syllable(case, end, small):
        end += 1
    if case.shape(start) == "C" and case.shape(end) == "C":  # a title: "Em Yêu Trường Em"
        return None, False
    if case.shape(start) == "U" and end > index and case.shape(index) != "I":
        # "CHÁU HOA, 9 TUỔI", but not "CHÁU NGOAN BÁC HỒ"
        end = index + any(evidence.kind != "school" for evidence in _beside(case, index)[:1])
    return (end - 1 if end - index > small else None), small


def _is_syllable(case, index, small) -> bool:
    right = case.shape(index) == "w" if small else case.shape(index) in CAPITALS
    return right and not case.tag(index) and not case.has(index, NO_NAME)


def _cue(case, index) -> tuple[str, int]:
    """The cue of a name that begins at ``index``, and where the words that speak of a child begin."""
    cue, start, equated = "", index, False
    at = index - 1
    while at >= 0 and index - at <= NEAR:
        tag = case.tags[at]
        if tag == "child" and cue in ("", "weak"):
            several = case.tag(at - 1) != "child" and case.number(at - 1) not in (None, 1)
            cue, start = ("many" if several else "child"), at
        elif tag == "child" and cue == "child":
            start = at
        elif tag == "parent":
            return ("family" if cue in ("", "adult", "weak") or equated else cue), start
        elif tag == "offspring":
            return ("family" if cue == "adult" else cue or "many"), start
        elif tag in ("many", "title", "office"):
            return cue or ("many" if tag == "many" else "title"), start
        elif tag in ("adult", "weak"):
            cue = cue or tag
        elif (before := case.place_start(at)) is not None or (before := case.evidence_start(at)) is not None:
            at = before  # "học sinh lớp 5A …", "con gái 14 tuổi tên …"
        elif tag != "child" and not case.has(at, LINK) and not (cue == "adult" and case.low(at) == ","):
            break
        equated = equated or case.has(at, EQUATES)
        at -= 1
    return cue, start


# -- whose they are


def _judged(case, name) -> Span | None:
    """The passage that a name makes with what stands beside it; None where it is an official's or nobody's."""
    official = case.followed_by_office(name.last)
    if name.cue == "family":
        return Span(name.first, name.last, "name_family") if name.full and not official else None
    if name.cue == "child":
        return _child(case, name)
    beside = _beside(case, name.last)
    if name.cue in ("adult", "title"):
        young = any(_only_a_child(case, evidence) for evidence in beside[:1])
        return _uncued(case, name, beside) if young else _relative(case, name)
    if name.cue == "weak":
        grown = beside and beside[0].grade == "adult"
        # "học sinh" and two syllables may be a district: that takes more than a class or a village
        short = name.full and not name.long and not any(_only_a_child(case, evidence) for evidence in beside)
        return None if grown or official or short else _child(case, name._replace(full=False))
    if name.cue in ("many", "listed") and name.long and not official:
        return _child(case, name)
    return _uncued(case, name, beside)


def _child(case, name) -> Span | None:
    """A child's name with the evidence that belongs to it; without any only a full name says who it is."""
    ahead = [e for e in _ahead(case, name) if e.grade != "adult"]
    behind = [e for e in _behind(case, name) if e.grade != "adult"]
    if not ahead and not behind:
        return Span(name.start, name.last, "name") if name.full else None
    evidence = (ahead or behind)[0]
    first, last = name.start, name.last
    if ahead and evidence.first - last <= NEAR:
        last = _chain_end(case, evidence.last)
    elif not ahead:
        first = evidence.first
    return Span(first, last, f"name_{evidence.kind}")


def _uncued(case, name, beside) -> Span | None:
    if not name.full and name.last - name.first < 2:
        return None
    for evidence in beside:
        if evidence.grade == "adult":
            return None
        end = _chain_end(case, evidence.last)
        private = evidence.grade in ("child", "home", "ill") and name.long and not _among_officials(case, name.first)
        if _only_a_child(case, evidence) or (private and not case.followed_by_office(end)):
            return Span(name.first, end, f"name_{beside[0].kind}")
    return None


def _only_a_child(case, evidence) -> bool:
    """An age, or a year of birth; who was born in such a year and holds an office has grown up since."""
    if evidence.grade != "child" or evidence.kind == "school":
        return False
    return evidence.kind == "age" or not case.followed_by_office(evidence.last)


def _relative(case, name) -> Span | None:
    """ "ông Ma Văn Tài (bố cháu)": only what follows says whose relative it is."""
    at = name.last + 2
    if case.low(at - 1) not in (",", "(", "-") or case.tag(at) != "parent":
        return None
    while case.tag(at) == "parent" or case.has(at, OF):
        at += 1
    return Span(name.first, name.last, "name_family") if case.tag(at) == "child" or case.has(at, CHILD) else None


def _among_officials(case, index) -> bool:
    """Whether the words before, back to the heading of a list, speak of offices rather than of children."""
    tags = ("title", "adult", "office", "act", "child", "many", "weak", "offspring")
    return case.nearest(index, tags, LIST, within_sentence=False) in tags[:4]


# -- what stands beside


def _ahead(case, name) -> list[Evidence]:
    """The evidence in the name's own clause and the two after it."""
    low = bisect_left(case.evidence, (name.last + 1,))
    return [
        evidence
        for evidence in case.evidence[low : low + FAR]
        if evidence.first - name.last <= FAR and case.clauses[evidence.first] - case.clauses[name.last] <= 2
    ]


def _behind(case, name) -> list[Evidence]:
    """The evidence in the name's own clause and the one before it in the sentence, nearest first."""
    high = bisect_left(case.evidence, (name.start,))
    return [
        evidence
        for evidence in case.evidence[max(0, high - NEAR) : high][::-1]
        if name.start - evidence.last <= NEAR
        and case.clauses[name.start] - case.clauses[evidence.last] <= 1
        and case.sentences[name.start] == case.sentences[evidence.last]
    ]


def _beside(case, last) -> list[Evidence]:
    """Up to five pieces of evidence that follow with nothing but small words between."""
    found: list[Evidence] = []
    at = last + 1
    while at < len(case) and at - last <= NEAR and len(found) < 5:
        position = bisect_left(case.evidence, (at,))
        if position < len(case.evidence) and case.evidence[position].first == at:
            found.append(case.evidence[position])
            last = at = found[-1].last
        elif not case.has(at, NEIGHBOUR):
            break
        at += 1
    return found


def _chain_end(case, last) -> int:
    beside = _beside(case, last)
    return beside[-1].last if beside else last
