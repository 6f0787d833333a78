"""What is asked and on what ground: the chain of instruments, the tasks in their own words, the indicators."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .models import Catalogue, Directive, Obligation, indicators_of, rules_of


def current_catalogue() -> Catalogue | None:
    """The newest edition of the newest directive that asks for reports."""
    return Catalogue.objects.select_related("directive").order_by("-loaded_at", "-pk").first()


def _grounds(obligation: Obligation) -> list[Directive]:
    """The grounds, and the directive itself also while it has no date and cannot be cited yet."""
    grounds = obligation.grounds()
    return grounds if obligation.directive in grounds else [*grounds, obligation.directive]


@require_safe
def documents(request):
    catalogue = current_catalogue()
    obligation = Obligation.objects.filter(directive=catalogue.directive).first() if catalogue else None
    context = {
        "obligation": obligation,
        "grounds": _grounds(obligation) if obligation else [],
        "tasks": catalogue.tasks.prefetch_related("citation_set__directive") if catalogue else [],
        "today": timezone.localdate(),
    }
    return render(request, "directives/documents.html", context)


@require_safe
def indicators(request):
    catalogue = current_catalogue()
    context = {
        "catalogue": catalogue,
        "indicators": indicators_of(catalogue.pk) if catalogue else (),
        "rules": [rule for rule, _linear in rules_of(catalogue.pk)] if catalogue else [],
        "titles": {task.number: task.title for task in catalogue.tasks.all()} if catalogue else {},
    }
    return render(request, "directives/indicators.html", context)
