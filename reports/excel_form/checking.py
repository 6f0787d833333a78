"""The checks that a spreadsheet can make while it is filled in: validations and conditional formats.

From the same sources as the portal's own checks: the limits of ``numbers``, the of-which and the ages of
``checks``, the linear rules of the period's edition with their sentences. They colour, they never block.
"""

from collections import defaultdict

from openpyxl.worksheet.worksheet import Worksheet

from directives.choices import AGES, Option, Severity, ValueType

from ..answers import DETAIL, ESTIMATE, NOTHING
from ..numbers import DECIMALS, WHOLE_DIGITS
from .asked import Form, Place
from .cells import takes
from .columns import COMPUTED, NO, TICK, YES
from .looks import AMBER, RED, WORDS, mark, validation

OPPOSITE = {"<=": ">", ">=": "<", "=": "<>"}
LARGEST = str(10**WHOLE_DIGITS - 1)


def check_figures(sheet: Worksheet, form: Form, letters: dict[str, str], rows: dict[str, int]) -> None:
    """``letters``: {column of the form: its letter}; ``rows``: {code: its row}."""
    typed = [indicator for indicator in form.indicators.values() if not indicator.computed]
    _validate_figures(sheet, form, letters, rows, typed)
    if not rows:
        return
    first, last = min(rows.values()), max(rows.values())
    options = [letters[option] for option in form.options]
    total, parts = options[0], options[1:]
    numbers = f"{options[0]}{first}:{options[-1]}{last}"
    if parts:
        area = f"{parts[0]}{first}:{parts[-1]}{last}"
        part, whole = f"{parts[0]}{first}", f"${total}{first}"
        mark(sheet, area, f"AND(ISNUMBER({part}),ISNUMBER({whole}),{part}>{whole})", RED)
        mark(sheet, area, f"AND(ISNUMBER({part}),ISBLANK({whole}))", RED)
    if all(age in letters for age in AGES):
        ages, whole = f"${letters[AGES[0]]}{first}:${letters[AGES[-1]]}{first}", f"${total}{first}"
        area = f"{letters[AGES[0]]}{first}:{letters[AGES[-1]]}{last}"
        mark(
            sheet,
            area,
            f"AND(ISNUMBER({whole}),OR(AND(COUNT({ages})=3,SUM({ages})<>{whole}),AND(COUNT({ages})=2,SUM({ages})>{whole})))",
            RED,
        )
    box = letters[NOTHING]
    across = f"${options[0]}{first}:${options[-1]}{first}"
    mark(sheet, f"{box}{first}:{box}{last}", f"AND(NOT(ISBLANK({box}{first})),COUNT({across})>0)", RED)
    _mark_words(sheet, letters, rows, typed, numbers)
    _mark_rules(sheet, form, total, rows)


def _mark_words(sheet, letters, rows, typed, numbers) -> None:
    """A text where a number goes is looked at again at the upload; a yes wants its document."""
    total, detail = letters[Option.TOTAL], letters[DETAIL]
    for indicator in typed:
        row = rows[indicator.code]
        if indicator.value_type == ValueType.YES_NO:
            mark(sheet, f"{detail}{row}", f'AND({total}{row}="{YES}",ISBLANK({detail}{row}))', AMBER)
    first = numbers.partition(":")[0]
    meant = ",".join(f'{first}<>"{word}"' for word in (YES, NO, COMPUTED))
    mark(sheet, numbers, f"AND(ISTEXT({first}),{meant})", WORDS)


def _mark_rules(sheet, form: Form, total: str, rows: dict[str, int]) -> None:
    """Each broken rule colours the totals on its left side: red for an error, amber for what wants a reason."""
    for rule, linear in form.rules:
        cells = {code: f"${total}${rows[code]}" for code in linear.codes}
        sides = ["+".join(cells[code] for code in side) for side in (linear.left, linear.right)]
        given = ",".join(f"ISNUMBER({cell})" for cell in cells.values())
        broken = f"AND({given},{sides[0]}{OPPOSITE[linear.compare]}{sides[1]})"
        for code in linear.left:
            mark(sheet, f"{total}{rows[code]}", broken, RED if rule.severity == Severity.ERROR else AMBER)


def _validate_figures(sheet, form: Form, letters, rows, typed) -> None:
    """One validation per kind of value; a total that rules speak of has its own, with their sentences."""
    told = defaultdict(list)
    for rule, linear in form.rules:
        for code in dict.fromkeys(linear.codes):
            told[code].append(rule.message_vi)
    shared = {kind: validation(**settings) for kind, settings in _kinds().items()}
    for indicator in typed:
        row = rows[indicator.code]
        for option in indicator.options:
            cell = f"{letters[option]}{row}"
            if option == Option.TOTAL and told[indicator.code]:
                prompt = " ".join(told[indicator.code])
                own = validation(
                    **_kinds()[indicator.value_type],
                    promptTitle=f"{indicator.code} ({indicator.unit})"[:32],
                    prompt=prompt,
                )
                own.add(cell)
                sheet.add_data_validation(own)
            else:
                shared[indicator.value_type].add(cell)
        for name in (NOTHING, ESTIMATE):
            if takes(indicator, name):
                shared["box"].add(f"{letters[name]}{row}")
    for each in shared.values():
        if each.sqref:
            sheet.add_data_validation(each)


def _kinds() -> dict[str, dict]:
    """{kind of value: how a spreadsheet checks it}; the sentences say how to put it right."""
    amount = {"kind": "decimal", "operator": "between", "formula1": "0"}
    return {
        ValueType.COUNT: {
            "kind": "whole",
            "operator": "between",
            "formula1": "0",
            "formula2": LARGEST,
            "error": "Chỉ tiêu này đếm trọn từng đơn vị: hãy ghi số nguyên từ 0 trở lên, không ghi chữ.",
        },
        ValueType.MONEY: amount
        | {
            "formula2": LARGEST,
            "error": f"Hãy ghi số tiền từ 0 trở lên, nhiều nhất {DECIMALS['money']} chữ số lẻ, không ghi chữ.",
        },
        ValueType.RATE: amount | {"formula2": LARGEST, "error": "Hãy ghi một số từ 0 trở lên, không ghi chữ."},
        # Text is let through after a warning: a share under one percent has to be written as "0,5 %".
        ValueType.PERCENT: amount
        | {
            "formula2": "100",
            "errorStyle": "warning",
            "error": "Hãy ghi tỷ lệ từ 0 đến 100: 12,5 % thì ghi 12,5. Tỷ lệ không quá 1 %: ghi dạng chữ '0,5 %.",
        },
        ValueType.YES_NO: {
            "kind": "list",
            "formula1": f'"{YES},{NO}"',
            "error": "Hãy chọn Có hoặc Không; số, ngày văn bản ghi ở cột “Ghi chú”.",
        },
        "box": {
            "kind": "list",
            "formula1": f'"{TICK},không"',
            "error": "Hãy ghi x để đánh dấu, hoặc để trống; “không” để bỏ dấu đã có.",
        },
    }


def check_texts(sheet: Worksheet, form: Form, letter: str, rows: dict[Place, int]) -> None:
    """A task is either reported on or declared outside the body's functions, with the reason."""
    box = validation(**_kinds()["box"])
    for line in form.texts:
        if line.box and line.place in rows:
            box.add(f"{letter}{rows[line.place]}")
            reason = rows.get((line.section, f"{line.name}_reason"))
            if reason:
                formula = f"AND(NOT(ISBLANK({letter}{rows[line.place]})),ISBLANK({letter}{reason}))"
                mark(sheet, f"{letter}{reason}", formula, AMBER)
    if box.sqref:
        sheet.add_data_validation(box)
