"""The invented figures of a district. Consistent by construction: cases are children, drawn one by one and counted."""

from .draw import Child, Draw, Table, child
from .province import GROWTH, District

ANY_AGE = (0.24, 0.36, 0.40)
OLDEST = (0.0, 0.04, 0.96)

# Groups of Article 10: share of all children in special circumstances, share of girls, ages.
GROUPS = {
    "T3.07": (0.845, 0.42, ANY_AGE),
    "T3.04": (0.040, 0.48, (0.12, 0.36, 0.52)),
    "T3.05": (0.010, 0.52, (0.60, 0.25, 0.15)),
    "T3.06": (0.008, 0.48, (0.20, 0.40, 0.40)),
    "T3.08": (0.010, 0.50, ANY_AGE),
    "T3.11": (0.025, 0.45, OLDEST),
    "T3.16": (0.035, 0.48, ANY_AGE),
}
# Rare groups: children per 10,000, share of girls, ages.
RARE = {
    "T3.09": (1.20, 0.08, OLDEST),
    "T3.10": (0.15, 0.05, OLDEST),
    "T3.12": (0.35, 0.45, ANY_AGE),
    "T3.13": (0.10, 0.50, OLDEST),
    "T3.15": (0.12, 0.90, OLDEST),
    "T3.17": (0.12, 0.45, ANY_AGE),
}
SEXUALLY_ABUSED, DISABLED = "T3.14", "T3.07"
CARE = {"T3.04", "T3.05", "T3.06"}  # without parents: may be in alternative care
FORMS_OF_ABUSE = {"T6.07": 0.72, "T6.08": 0.18, "T6.09": 0.04, "T6.10": 0.06}
CAUSES_OF_DEATH = {"T6.19": 0.48, "T6.20": 0.24, "T6.21": 0.28}


def figures(options, district: District, draw: Draw, unusual: str | None) -> Table:
    """The figures of ``district``; ``unusual`` is the code of a warning rule that they shall break."""
    return _District(options, district, draw, unusual).fill()


class _District:
    """Fills one table, task by task."""

    def __init__(self, options, district, draw, unusual):
        self.place, self.draw, self.unusual = district, draw, unusual
        self.growth = GROWTH[draw.year]
        self.table = Table(options, girls=draw.rate("girls", 0.474, 0.486), minority=district.minority)
        self.put, self.tally = self.table.put, self.table.tally

    def fill(self) -> Table:
        self.population()
        self.law()
        self.resources()
        abused = self.abused()
        self.special_circumstances(sum("T6.07" in case for case in abused))
        self.plans()
        self.guidance()
        self.participation()
        self.communication()
        self.injuries()
        self.inspection()
        return self.table

    def population(self):
        draw, put = self.draw, self.put
        self.children = round(self.place.children * self.growth)
        self.under_6 = draw.share("under 6", self.children, 0.378, 0.392)
        self.under_5 = draw.share("under 5", self.under_6, 0.82, 0.84)
        self.aged_7 = draw.share("7 and over", self.children - self.under_6, 0.895, 0.91)
        aged_6_10 = draw.share("6 to 10", self.children, 0.308, 0.318)
        put("T0.01", self.children, (self.under_6, aged_6_10, self.children - self.under_6 - aged_6_10))
        put("T0.02", round(self.place.population * self.growth))
        put("T0.03", self.under_6)
        put("T0.04", self.under_5)
        put("T0.05", self.aged_7)
        self.poor = round(self.children * self.place.poor * (1 if self.growth == 1 else 1.06))
        put("T0.06", self.poor)
        put("T0.07", self.place.communes)

    def law(self):
        draw, put = self.draw, self.put
        documents = draw.number("documents", 8, 22)
        put("T1.01", documents)
        put("T1.02", min(documents, 2 + draw.cases("T1.02", 2)))
        put("T1.03", draw.cases("T1.03", 0.5))
        put("T1.04", draw.share("T1.04", self.under_5, 0.962, 0.993))
        put("T1.06", draw.share("T1.06", self.under_6, 0.965, 0.998))
        put("T1.08", draw.share("T1.08", self.place.communes, 0.86, 1.0))
        put("T1.09", draw.share("T1.09", self.place.communes, 9, 14))

    def resources(self):
        draw, put = self.draw, self.put
        plan = not draw.chance("no plan", 0.1)
        put("T2.01", plan)
        planned = draw.number("planned", 8, 16) if plan else 0
        put("T2.02", planned)
        put("T2.03", draw.share("T2.03", planned, 0.75, 1.0))
        allotted = draw.money("allotted", self.children * 0.018, self.children * 0.028)
        over = ("1.02", "1.06") if self.unusual == "R11" else ("0.93", "1.0")
        put("T2.05", allotted)
        put("T2.06", draw.money("spent", *(float(allotted) * float(rate) for rate in over)))
        put("T2.07", draw.money("mobilised", self.children * 0.008, self.children * 0.016))
        put("T2.08", draw.share("T2.08", self.children, 0.03, 0.07))

    def abused(self) -> list[Child]:
        """Child abuse of the year, 7 to 8 in 100,000 children; the forms may be several."""
        source, cases = self.draw.of_year("abuse"), self.draw.cases("abuse", self.children * 0.73e-4)
        if self.unusual == "R48":
            cases = max(cases, 2)
        found = []
        for number in range(cases):
            forms = set(source.choices(list(FORMS_OF_ABUSE), list(FORMS_OF_ABUSE.values())))
            if self.unusual == "R48" and number == 0:
                forms = {"T6.07"}
            if source.random() < 0.12:
                forms.add("T6.08")
            if source.random() < 0.93:
                forms.add("T6.14")
            found.append(self._child(source, "T6.06", *forms, girls=0.87, ages=(0.08, 0.27, 0.65)))
        for code in ("T6.06", "T6.14", *FORMS_OF_ABUSE):
            self.tally(code, found)
        detected = cases - (cases > 2 and source.random() < 0.4)
        prosecuted = round(detected * 0.65)
        self.put("T6.05", detected)
        self.put("T6.11", prosecuted)
        self.put("T6.12", source.randint(0, detected - prosecuted))
        self.put("T6.16", source.randint(0, cases))
        return found

    def special_circumstances(self, sexually_abused: int):
        source = self.draw.of_year("special")
        size = self.draw.share("special", self.children, 0.0104, 0.0136)
        groups = [
            (code, self.draw.cases(code, size * share) if share < 0.5 else round(size * share), girls, ages)
            for code, (share, girls, ages) in GROUPS.items()
        ]
        groups += [
            (code, self.draw.cases(code, self.children * per_10_000 / 10_000), girls, ages)
            for code, (per_10_000, girls, ages) in RARE.items()
        ]
        # Who was abused in the year is under management at its end, with some from earlier years.
        known = sexually_abused - 1 if self.unusual == "R48" else sexually_abused + self.draw.cases("T3.14", 0.8)
        groups.append((SEXUALLY_ABUSED, known, 0.88, (0.08, 0.27, 0.65)))
        children = [
            self._child(source, "T3.03", code, *self._also(source, code), girls=girls, ages=ages)
            for code, number, girls, ages in groups
            for _one in range(number)
        ]
        for code in ("T3.03", "T3.19", "T3.22", "T3.25", SEXUALLY_ABUSED, *GROUPS, *RARE):
            self.tally(code, children)

    def _also(self, source, code) -> set[str]:
        """What else a child of the group ``code`` is counted in: help received, sometimes a second group."""
        found = set()
        if source.random() < (0.02 if code == DISABLED else 0.1):
            found.add("T3.16" if code == DISABLED else DISABLED)
        if source.random() < 0.95:
            found.add("T3.19")
        if DISABLED in (code, *found) and source.random() < 0.8:
            found.add("T3.22")
        if code in CARE and source.random() < 0.7:
            found.add("T3.25")
        return found

    def plans(self):
        draw, put = self.draw, self.put
        put("T3.01", draw.share("T3.01", self.place.communes, 0.46, 0.66))
        put("T3.21", draw.share("T3.21", self.children, 0.04, 0.16))
        put("T3.23", draw.cases("T3.23", self.children / 4_000))
        put("T3.24", draw.share("T3.24", self.children, 0.36, 0.47))

    def guidance(self):
        draw, put = self.draw, self.put
        source = draw.of_year("labour")
        put("T4.01", 1)
        put("T4.02", draw.number("T4.02", 10, 38))
        put("T4.03", draw.share("T4.03", self.place.communes, 0.35, 0.62))
        workers = [
            self._child(source, "T4.05", *(["T4.06"] if source.random() < 0.85 else []), girls=0.35, ages=OLDEST)
            for _one in range(draw.cases("T4.05", self.children * 0.4e-4))
        ]
        self.tally("T4.05", workers)
        self.tally("T4.06", workers)
        married = [
            child(source, "T4.07", girls=0.95, minority=max(0.85, self.place.minority), ages=OLDEST)
            for _one in range(draw.cases("T4.07", self.children * self.place.minority * 1.6e-4))
        ]
        self.tally("T4.07", married)

    def participation(self):
        draw, put = self.draw, self.put
        forums = draw.number("forums", 1, max(2, self.place.communes // 2))
        events = draw.number("events", 12, 40)
        voices = draw.number("voices", 25, 180)
        put("T5.01", forums)
        put("T5.02", draw.share("T5.02", forums, 85, 150))
        put("T5.03", events)
        put("T5.04", draw.share("T5.04", events, 90, 220))
        put("T5.05", voices)
        put("T5.06", draw.share("T5.06", voices, 0.72, 0.98))
        put("T5.08", draw.number("T5.08", 0, 6))
        put("T5.09", draw.share("T5.09", self.aged_7, 0.05, 0.18))

    def communication(self):
        draw, put = self.draw, self.put
        events = draw.share("T6.01", self.place.communes, 5, 11)
        people = draw.share("T6.02", events, 45, 90)
        put("T6.01", events)
        put("T6.02", people)
        put("T6.03", draw.share("T6.03", people, 0.4, 0.62))
        put("T6.04", draw.number("T6.04", 2, 8))

    def injuries(self):
        source = self.draw.of_year("injuries")
        killed = [
            ("T6.18", source.choices(list(CAUSES_OF_DEATH), list(CAUSES_OF_DEATH.values()))[0])
            for _one in range(self.draw.cases("killed", self.children * 1.35e-4))
        ]
        hurt = [()] * self.draw.share("hurt", self.children, 0.0042, 0.0056)
        found = [self._child(source, "T6.17", *codes, girls=0.36, ages=(0.3, 0.34, 0.36)) for codes in killed + hurt]
        for code in ("T6.17", "T6.18", *CAUSES_OF_DEATH):
            self.tally(code, found)
        self.put("T6.23", self.draw.share("T6.23", self.children - self.under_6, 0.24, 0.42))
        self.put("T6.24", self.draw.share("T6.24", self.children, 0.03, 0.08))

    def inspection(self):
        draw, put = self.draw, self.put
        violations, letters = draw.cases("violations", 2.5), draw.cases("letters", 2)
        handled = draw.of_year("handled").randint((violations + 1) // 2, violations)
        put("T7.01", draw.number("T7.01", 3, 11))
        put("T7.02", draw.number("T7.02", 2, 7))
        put("T7.03", violations)
        put("T7.04", handled)
        put("T7.05", draw.money("fine", 1.5, 4.5) * handled)
        put("T7.06", letters)
        put("T7.07", max(0, letters - draw.cases("open", 0.3)))
        put("T7.08", 1)

    def _child(self, source, *codes, girls, ages) -> Child:
        return child(source, *codes, girls=girls, minority=self.place.minority, ages=ages)
