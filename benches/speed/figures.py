"""What a row comes to, and the table."""

from statistics import median


class Figure:
    """One line of the table. `values` are in the order they were measured; a ratio's are those of each pair."""

    def __init__(self, what, against, values, reach="", met=None, unit="", sides=""):
        self.what, self.against, self.values = what, against, values
        self.reach, self.met, self.unit, self.sides = reach, met, unit, sides

    def cells(self):
        shown = [self.shown(median(self.values)), self.shown(min(self.values)), self.shown(max(self.values))]
        met = {True: "yes", False: "no", None: ""}[self.met]
        return [self.what, self.against, *shown, self.reach, met, self.sides]

    def shown(self, value):
        if isinstance(value, int) or self.unit == "bytes":
            text = f"{value:,.0f}"
        else:
            text = f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"
        return f"{text} {self.unit}".strip()


HEAD = ["figure", "against", "median", "least", "most", "reach", "met", "the two sides"]


def ratio(what, against, ours, theirs, least=None, most=None, unit="/s"):
    """Of two sides measured in turn: the ratio of each pair, and whether their median is where it should be."""
    values = [one / other for one, other in zip(ours, theirs, strict=True)]
    reach, met = "", None
    if least is not None:
        reach, met = f"at least {least:.2f}", median(values) >= least
    if most is not None:
        reach, met = f"at most {most:g}", median(values) <= most
    return Figure(what, against, values, reach, met, sides=f"{rounded(median(ours))} : {rounded(median(theirs))} {unit}")


def rounded(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def in_turn(sides, repeats):
    """Measures several sides in turn, A B A B …, and returns what each gave."""
    results = [[] for _ in sides]
    for _ in range(repeats):
        for side, found in zip(sides, results, strict=True):
            found.append(side())
    return results


def markdown(figures):
    rows = [HEAD, ["---"] * len(HEAD), *(figure.cells() for figure in figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def plain(figures):
    rows = [HEAD, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"
