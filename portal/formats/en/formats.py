"""The English screen keeps the figures and dates of the Vietnamese documents: one portal, one way to type."""

from portal.formats.vi.formats import *  # noqa: F403

DATE_FORMAT = "j F Y"
