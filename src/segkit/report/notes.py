"""A sentence between figures that a result says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from segkit.i18n import _


@dataclass(frozen=True)
class Note:
    """Sentences of a result, one paragraph a line; what looks like markup is shown as written."""

    text: str
    is_warning: bool = False

    def __repr__(self) -> str:
        """Show the sentences."""
        return self.text

    def _repr_html_(self) -> str:
        lines = (line for line in self.text.splitlines() if line.strip())
        words = Markup().join(Markup("<p>{}</p>").format(escape(line)) for line in lines)
        if self.is_warning:
            # The style sheet finds it by this mark; elsewhere it is a word in bold.
            mark = Markup('<p><span class="warning"><strong>{}</strong></span></p>')
            words = mark.format(_("Warning")) + words
        return str(words)


def show_note(text: str) -> Note:
    """Show sentences of a result in the report, such as why there are so many clusters.

    Use it where a figure needs words that are made from numbers; words that are always the
    same belong into a markdown cell.

    Parameters
    ----------
    text : str
        One or more lines, each a paragraph; plain text, never markup.

    Examples
    --------
    >>> show_note("Two groups: <b> is no markup")._repr_html_()
    '<p>Two groups: &lt;b&gt; is no markup</p>'
    """
    return Note(text)


def show_warning(text: str) -> Note:
    """Show sentences that nobody may miss before using what stands below them.

    Parameters
    ----------
    text : str
        One or more lines, each a paragraph; plain text, never markup.

    Examples
    --------
    >>> show_warning("Known only afterwards.")._repr_html_()
    '<p><span class="warning"><strong>Warning</strong></span></p><p>Known only afterwards.</p>'
    """
    return Note(text, is_warning=True)


def said_instead(result: Any) -> Note | None:
    """Give the reason of a result that is missing, as a note; None for one that is there."""
    # In a kernel, where results are made: what starts a run needs neither.
    from segkit.segment.missing import Missing

    return Note(result.reason) if isinstance(result, Missing) else None


def nothing_to_show() -> Note:
    """Say that a result is right and has nothing a figure could show."""
    return Note(_("These data have nothing that a figure could show here."))
