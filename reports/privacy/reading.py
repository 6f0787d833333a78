"""Reads a text: tokens, the parts they stand in, what their words say, and the places that are named.

Letters are compared composed, so that it does not matter how they were typed, and without accents where a whole
sentence was typed without any. Offsets are those of the text as it was given.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from .words import LEXICON, SURE, SURNAMES

UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # letters without width, pasted from other programs
TOKEN = re.compile(rf"(?:[^\W\d_]|[\u0300-\u036f])+|[0-9]+|[\n\t]|[^\s{UNSEEN}]")
MARKS = re.compile(r"[\u0300-\u036f]+")
BREAKS = frozenset(",;:.()[]|\n\t—–-")
PLACES = ("village", "commune", "school", "org")
CAPITALS = ("C", "U", "I")


class Token(NamedTuple):
    """A word, a number or a mark: where it stands, composed in lower case (``low``), without accents (``key``).

    Shapes: "n" number, "p" mark, "w" lower case, "C" Capitalised, "U" UPPER CASE, "I" a single capital.
    """

    start: int
    end: int
    low: str
    key: str
    shape: str


class Span(NamedTuple):
    """Tokens ``first`` to ``last`` and what they hold."""

    first: int
    last: int
    kind: str


def fold(word: str) -> str:
    """A word in lower case without its accents."""
    return MARKS.sub("", unicodedata.normalize("NFD", word)).replace("đ", "d")


class Words:
    """A set of words that also knows them without accents."""

    def __init__(self, words):
        self.exact = frozenset(words)
        self.folded = frozenset(map(fold, self.exact))


SURNAME, SURE_NAME = Words(SURNAMES), Words(SURE)


def _shape(word: str) -> str:
    if word[0] in "0123456789":
        return "n"
    if not word[0].isalpha():
        return "p"
    if word.isupper():
        return "I" if len(word) == 1 else "U"
    return "C" if word[0].isupper() else "w"


@lru_cache(maxsize=4096)
def _read(word: str) -> tuple[str, str, str]:
    """(low, key, shape) of a token; most words of a report come again and again."""
    word = unicodedata.normalize("NFC", word)
    low = word.lower()
    return low, low if low.isascii() else fold(low), _shape(word)


def _tokens(text: str) -> list[Token]:
    return [Token(match.start(), match.end(), *_read(match[0])) for match in TOKEN.finditer(text)]


def _phrases() -> tuple[dict, dict]:
    """{first word: [(words, what they say), longest first]} with accents, and without."""
    exact, folded = {}, {}
    for tag, listed in LEXICON.items():
        for phrase in listed.split(", "):
            words = tuple(TOKEN.findall(phrase.removeprefix("=")))
            exact.setdefault(words[0], []).append((words, tag))
            if not phrase.startswith("="):
                words = tuple(map(fold, words))
                folded.setdefault(words[0], []).append((words, tag))
    for index in (exact, folded):
        for choices in index.values():
            choices.sort(key=lambda choice: -len(choice[0]))
    return exact, folded


EXACT, FOLDED = _phrases()


class Reading:
    """A text as tokens; for each token its clause, its sentence, whether that is ``bare`` of accents, and a tag.

    A tag says what a word tells about its neighbours: one of the keys of LEXICON, or "".
    """

    def __init__(self, text: str):
        self.tokens = _tokens(text)
        self.clauses: list[int] = []
        self.sentences: list[int] = []
        self._part()
        self.bare = self._bareness()
        self.tags = self._tag()
        self.places = list(self._find_places())
        self._place_starts = {place.last: place.first for place in self.places}

    def __len__(self):
        return len(self.tokens)

    def has(self, index: int, words: Words) -> bool:
        """Whether the token is one of ``words``; False outside the text."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        return token.low in words.exact or (self.bare[index] and token.key in words.folded)

    def low(self, index: int) -> str:
        return self.tokens[index].low if 0 <= index < len(self.tokens) else ""

    def shape(self, index: int) -> str:
        return self.tokens[index].shape if 0 <= index < len(self.tokens) else ""

    def tag(self, index: int) -> str:
        return self.tags[index] if 0 <= index < len(self.tags) else ""

    def glued(self, index: int) -> bool:
        """Whether the token stands right behind the one before it, without a space."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def number(self, index: int) -> int | None:
        """The value of a number of up to four digits."""
        token = self.tokens[index] if 0 <= index < len(self.tokens) else None
        return int(token.low) if token and token.shape == "n" and len(token.low) <= 4 else None

    def nearest(self, index: int, tags, reach: int, *, within_sentence: bool = True) -> str:
        """The nearest of ``tags`` among the ``reach`` tokens to the left, or ""."""
        for at in range(index - 1, max(-1, index - reach), -1):
            if within_sentence and self.sentences[at] != self.sentences[index]:
                break
            if self.tags[at] in tags:
                return self.tags[at]
        return ""

    def followed_by_office(self, index: int) -> bool:
        """Whether an office or an official act is named right behind the token, in the same sentence."""
        end = min(index + 6, len(self.tokens))
        same = (at for at in range(index + 1, end) if self.sentences[at] == self.sentences[index])
        return any(self.tags[at] in ("title", "act") for at in same)

    def place_start(self, last: int) -> int | None:
        """The first token of the place or organisation that ends in the token ``last``, if one does."""
        return self._place_starts.get(last)

    # -- parts of the text

    def _part(self):
        clause = sentence = 0
        for index, token in enumerate(self.tokens):
            breaks = token.low in BREAKS and not (self.glued(index) and self.glued(index + 1))
            if breaks and not (index and self.low(index - 1) in BREAKS):
                clause += 1
            self.clauses.append(clause)
            self.sentences.append(sentence)
            if token.low == "\n" or (token.low in ".!?;" and not self.glued(index + 1)):
                sentence += 1

    def _bareness(self) -> list[bool]:
        words: dict[int, int] = {}
        accented = set()
        for token, sentence in zip(self.tokens, self.sentences, strict=True):
            if token.shape not in "np":
                words[sentence] = words.get(sentence, 0) + 1
                if token.low != token.key:
                    accented.add(sentence)
        return [words.get(sentence, 0) >= 3 and sentence not in accented for sentence in self.sentences]

    # -- what the words say

    def _tag(self) -> list[str]:
        tags = [""] * len(self.tokens)
        index = 0
        while index < len(self.tokens):
            length, tag = self._phrase_at(index)
            tags[index : index + length] = [tag] * length
            index += length
        return tags

    def _phrase_at(self, index) -> tuple[int, str]:
        """The longest phrase that begins at the token: (number of tokens, tag)."""
        token, best = self.tokens[index], (1, "")
        for words, tag in EXACT.get(token.low, ()):
            if all(self.low(index + step) == word for step, word in enumerate(words)):
                best = len(words), tag
                break
        if self.bare[index] and not self._capital_inside(index):
            for words, tag in FOLDED.get(token.key, ()):
                if len(words) > best[0] or not best[1]:
                    here = self.tokens[index : index + len(words)]
                    if tuple(t.key for t in here) == words:
                        return len(words), tag
        return best

    def _capital_inside(self, index) -> bool:
        """Whether a capital begins the token amid small letters: without accents it is "Chau", the family name."""
        inside = index and self.sentences[index - 1] == self.sentences[index] and self.shape(index - 1) in ("w", "C")
        return bool(inside) and self.shape(index) == "C" and self.shape(index + 1) == "C"

    def _find_places(self) -> Iterator[Span]:
        """(first, last, tag) of every "thôn 5", "Trường THCS Hồng Thái"; a marker that names no place loses its tag."""
        index = 0
        while index < len(self.tokens):
            tag = self.tags[index]
            if tag not in PLACES:
                index += 1
                continue
            behind = index
            while self.tag(behind) in PLACES:
                behind += 1
            end = self._place_end(behind + (self.low(behind) in ("số", "so", "“", '"')), tag)
            if end:
                self.tags[index:end] = [tag] * (end - index)
                yield Span(index, end - 1, tag)
                index = end
            else:
                self.tags[index:behind] = [""] * (behind - index)
                index = behind

    def _place_end(self, index, tag) -> int | None:
        """The end of a proper name or number that begins at ``index``. What follows it may be a person's name."""
        if self.shape(index) == "n":
            letter = self.glued(index + 1) and self.shape(index + 1) in ("I", "w")
            return index + 1 + letter
        named_for_person = tag in ("school", "org") and self.has(index, SURNAME)
        end = index
        while end - index < (4 if named_for_person else 3) and self.shape(end) in CAPITALS:
            if self.shape(end) == "U" and self.tag(end) and (end > index or tag not in ("school", "org")):
                break
            if end > index and (self.tag(end) == "title" or (not named_for_person and self._begins_name(end, index))):
                break
            end += 1
        if end == index and self.bare[index - 1] and self.shape(index) == "w" and tag == "village":
            end = index + 1
        return end if end > index else None

    def _begins_name(self, index, place) -> bool:
        """Whether a person's name follows the place: "xã Hồng Thái Ma Văn C"."""
        names = SURE_NAME if index - place == 1 else SURNAME
        return self.has(index, names) and (index - place > 1 or self.shape(index + 1) in CAPITALS)
