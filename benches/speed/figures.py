"""What a row comes to, and the table."""

from statistics import median


class Figure:
    """One line of the table. `values` are in the order they were measured; a ratio's are those of each pair, and its
    `middle` is given. `met` is given for each step of the reach."""

    def __init__(self, what, against, values, reach="", met=(), unit="", sides="", middle=None):
        self.what, self.against, self.values = what, against, values
        self.middle = median(values) if middle is None else middle
        self.reach, self.met, self.unit, self.sides = reach, met, unit, sides

    def cells(self):
        shown = [self.shown(self.middle), self.shown(min(self.values)), self.shown(max(self.values))]
        met = ", then ".join("yes" if each else "no" for each in self.met)
        return [self.what, self.against, *shown, self.reach, met, self.sides]

    def shown(self, value):
        if isinstance(value, int) or self.unit == "bytes":
            text = f"{value:,.0f}"
        else:
            text = f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"
        return f"{text} {self.unit}".strip()


HEAD = ["figure", "against", "median", "least", "most", "reach", "met", "the two sides"]


def ratio(what, against, ours, theirs, least=(), most=None, unit="/s"):
    """Of two sides measured in turn: the ratio of their medians, whether it is where it should be (at least, in one step or
    several, or at most), and the ratio of each pair."""
    values = [one / other for one, other in zip(ours, theirs, strict=True)]
    middle = median(ours) / median(theirs)
    reach, met = "", [middle >= step for step in least]
    if least:
        reach = "at least " + ", then ".join(f"{step:.2f}" for step in least)
    if most is not None:
        reach, met = f"at most {most:g}", [middle <= most]
    sides = f"{rounded(median(ours))} : {rounded(median(theirs))} {unit}"
    return Figure(what, against, values, reach, met, sides=sides, middle=middle)


def rounded(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def in_turn(sides, repeats):
    """Measures several sides in turn, A B B A A B …, so that a drift falls on all of them, and returns what each gave."""
    results = [[] for _ in sides]
    turn = list(zip(sides, results, strict=True))
    for _ in range(repeats):
        for side, found in turn:
            found.append(side())
        turn.reverse()
    return results


def markdown(figures):
    rows = [HEAD, ["---"] * len(HEAD), *(figure.cells() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def plain(figures):
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"
