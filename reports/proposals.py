"""What all bodies propose, gathered: to whom, and which of them ask for the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .choices import OverviewPart
from .models import Period
from .sentences import Sentence, clusters, split, words
from .workshop import Passage, passages

ASKS = re.compile(r"\b(?:đề nghị|kiến nghị|đề xuất|kính mong|mong|xin)\b[\s:,]*")
FILLING = re.compile(r"(?:(?:với|các|đồng chí|lãnh đạo|quý|thường trực)\b[\s:,]*)+")
COUNCIL = r"(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân|hđnd|hội đồng nhân dân)"
STATE = re.compile(r"(?:chính phủ|thủ tướng|quốc hội|trung ương|bộ)\b")
PROVINCE = re.compile(rf"(?:{COUNCIL}\W+(?:tỉnh|thành phố)|tỉnh|tỉnh ủy)\b")
LEAD = re.compile(r"cơ quan (?:chủ trì|tổng hợp)\b")
LOCAL = re.compile(rf"{COUNCIL}\b|cấp (?:huyện|xã)\b|(?:huyện|xã|phường)\b")
OFFICES = re.compile(r"(?:sở|ban|ngành|cơ quan|đơn vị)\b")
SILENT = re.compile(
    r"(?:không|chưa)(?:[\s,;/]+(?:có|phát sinh|ý kiến|kiến nghị|đề xuất|đề nghị|gì|và|thêm|khác|nội dung))*\W*"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One sentence of what a body proposes, and where it wrote it."""

    passage: Passage
    sentence: Sentence

    @property
    def ref(self) -> str:
        return self.passage.ref(self.sentence)


@dataclass(frozen=True, slots=True)
class Shared:
    """Proposals to one addressee that ask for nearly the same, the first of them in protocol order."""

    addressee: str
    proposals: tuple[Proposal, ...]

    @property
    def first(self) -> Proposal:
        return self.proposals[0]

    @property
    def bodies(self) -> tuple[str, ...]:
        """Short names, each once."""
        return tuple(dict.fromkeys(proposal.passage.name for proposal in self.proposals))

    @property
    def wordings(self) -> tuple[Proposal, ...]:
        """Those that say it in other words than the first, each wording once."""
        texts = {words(proposal.sentence.text): proposal for proposal in reversed(self.proposals)}
        del texts[words(self.first.sentence.text)]
        return tuple(reversed(texts.values()))


@dataclass(frozen=True, slots=True)
class Gathered:
    """All proposals, by addressee, those of many bodies first; ``silent``: names of bodies that say they have none."""

    shared: tuple[Shared, ...]
    silent: tuple[str, ...]


def gather_proposals(period: Period) -> Gathered:
    """What the accepted reports of ``period`` propose, in the tasks and around them."""
    found = passages(period, fields=("proposals",), overview=(OverviewPart.PROPOSALS.value,))
    names = period.reports.order_by("position").values_list("short_name", "name")
    known = Names({name.casefold(): short for short, full in names for name in (short, full)})
    said, silent = [], {}
    for passage in found:
        own = [sentence for sentence in split(passage.text) if not says_nothing(sentence.text)]
        said += [Proposal(passage, sentence) for sentence in own]
        silent[passage.name] = silent.get(passage.name, True) and not own
    return Gathered(tuple(_shared(said, known, period.lead_name)), tuple(name for name, none in silent.items() if none))


def says_nothing(sentence: str) -> bool:
    """``Không có kiến nghị, đề xuất.``"""
    return SILENT.fullmatch(sentence.casefold()) is not None


class Names:
    """The bodies that may be meant, as one pattern: {name in small letters: label}, the longest name first."""

    def __init__(self, names: Mapping[str, str]):
        self.labels = dict(names)
        longest = sorted(self.labels, key=len, reverse=True)
        self.pattern = re.compile(rf"(?:{'|'.join(map(re.escape, longest))})\b" if longest else r"(?!)")

    def at(self, text: str) -> str:
        """The label of the body whose name ``text`` begins with, or ""."""
        found = self.pattern.match(text)
        return self.labels[found.group()] if found else ""


def addressee_of(sentence: str, names: Names, lead: str = "") -> tuple[int, str]:
    """(rank, label) of whom a proposal is addressed to; the rank orders kinds of addressees from the top down.

    ``lead``: who gathers the reports.
    """
    text = sentence.casefold()
    asks = ASKS.search(text)
    text = text[asks.end() :] if asks else text
    if filling := FILLING.match(text):
        text = text[filling.end() :]
    if own := names.at(text):
        return 3, own
    kinds = (
        (0, STATE, _("Chính phủ, các bộ, cơ quan Trung ương")),
        (1, PROVINCE, _("Hội đồng nhân dân, Ủy ban nhân dân tỉnh")),
        (2, LEAD, lead or _("Cơ quan chủ trì tổng hợp")),
        (5, LOCAL, _("Ủy ban nhân dân cấp huyện, cấp xã")),
        (4, OFFICES, _("Các sở, ban, ngành")),
    )
    return next(
        ((rank, label) for rank, kind, label in kinds if kind.match(text)), (6, _("Không ghi kiến nghị với ai"))
    )


def _shared(said: Iterable[Proposal], names: Names, lead: str) -> Iterator[Shared]:
    to = defaultdict(list)
    for proposal in said:
        to[addressee_of(proposal.sentence.text, names, lead)].append(proposal)
    for addressee in sorted(to):
        own = to[addressee]
        groups = [
            Shared(addressee[1], tuple(own[place] for place in places))
            for places in clusters(proposal.sentence.text for proposal in own)
        ]
        yield from sorted(groups, key=lambda group: -len(group.bodies))
