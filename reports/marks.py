"""One letter a task: what a sending says about each task of its period, for the officers' board. Pure.

``Report.task_marks`` keeps the letters in the order of the period's tasks, written where the status changes; the
board counts and filters by them in the database. ``A`` answered, ``N`` nothing arose, ``M`` something owed is
missing, ``X`` outside the body's functions, ``R`` returned. Without letters nothing is there.
"""

from collections.abc import Collection, Mapping

from .answers import Cell
from .choices import TaskState

LETTERS = {
    "A": TaskState.ANSWERED,
    "N": TaskState.NOTHING,
    "M": TaskState.MISSING,
    "X": TaskState.NOT_OWED,
    "R": TaskState.RETURNED,
}
LETTER = {state: letter for letter, state in LETTERS.items()}


def marks_in(content: Mapping, tasks: Collection[int], owed: Collection) -> str:
    """The letters of a sending (``sheets.content_of``); ``owed``: the typed indicators on the body's form.

    A task is answered when every figure owed for it is given, missing when one is not. Where a task asks for no
    figure its text answers it.
    """
    return "".join(_mark(content, task, [i for i in owed if i.task_number == task]) for task in tasks)


def _mark(content, task: int, owed) -> str:
    texts = content["tasks"].get(str(task), {})
    if texts.get("not_ours"):
        return "X"
    said = [content["figures"].get(str(Cell(indicator.code))) for indicator in owed]
    if not said:
        return "A" if texts.get("results", "").strip() else "M"
    if None in said:
        return "M"
    return "N" if all(figure["nothing"] for figure in said) else "A"


def returned(marks: str, tasks: Collection[int], named: Collection[int | None]) -> str:
    """The letters after a return: the tasks ``named`` in its points, or all where it has none."""
    return "".join("R" if not named or task in named else letter for task, letter in zip(tasks, marks, strict=True))
