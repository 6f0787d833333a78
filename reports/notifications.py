"""Mails that the portal sends: the office is the sender, and a mail that cannot go out stops nothing."""

import logging
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from directives.choices import Role

from .choices import Action
from .models import Event, Petition, Receipt, Report

logger = logging.getLogger(__name__)


def receipt_given(receipt: Receipt) -> None:
    """Tell the body's people that their report was received: period, version, time, number of figures, fingerprint."""
    _tell_the_body(receipt.event.report, "receipt", {"receipt": receipt, "event": receipt.event})


def happened(event: Event) -> None:
    """A report changed hands: tell whom it concerns. Called inside the transaction of the step."""
    if event.action == Action.SUBMIT:
        transaction.on_commit(partial(receipt_given, event.receipt), robust=True)


def accepted(events: list[Event]) -> None:
    """Many reports were accepted at once."""


def petition_asked(petition: Petition) -> None:
    """A body asks for something: tell the officers."""


def petition_decided(petition: Petition) -> None:
    """Tell the body's people what the lead department answered, and what comes next."""
    _tell_the_body(petition.report, "petition_decided", {"petition": petition})


def _tell_the_body(report: Report, name: str, context: dict) -> None:
    """One mail to each of the body's people with an address: ``templates/emails/<name>.txt``, always in Vietnamese."""
    people = report.body.people.filter(is_active=True, role__in=(Role.REPORTER, Role.SIGNATORY)).exclude(email="")
    with translation.override("vi"):
        extra = {"report": report, "office": report.period.lead_name}
        text = render_to_string(f"emails/{name}.txt", context | extra)
    _send(text, [person.email for person in people])


def _send(text: str, recipients: list[str]) -> None:
    """``text``: the subject in its first line. One mail each: nobody reads the others' addresses."""
    if not settings.MAIL_CONFIGURED:
        return
    subject, _line, body = text.strip().partition("\n")
    for recipient in recipients:
        try:
            EmailMessage(subject.strip(), body.strip() + "\n", to=[recipient]).send()
        except OSError as error:  # SMTP's own errors are OSErrors too
            logger.warning("a mail could not be sent: %s", type(error).__name__)
