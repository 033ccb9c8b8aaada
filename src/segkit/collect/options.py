"""How a file is to be read, where its own signs do not tell."""

from __future__ import annotations

from dataclasses import dataclass

from segkit.checks import check_choice, fail

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "latin-1")
DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
DATE_ORDERS = ("ymd", "dmy", "mdy")


@dataclass(frozen=True)
class ReadOptions:
    """What to take for granted about a file instead of finding it out.

    Everything left at None is found from the file itself, and an answer that the file does
    not give is asked for by an error rather than guessed.

    Parameters
    ----------
    encoding : str, optional
        ``"utf-8"``, ``"utf-8-sig"``, ``"utf-16"``, ``"gb18030"`` (also GBK and GB2312) or
        ``"latin-1"``.
    delimiter : str, optional
        What stands between the fields of a text file: ``","``, ``";"``, a tab or ``"|"``.
    sheet : str, optional
        Name of the sheet of a workbook; else the only one that is not empty.
    decimal : {".", ","}, optional
        The sign before the decimals; the other one, a space or an apostrophe groups thousands.
    date_order : {"ymd", "dmy", "mdy"}, optional
        How numeric dates such as 03/04/2024 are to be read.

    Raises
    ------
    ArgumentError
        If a value is none of these.

    Examples
    --------
    >>> ReadOptions(encoding="gb18030", date_order="dmy").date_order
    'dmy'
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    decimal: str | None = None
    date_order: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that no reader knows."""
        choices = {
            "encoding": ENCODINGS,
            "delimiter": DELIMITERS,
            "decimal": DECIMALS,
            "date_order": DATE_ORDERS,
        }
        for name, known in choices.items():
            if getattr(self, name) is not None:
                check_choice("ReadOptions", name, getattr(self, name), known)
        if self.sheet is not None and not isinstance(self.sheet, str):
            fail("ReadOptions", "sheet", "the name of a sheet", self.sheet)
