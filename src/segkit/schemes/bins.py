"""A scheme over recency, frequency and revenue, scored in another number of levels."""

from __future__ import annotations

from segkit.checks import check_number, fail
from segkit.errors import SchemeError
from segkit.schemes.scheme import Scheme, Segment
from segkit.schemes.score import Condition, Score, Text


def with_bins(scheme: Scheme, bins: int, *, function: str = "with_bins") -> Scheme:
    """Score a scheme in ``bins`` equal parts, ties together, and keep its segments.

    Where a segment asks whether a score is high or low, the upper half of the levels is
    high: 3 of 3, 3 and 4 of 4, 4 and 5 of 5. A middle level is not above average.

    Parameters
    ----------
    scheme : Scheme
        One whose scores have two levels each, such as ``rfm_cn8``, or ``bins`` already.
    bins : int
        Levels of each score, 3 to 5.

    Returns
    -------
    Scheme
        Named after the scheme and the number of levels, such as ``rfm_cn8_5``.

    Raises
    ------
    ArgumentError
        If ``bins`` is no whole number from 3 to 5.
    SchemeError
        If the segments are drawn for another number of levels, which cannot be guessed.

    Examples
    --------
    >>> from segkit.schemes import load_scheme
    >>> with_bins(load_scheme("rfm_cn8"), 5).scores["F"].n_levels
    5
    """
    bins = int(check_number(function, "bins", bins, low=3, high=5, whole=True))
    levels = {score.n_levels for score in scheme.scores.values()}
    if levels == {bins} and all(score.from_data for score in scheme.scores.values()):
        return scheme
    if levels != {2}:
        rule = f"the number of levels that {scheme.name} is drawn for"
        remedy = 'Leave it out, or use scheme="rfm_cn8".'
        fail(function, "bins", rule, bins, remedy, error=SchemeError)
    scores = {name: _binned(score, bins) for name, score in scheme.scores.items()}
    segments = tuple(
        segment.model_copy(
            update={
                "description": _described(segment, scheme, bins),
                "when": tuple(
                    {n: _moved(c, scheme.scores[n], bins) for n, c in rule.items()}
                    for rule in segment.when
                ),
            }
        )
        for segment in scheme.segments
    )
    name = f"{scheme.name}_{bins}"
    text = Text(
        en=f"Scored in {bins} equal parts; levels from {_high(bins)} on are high.",
        zh=f"各维度等分为 {bins} 档打分，{_high(bins)} 分及以上为高。",
    )
    update = {"name": name, "description": text, "scores": scores, "segments": segments}
    return scheme.model_copy(update=update)


def _binned(score: Score, bins: int) -> Score:
    return Score(
        input=score.input, method="quantile", better=score.better, bins=bins, label=score.label
    )


def _high(bins: int) -> int:
    """Give the first level above the middle."""
    return bins // 2 + 1 + bins % 2


def _described(segment: Segment, scheme: Scheme, bins: int) -> Text:
    """Say who is in a segment by high and low: the file's own words speak of its cut-offs."""
    parts_en, parts_zh = [], []
    for name, condition in segment.when[0].items() if len(segment.when) == 1 else ():
        score = scheme.scores[name]
        wanted = condition.levels(score)
        if len(wanted) == 1:
            is_high = wanted == {2}
            parts_en.append(f"{(score.label.en or name).lower()} {'high' if is_high else 'low'}")
            parts_zh.append(f"{score.label.zh or name}{'高' if is_high else '低'}")
    en, zh = ", ".join(parts_en), "，".join(parts_zh)
    return Text(en=f"{en[:1].upper()}{en[1:]}." if en else "", zh=f"{zh}。" if zh else "")


def _moved(condition: Condition, score: Score, bins: int) -> Condition:
    wanted, high = condition.levels(score), _high(bins)
    if wanted == {2}:
        return Condition(min=high)
    return Condition(max=high - 1) if wanted == {1} else Condition()
