"""Texts as sentences: taken apart, found again after editing, compared with one another. Pure.

Nothing here compares every text with every other: likely pairs come out of an index, only they are measured.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, pairwise
from zlib import crc32

SAME = 0.6  # a sentence after editing is still the one that was taken
ALIKE = 0.9  # two texts that are nearly one
FEWEST = 20  # words of a text worth comparing: one short sentence is soon written twice
SKETCH = 64  # shingles that stand for a text in the index
SHINGLE = 3  # words
LIKELY = 3  # pairs of a text that are measured
JOINED = 6  # words of a taken sentence that is still found inside a longer one

ABBREVIATED = {
    *("tp", "tx", "tt", "tr", "đc", "đ/c", "nxb", "tk", "vv", "v.v"),
    *("gs", "pgs", "ts", "ths", "bs", "cn", "ks", "kts", "ncs", "st"),
}
ITEM = re.compile(r"[-–—+•*·▪○](?:\s+|(?=[^\W\d_]))")  # how a line of a list begins; "-5" is a number
NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|[ivxIVX]{1,5}[.)])\s")
END = re.compile(r"""[.!?…]+["'”’»)\]]*\s+(?=["'“‘«(\[]*(\w))""")
WORD = re.compile(r"[^\W_]+(?:[.,/][^\W_]+)*")  # 1.234 and 12/2020 are one word


@dataclass(frozen=True, slots=True)
class Sentence:
    """``item``: it stands alone on the line of a list, whose dash is left out."""

    text: str
    item: bool = False


def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order. A line ends a sentence; "TP.", "v.v." and 1.234 do not."""
    found: list[Sentence] = []
    for line in text.splitlines():
        bare = line.strip()
        mark = ITEM.match(bare)
        bare = bare[mark.end() :] if mark else bare
        parts = _parts(bare)
        item = mark is not None or NUMBERED.match(bare) is not None
        found += [Sentence(part, item and place == 0) for place, part in enumerate(parts)]
    return tuple(found)


def _parts(line: str) -> list[str]:
    parts, start = [], 0
    number = NUMBERED.match(line)
    for end in END.finditer(line, number.end() if number else 0):
        begins = end[1].isupper() or end[1].isdigit()
        if begins and not _abbreviated(line[start : end.start()], end.group()):
            parts.append(line[start : end.end()].strip())
            start = end.end()
    return [part for part in (*parts, line[start:].strip()) if part]


def _abbreviated(before: str, end: str) -> bool:
    """Whether the full stop after ``before`` belongs to a short form."""
    if end.strip() != ".":
        return False
    last = before.split()[-1].lstrip("(“\"'") if before.split() else ""
    return last.lower() in ABBREVIATED or (len(last) == 1 and last.isalpha())


def words(text: str) -> tuple[str, ...]:
    """The words of a text without case and punctuation, as they are compared."""
    return tuple(WORD.findall(text.casefold()))


def digest(sentence: str) -> str:
    """A short name for the words of a sentence: 8 hexadecimal digits."""
    return f"{crc32(' '.join(words(sentence)).encode()):08x}"


# --- where a sentence came from ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Traced:
    """A sentence and the place of its mark among those that were given; None: the writer's own."""

    sentence: Sentence
    mark: int | None
    closeness: float = 0.0


def traced(text: str, marks: Sequence[str]) -> tuple[Traced, ...]:
    """Every sentence of ``text`` with the mark whose words it still has, the closest one; the later of equals."""
    marked = [words(mark) for mark in marks]
    exact = {mark: place for place, mark in enumerate(marked) if mark}
    known = [(mark, Counter(mark), place) for mark, place in exact.items()]
    found = []
    for sentence in split(text):
        own = words(sentence.text)
        if own in exact:
            found.append(Traced(sentence, exact[own], 1.0))
            continue
        place, closest = _closest(own, known)
        found.append(Traced(sentence, place if closest >= SAME else None, closest))
    return tuple(found)


def _closest(own: tuple[str, ...], known) -> tuple[int | None, float]:
    counted = Counter(own)
    likely = []
    for mark, its, place in known:
        shared = sum((counted & its).values())
        bound = max(2 * shared / (len(own) + len(mark) or 1), shared / len(mark) if len(mark) >= JOINED else 0)
        if bound >= SAME:
            likely.append((bound, mark, place))
    likely.sort(key=lambda each: (-each[0], -each[2]))
    measured = [(closeness(own, mark), place) for _bound, mark, place in likely[:LIKELY]]
    best = max(measured, default=(0.0, None))
    return best[1], best[0]


def closeness(own: Sequence[str], mark: Sequence[str]) -> float:
    """0 to 1: how much of two sentences is the same words in the same order.

    A sentence that was joined to another counts by how much of it is still there.
    """
    matcher = SequenceMatcher(None, own, mark, autojunk=False)
    ratio = matcher.ratio()
    if len(mark) < JOINED or len(own) <= len(mark):
        return ratio
    kept = sum(block.size for block in matcher.get_matching_blocks()) / len(mark)
    return max(ratio, kept * 0.9 if kept >= 0.8 else 0.0)


# --- texts that are copies of one another ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alike:
    """``other``: the key of the most similar text; ``share`` 0 to 1."""

    other: Hashable
    share: float


def percent(share: float) -> int:
    """Never 100 where a word differs."""
    return 100 if share == 1 else min(99, round(share * 100))


def likeness(one: str, other: str) -> float:
    """0 to 1: the share of neighbouring words that two texts have in common; 0 where either says too little."""
    first, second = words(one), words(other)
    if min(len(first), len(second)) < FEWEST:
        return 0.0
    return _shared(_pairs(first), _pairs(second))


def alike(texts: Mapping[Hashable, str], least: float = ALIKE) -> dict[Hashable, Alike]:
    """{key: the most similar other text} for those that have one; a text of few words has none.

    Time grows with the number of texts, not with that of their pairs: identical ones are found by their words,
    nearly identical ones by the smallest hashes of their shingles, which they share.
    """
    same = defaultdict(list)
    for key, text in texts.items():
        own = words(text)
        if len(own) >= FEWEST:
            same[own].append(key)
    found = {}
    for keys in same.values():
        found |= {key: Alike(keys[1] if key == keys[0] else keys[0], 1.0) for key in keys if len(keys) > 1}
    return found | _nearly({own: keys[0] for own, keys in same.items()}, least, found)


def _nearly(firsts: Mapping[tuple[str, ...], Hashable], least: float, known) -> dict[Hashable, Alike]:
    sketches = [_sketch(own) for own in firsts]
    index = defaultdict(list)
    for place, sketch in enumerate(sketches):
        for shingle in sketch:
            index[shingle].append(place)
    texts, pairs, found = list(firsts), {}, {}
    for place, sketch in enumerate(sketches):
        if firsts[texts[place]] in known:
            continue
        counts = Counter(chain.from_iterable(index[shingle] for shingle in sketch))
        del counts[place]
        likely = [other for other, shared in counts.most_common(LIKELY) if shared * 4 >= len(sketch)]
        for other in (place, *likely):
            pairs.setdefault(other, _pairs(texts[other]))
        best = max(((_shared(pairs[place], pairs[other]), -other) for other in likely), default=(0.0, 0))
        if best[0] >= least:
            found[firsts[texts[place]]] = Alike(firsts[texts[-best[1]]], best[0])
    return found


def _sketch(own: Sequence[str]) -> list[int]:
    shingles = zip(*(own[start:] for start in range(SHINGLE)), strict=False)
    return sorted({crc32(" ".join(shingle).encode()) for shingle in shingles})[:SKETCH]


def _pairs(own: Sequence[str]) -> Counter:
    return Counter(pairwise(own))


def _shared(one: Counter, other: Counter) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


# --- sentences that ask for the same -----------------------------------------------------------


def clusters(sentences: Iterable[str], least: float = SAME) -> list[list[int]]:
    """The places of ``sentences`` in groups of those that say nearly the same; in order of the first of each."""
    groups: list[list[int]] = []
    heads: list[tuple[str, ...]] = []
    exact: dict[tuple[str, ...], int] = {}
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, sentence in enumerate(sentences):
        own = words(sentence)
        group = exact.get(own)
        if group is None:
            group = _like_one_of(own, heads, index, least)
        if group is None:
            group = len(groups)
            groups.append([])
            heads.append(own)
            for pair in set(_pairs(own)):
                index[pair].append(group)
        exact.setdefault(own, group)
        groups[group].append(place)
    return groups


def _like_one_of(own, heads, index, least) -> int | None:
    lists = sorted((index[pair] for pair in set(_pairs(own)) if pair in index), key=len)
    # The pairs that few share tell most; those that everybody writes would only make the list long.
    counts = Counter(group for groups in lists[:8] for group in groups)
    near = [(closeness(own, heads[group]), -group) for group, _n in counts.most_common(LIKELY)]
    best = max(near, default=(0.0, 0))
    return -best[1] if best[0] >= least else None
