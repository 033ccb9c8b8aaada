"""Figures that say what they show: ``plot_x(result, ax=None) -> Axes``.

Each plot carries ``plot_x.describe(result) -> Caption`` (title, subtitle, text alternative,
plotted numbers). ``draw(plot, result, narrow=False)`` makes the figure for a wide page or a
phone with text of the same size, ``to_svg`` and ``to_png`` write it.
"""

from segkit.figures.base import Caption, draw, figure, to_png, to_svg
from segkit.figures.clv import alive_bands, clv_deciles, plot_clv_distribution, plot_p_alive
from segkit.figures.completeness import plot_completeness
from segkit.figures.flow import plot_migration
from segkit.figures.history import plot_history
from segkit.figures.holdout import plot_holdout_by_frequency, plot_holdout_tracking
from segkit.figures.lorenz import plot_lorenz, plot_profit_curve
from segkit.figures.pyramid import plot_pyramid
from segkit.figures.rfm import ScoreGrid, plot_rfm_heatmap, score_grid
from segkit.figures.segments import plot_segment_recency, plot_segment_shares
from segkit.figures.spread import SegmentSpread, plot_segment_spread, segment_spread
from segkit.figures.style import use_accent
from segkit.figures.waterfall import plot_cleaning_waterfall

__all__ = [
    "Caption",
    "ScoreGrid",
    "SegmentSpread",
    "alive_bands",
    "clv_deciles",
    "draw",
    "figure",
    "plot_cleaning_waterfall",
    "plot_clv_distribution",
    "plot_completeness",
    "plot_history",
    "plot_holdout_by_frequency",
    "plot_holdout_tracking",
    "plot_lorenz",
    "plot_migration",
    "plot_p_alive",
    "plot_profit_curve",
    "plot_pyramid",
    "plot_rfm_heatmap",
    "plot_segment_recency",
    "plot_segment_shares",
    "plot_segment_spread",
    "score_grid",
    "segment_spread",
    "to_png",
    "to_svg",
    "use_accent",
]
