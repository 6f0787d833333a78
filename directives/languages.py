"""Names kept in two languages: Vietnamese is the official one and the one that is never missing."""

from django.utils import translation


def in_screen_language(vietnamese: str, english: str) -> str:
    """The English name on an English screen where there is one, else the Vietnamese name."""
    return english if english and translation.get_language() == "en" else vietnamese
