"""Where a table begins: its header, below the titles that exports put above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segkit.checks import listed
from segkit.collect.columns.value_names import count_values, is_record
from segkit.errors import DataError
from segkit.i18n import format_number, ngettext

#: How far down a header is looked for.
DEPTH = 30
#: What the column of a cell without text in the header is called until it is known to be empty.
UNNAMED = "segkit_unnamed_"


@dataclass(frozen=True)
class Header:
    """The names of a table's columns, the record they stand in, and the rows above it.

    ``above`` are the rows with titles, counted from 1; what they say stays in the file, because
    it may be the name and telephone number of who made it.
    """

    names: tuple[str, ...]
    index: int
    above: tuple[int, ...]

    @property
    def note(self) -> str:
        """Tell the reader of a report what was left out above the header; else nothing."""
        if not self.above:
            return ""
        text = ngettext(
            "Row {first} of the file, a title above the header, was left out.",
            "{n} rows of titles above the header were left out, from row {first} to row {last} "
            "of the file.",
            len(self.above),
        )
        return text.format(
            n=format_number(len(self.above)),
            first=format_number(self.above[0]),
            last=format_number(self.above[-1]),
        )


def shown_text(text: str, limit: int = 40) -> str:
    """Show a text of a file in a sentence: on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def find_header(records: Sequence[Sequence[str]], *, where: str) -> Header:
    """Find the header among the first records of a file.

    It is the first record in which more than half of the table's columns have a name. Records
    above it are titles, such as those that a merged cell leaves behind; but where what was found
    looks like values, nothing stands above, and the first record is the header.

    Parameters
    ----------
    records : sequence of records
        Texts without white space around them; a cell without content is an empty text.
    where : str
        Who asks and about which file, for the wording of an error.

    Raises
    ------
    DataError
        If there is no record, or names are repeated.

    Examples
    --------
    >>> find_header([["Sales 2024", ""], ["", ""], ["id", "paid"], ["1", "3"]], where="x").above
    (1,)
    """
    filled = [(i, [cell for cell in record if cell]) for i, record in enumerate(records[:DEPTH])]
    filled = [(i, cells) for i, cells in filled if cells]
    if not filled:
        raise DataError(f"{where} has no header: its first rows are empty. Export it again.")
    width = _width(records)
    wide = next((one for one in filled if len(one[1]) * 2 > width), filled[0])
    values = count_values(wide[1])
    # More than half of them: 2024年销售额 is the name of a column too.
    index, _cells = filled[0] if values * 2 > len(wide[1]) else wide
    above = tuple(i + 1 for i, _cells in filled if i < index)
    names = list(records[index])
    _refuse_repeated([cell for cell in names if cell], names, where)
    named = [name or f"{UNNAMED}{i}" for i, name in enumerate(names, start=1)]
    return Header(tuple(named), index, above)


def _width(records: Sequence[Sequence[str]]) -> int:
    """Give how many columns most records use, the more the better where it is a draw."""
    widths = [
        max(i for i, cell in enumerate(record, start=1) if cell)
        for record in records
        if any(record)
    ]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _refuse_repeated(cells: list[str], names: list[str], where: str) -> None:
    # Engines take letter case for nothing, so that Paid and paid would be one column.
    lower = [cell.lower() for cell in cells]
    twice = list(dict.fromkeys(cell for cell in lower if lower.count(cell) > 1))
    if not twice:
        return
    parts = []
    for one in twice:
        places = [i for i, name in enumerate(names, start=1) if name.lower() == one]
        columns = f"columns {listed(places)}"
        parts.append(columns if is_record(cells) else f"{names[places[0] - 1]!r} ({columns})")
    raise DataError(
        f"{where} has a header with repeated names: {', '.join(parts)}. "
        "Give every column a name of its own."
    )


def unnamed_fault(name: str, row: int, where: str) -> DataError:
    """Word what is wrong with a column that has values but no name; none of them is quoted."""
    place = name.removeprefix(UNNAMED)
    return DataError(
        f"{where} has a header without a name for column {place}, which has values, the first "
        f"in row {row:,}. Give every column a name of its own."
    )


def join_notes(*notes: str) -> tuple[str, ...]:
    """Keep the notes that say something."""
    return tuple(note for note in notes if note)
