"""Sentences of a result between figures, and figures that have nothing to show."""

from __future__ import annotations

import pandas as pd

from segkit.figures import plot_cluster_evidence, plot_segment_contrasts
from segkit.report import show_figure, show_note
from segkit.report.notes import Note, show_warning
from segkit.segment import score_rfm
from segkit.segment.clusters import cluster_customers
from segkit.segment.describe import describe_segments

ONE = pd.DataFrame({"customer_id": ["a"], "recency_days": [0], "n_days": [1], "revenue": [5.0]})


def test_a_note_is_text_by_lines_and_never_markup():
    note = show_note("Two <b>groups</b>.\n\nNo more.")
    assert note._repr_html_() == "<p>Two &lt;b&gt;groups&lt;/b&gt;.</p><p>No more.</p>"
    assert repr(note) == note.text


def test_a_warning_says_so_and_is_no_markup_either():
    note = show_warning("Known <b>late</b>.")
    html = note._repr_html_()
    assert html.startswith('<p><span class="warning"><strong>Warning</strong></span></p>')
    assert html.endswith("<p>Known &lt;b&gt;late&lt;/b&gt;.</p>")
    assert "warning" not in show_note("Known late.")._repr_html_()


def test_a_figure_with_nothing_to_show_says_so():
    clusters = cluster_customers(ONE, features=["n_days"])
    contrasts = describe_segments(score_rfm(ONE), ONE, features=["recency_days"])
    for plot, result in ((plot_cluster_evidence, clusters), (plot_segment_contrasts, contrasts)):
        shown = show_figure(plot, result)
        assert isinstance(shown, Note)
        assert shown.text == "These data have nothing that a figure could show here."
