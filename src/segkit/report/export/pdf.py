"""A report as PDF, printed from its page: tagged, with bookmarks and page numbers."""

from __future__ import annotations

from pathlib import Path

from segkit.report.export.chromium import print_page


def write_pdf(page: Path, target: Path, *, timeout_seconds: float = 120) -> None:
    """Print ``report.html``; its style sheet for print sets the pages.

    The page carries the Chinese characters it shows, so the PDF can be read and searched
    where no Chinese font is installed.

    Parameters
    ----------
    page
        The report's page.
    target
        The PDF to write.
    timeout_seconds
        After how long a Chromium that hangs is ended.
    """
    print_page(page, target, timeout_seconds=timeout_seconds)
