"""What a notebook hands to its report: the last line of a cell makes one of these.

Each shows itself in JupyterLab without any style sheet of ours, as plain text elsewhere,
and carries a payload from which the report is made. Everything in it is data: a name
that looks like markup, a formula or mathematics is shown as written.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from segkit.checks import check_number, fail
from segkit.errors import NothingToShow
from segkit.i18n import get_currency
from segkit.report import jupyter
from segkit.report.cells import Grid, make_grid
from segkit.report.downloads import csv_text
from segkit.report.notes import Note, nothing_to_show, said_instead
from segkit.tables.base import Column, Table

MIME = "application/vnd.segkit.v1+json"


class Element:
    """Anything a cell can end in so that the report shows it."""

    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """Give the content as JSON, for the report."""
        return {"kind": self.kind, **asdict(self)}  # type: ignore[call-overload]

    def _html(self) -> str:
        raise NotImplementedError

    def _text(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show the element: HTML and text for a person, the payload for the report."""
        return {
            "text/plain": self._text(),
            "text/html": jupyter.frame(self._html()),
            MIME: self.payload(),
        }


@dataclass(frozen=True)
class Kpi:
    """One large number of the cover and the few words under it."""

    value: str
    label: str


@dataclass(frozen=True)
class Cover(Element):
    """The head of the report: a headline that is the answer, a lede, three to six numbers.

    Parameters
    ----------
    headline
        The answer in one sentence; at most 90 characters in English, 34 in Chinese.
    lede
        One or two sentences under it.
    period
        What span of time the data cover, as a reader writes it.
    kpis
        Three to six numbers with a label each.

    Examples
    --------
    >>> cover = Cover("A fifth of customers brings two thirds of revenue", "23,570 customers.",
    ...               "1997", [Kpi("67.8 %", "of revenue from the top 20 %")])
    >>> cover.payload()["kind"]
    'cover'
    """

    headline: str
    lede: str
    period: str = ""
    kpis: Sequence[Kpi] = ()
    kind: ClassVar[str] = "cover"

    def _html(self) -> str:
        return jupyter.cover(self.headline, self.lede, [(k.value, k.label) for k in self.kpis])

    def _text(self) -> str:
        numbers = [f"{k.value}  {k.label}" for k in self.kpis]
        return "\n".join([self.headline, self.lede, *numbers])


@dataclass(frozen=True)
class Finding:
    """A number, the sentence it opens, the evidence with its uncertainty, and an action.

    ``figure`` names the plot that shows it, such as ``"lorenz"`` for ``plot_lorenz``: slides
    put the two side by side.
    """

    number: str
    title: str
    evidence: str
    action: str
    figure: str = ""

    def __post_init__(self) -> None:
        """Hold to the rule: no finding without an action, no action without a number."""
        for name in ("number", "title", "action"):
            if not str(getattr(self, name)).strip():
                fail("Finding", name, "some text", getattr(self, name))


@dataclass(frozen=True)
class Findings(Element):
    """The summary of the report: three to seven findings, the weightiest first."""

    items: Sequence[Finding]
    kind: ClassVar[str] = "findings"

    def _html(self) -> str:
        rows = [(f.number, f.title, f.evidence, f.action) for f in self.items]
        return jupyter.findings(rows)

    def _text(self) -> str:
        return "\n".join(f"{f.number} {f.title}. {f.evidence} → {f.action}" for f in self.items)


@dataclass(frozen=True)
class FigureElement(Element):
    """A figure drawn for a wide and for a narrow page, with its words and its numbers."""

    title: str
    subtitle: str
    alt: str
    svg: str = field(repr=False)
    svg_narrow: str = field(repr=False)
    csv: str = field(default="", repr=False)
    source: str = ""
    png: str = field(default="", repr=False)  # in base64, for slides; not on the page
    name: str = ""  # for files, the same in each language
    kind: ClassVar[str] = "figure"

    def _html(self) -> str:
        return jupyter.figure(self.title, self.subtitle, self.svg, self.alt, self.source)

    def _text(self) -> str:
        return f"{self.title}. {self.subtitle}. {self.alt}"


@dataclass(frozen=True)
class TableElement(Element):
    """A table: values for sorting and files, texts for reading."""

    title: str
    source: str
    grid: Grid = field(repr=False)
    name: str = ""  # for files, the same in each language
    kind: ClassVar[str] = "table"

    def payload(self) -> dict[str, Any]:
        """Give the content as JSON; the CSV holds all rows even where the page shows fewer."""
        grid = asdict(self.grid)
        shown = self.grid.shown
        grid["values"], grid["texts"] = self.grid.values[:shown], self.grid.texts[:shown]
        names = [column.name for column in self.grid.columns]
        text = csv_text(names, self.grid.values)
        about = {"name": self.name, "title": self.title, "source": self.source}
        return {"kind": self.kind, **about, "csv": text, **grid}

    def _html(self) -> str:
        return jupyter.table(self.title, self.grid, self.source)

    def _text(self) -> str:
        heads = "\t".join(column.label for column in self.grid.columns)
        return "\n".join([heads, *("\t".join(row) for row in self.grid.texts[: self.grid.shown])])


@dataclass(frozen=True)
class Limits(Element):
    """What these data cannot say, one sentence each."""

    sentences: Sequence[str]
    kind: ClassVar[str] = "limits"

    def __post_init__(self) -> None:
        """Take a single sentence for a list of one."""
        if isinstance(self.sentences, str):
            object.__setattr__(self, "sentences", (self.sentences,))

    def _html(self) -> str:
        return jupyter.limits(list(self.sentences))

    def _text(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Results(Element):
    """The headline numbers by name, for ``run.json`` and for comparing runs."""

    values: Mapping[str, float | int | str | None]
    kind: ClassVar[str] = "results"

    def payload(self) -> dict[str, Any]:
        """Give the numbers as plain JSON; what is not a finite number becomes null."""
        return {"kind": self.kind, "values": {str(n): _plain(v) for n, v in self.values.items()}}

    def _html(self) -> str:
        return jupyter.pairs([(name, _plain(value)) for name, value in self.values.items()])

    def _text(self) -> str:
        return "\n".join(f"{name}: {_plain(value)}" for name, value in self.values.items())


@dataclass(frozen=True)
class DataElement(Element):
    """Which data the run read, so that every number can be traced to them."""

    name: str
    rows: int
    customers: int | None = None
    sha256: str = ""
    origin: str = ""
    currency: str = ""
    kind: ClassVar[str] = "data"

    def _html(self) -> str:
        known = [(key, value) for key, value in asdict(self).items() if value not in (None, "")]
        return jupyter.pairs(known)

    def _text(self) -> str:
        return f"{self.name}: {self.rows:,} rows; sha256 {self.sha256 or 'unknown'}"


def _plain(value: Any) -> Any:
    """Bring a number of numpy or Python to JSON; nan and infinity have no place there."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not (-1e308 < value < 1e308):
        return None
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def show_figure(plot: Any, result: Any, *, source: str = "") -> FigureElement | Note | None:
    """Draw a figure for the report, wide and narrow, with its caption.

    Use it as the last line of a cell. The figure's own ``describe`` gives title, subtitle,
    text alternative and the plotted numbers; data with nothing to show give a sentence instead.

    Parameters
    ----------
    plot
        A plot function of :mod:`segkit.figures`.
    result
        What it draws; None where there is nothing to draw, and then nothing is shown.
    source
        Where the data come from, for the line under the figure.
    """
    from segkit.figures.base import draw, to_small_png, to_svg

    if result is None or (instead := said_instead(result)):
        return None if result is None else instead
    try:
        words = plot.describe(result)
    except NothingToShow:
        return nothing_to_show()
    plotted = make_grid(words.data, None, shown=None)
    wide = draw(plot, result)
    return FigureElement(
        title=words.title,
        subtitle=words.subtitle,
        alt=words.alt,
        svg=to_svg(wide),
        svg_narrow=to_svg(draw(plot, result, narrow=True)),
        csv=csv_text([column.name for column in plotted.columns], plotted.values),
        source=source,
        png=base64.b64encode(to_small_png(wide)).decode("ascii"),
        name=getattr(plot, "__name__", "").removeprefix("plot_"),
    )


def show_table(
    frame: Any,
    *,
    columns: Sequence[Column] | None = None,
    title: str = "",
    source: str = "",
    max_rows: int = 100,
) -> TableElement | Note:
    """Show a table in the report.

    Parameters
    ----------
    frame
        A :class:`segkit.tables.base.Table`, which brings its columns and its title, or a
        pandas, polars, pyarrow or Ibis table. Of a ``Missing`` the reason is shown.
    columns
        Which columns in which order, with label, kind and decimals; all when left out.
    title
        What the table shows.
    source
        Where the data come from, for the line under the table.
    max_rows
        How many rows the page shows; the download holds all.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"segment": ["Key value"], "share": [0.229]})
    >>> columns = [Column("segment", "Segment"), Column("share", "Share", kind="percent")]
    >>> show_table(frame, columns=columns).payload()["texts"]
    [['Key value', '22.9\u202f%']]
    """
    check_number("show_table", "max_rows", max_rows, low=1, whole=True)
    if instead := said_instead(frame):
        return instead
    name = ""
    if isinstance(frame, Table):
        columns, title = columns or frame.columns, title or frame.title
        name, frame = frame.name, frame.frame
    grid = make_grid(frame, columns, shown=max_rows)
    return TableElement(title=title, source=source, grid=grid, name=name)


def show_data(
    name: str,
    *,
    rows: int,
    customers: int | None = None,
    sha256: str = "",
    origin: str = "",
) -> DataElement:
    """State which data the run read, and their currency, in the footer and in ``run.json``.

    Parameters
    ----------
    name
        Dataset or file name, without its folder.
    rows, customers
        How many transactions and customers were read.
    sha256
        Hash of the file as 64 hexadecimal digits.
    origin
        Where the data come from, in words.
    """
    rows = int(check_number("show_data", "rows", rows, low=0, whole=True))
    return DataElement(name, rows, customers and int(customers), sha256, origin, get_currency())
