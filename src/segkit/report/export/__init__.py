"""Other forms of a report: PDF, workbook, slides and Markdown.

All are made from the parts that :func:`segkit.report.document.read_document` finds in an
executed notebook, never from the page; only the PDF is printed from ``report.html``.
:mod:`.forms` checks what is asked for and writes it, :mod:`.content` gathers what all
forms say, and each form has a file of its own.
"""
