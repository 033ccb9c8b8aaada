"""Prove by trying every combination of scores that a scheme puts each customer in one segment."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segkit.checks import did_you_mean, listed, shown
from segkit.errors import SchemeError
from segkit.schemes.scheme import UNCLASSIFIED, Scheme, Segment, load_scheme
from segkit.schemes.score import Condition, Score, Text

Combination = tuple[int, ...]

#: Beyond this many combinations a scheme cannot be read by a person either.
MAX_COMBINATIONS = 100_000


@dataclass(frozen=True)
class Issue:
    """One finding of the linter.

    ``code`` names the kind of fault; ``level`` is ``"error"`` where customers would be
    lost or counted twice, ``"warning"`` where only the reading suffers. ``line`` is that of
    the scheme's file, where it was read from one.
    """

    code: str
    level: str
    place: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        """Write the finding on one line."""
        return f"{self.level}: {self.where}: {self.message} [{self.code}]"

    @property
    def where(self) -> str:
        """The place, with its line where there is a file."""
        return self.place if self.line is None else f"line {self.line}, {self.place}"


def lint_scheme(scheme: Scheme | str | Path | Mapping[str, Any]) -> list[Issue]:
    """Look for everything in a scheme that would mislead.

    Run it on every scheme of your own before it meets customers: published maps have
    score combinations without a segment, with two, and rules that can never fire.

    Parameters
    ----------
    scheme : Scheme, str, Path or mapping
        Anything :func:`segkit.schemes.load_scheme` takes.

    Returns
    -------
    list of Issue
        ===================== ======= ======================================================
        code                  level   meaning
        ===================== ======= ======================================================
        gap                   error   score combinations without a segment
        overlap               error   score combinations claimed by two segments
        never_fires           error   a rule that no score combination fulfils
        unknown_score         error   a condition on a score the scheme does not make
        impossible_value      error   a condition on a level the score does not have
        unknown_input         error   a score from an input that is not declared
        duplicate_id          error   two segments with one id
        reserved_id           error   the id of customers who lack an input
        too_many_combinations error   more score combinations than anybody can check
        duplicate_name        warning two segments with one name in a language
        duplicate_color       warning two segments with one colour
        missing_translation   warning a text that is empty in English or Chinese
        unused_score          warning a score that no condition asks for
        unused_input          warning an input that no score uses
        ===================== ======= ======================================================

    Raises
    ------
    SchemeError
        If the scheme cannot be read at all.

    Examples
    --------
    >>> lint_scheme("rfm_11")
    []
    """
    scheme = load_scheme(scheme)
    issues = [*_references(scheme), *_conditions(scheme), *_duplicates(scheme), *_texts(scheme)]
    n_combinations = math.prod(score.n_levels for score in scheme.scores.values())
    if n_combinations > MAX_COMBINATIONS:
        rule = f"must make at most {MAX_COMBINATIONS:,} combinations; got {n_combinations:,}"
        issues.append(_error("too_many_combinations", "scores", f"{rule}. Use fewer levels."))
    else:
        issues += _tiling(scheme)
    found = [replace(issue, line=scheme.line_of(*_steps(issue.place))) for issue in issues]
    return sorted(found, key=lambda issue: issue.level)


def _steps(place: str) -> list[str | int]:
    """Take a place such as ``segments[2].when`` apart into what leads to it."""
    words = place.replace("[", ".").replace("]", "").split(".")
    return [int(word) if word.isdigit() else word for word in words]


def require_sound(scheme: Scheme, function: str) -> None:
    """Refuse a scheme with errors, naming all of them.

    Raises
    ------
    SchemeError
        If :func:`lint_scheme` finds an error; warnings pass.
    """
    errors = [issue for issue in lint_scheme(scheme) if issue.level == "error"]
    if errors:
        told = "\n  ".join(f"{issue.where}: {issue.message}" for issue in errors)
        raise SchemeError(f"{function}: scheme {scheme.origin} must be sound; it is not:\n  {told}")


def combinations_of(segment: Segment, scores: Mapping[str, Score]) -> set[Combination]:
    """Give the score combinations, in the order of ``scores``, that a segment takes."""
    return set().union(*(_fulfilling(rule, scores) for rule in segment.when))


def _fulfilling(rule: Mapping[str, Condition], scores: Mapping[str, Score]) -> set[Combination]:
    if not set(rule) <= set(scores):
        return set()  # the unknown score is an issue of its own
    everything = Condition()
    levels = [sorted(rule.get(name, everything).levels(s)) for name, s in scores.items()]
    return set(itertools.product(*levels))


def _error(code: str, place: str, message: str) -> Issue:
    return Issue(code, "error", place, message)


def _warning(code: str, place: str, message: str) -> Issue:
    return Issue(code, "warning", place, message)


def _named(scheme: Scheme, combinations: Iterable[Combination], limit: int = 5) -> str:
    ordered = sorted(combinations)
    names = list(scheme.scores)
    texts = [" ".join(f"{n}={v}" for n, v in zip(names, c, strict=True)) for c in ordered[:limit]]
    rest = len(ordered) - limit
    return ", ".join(texts) + (f" and {rest} more" if rest > 0 else "")


def _tiling(scheme: Scheme) -> Iterator[Issue]:
    taken: dict[Combination, list[int]] = {}
    for i, segment in enumerate(scheme.segments):
        for k, rule in enumerate(segment.when):
            if not _fulfilling(rule, scheme.scores):
                place = f"segments[{i}].when" + (f"[{k}]" if len(segment.when) > 1 else "")
                message = f"no score combination fulfils the rule of {segment.id!r}."
                yield _error("never_fires", place, f"{message} Correct or remove it.")
        for combination in combinations_of(segment, scheme.scores):
            taken.setdefault(combination, []).append(i)
    ranges = (range(1, score.n_levels + 1) for score in scheme.scores.values())
    gaps = [c for c in itertools.product(*ranges) if c not in taken]
    if gaps:
        message = f"no segment takes {_named(scheme, gaps)}. Add a segment or widen a rule."
        yield _error("gap", "segments", message)
    yield from _overlaps(scheme, taken)


def _overlaps(scheme: Scheme, taken: Mapping[Combination, list[int]]) -> Iterator[Issue]:
    shared: dict[tuple[int, int], list[Combination]] = {}
    for combination, owners in taken.items():
        for pair in itertools.combinations(owners, 2):
            shared.setdefault(pair, []).append(combination)
    for (i, j), combinations in sorted(shared.items()):
        both = f"{scheme.segments[i].id!r} and {scheme.segments[j].id!r}"
        message = f"{both} both take {_named(scheme, combinations)}. Narrow one of them."
        yield _error("overlap", f"segments[{j}].when", message)


def _references(scheme: Scheme) -> Iterator[Issue]:
    for name, score in scheme.scores.items():
        if score.input not in scheme.inputs:
            remedy = did_you_mean(score.input, scheme.inputs)
            message = f"must be a declared input; got {score.input!r}. {remedy}"
            yield _error("unknown_input", f"scores.{name}.input", message)
    asked = {name for segment in scheme.segments for rule in segment.when for name in rule}
    for name in scheme.scores:
        if name not in asked:
            message = "no segment asks for this score. Remove it, or use it in a rule."
            yield _warning("unused_score", f"scores.{name}", message)
    used = {score.input for score in scheme.scores.values()}
    for name in scheme.inputs:
        if name not in used:
            yield _warning("unused_input", f"inputs.{name}", "no score uses this input. Remove it.")


def _conditions(scheme: Scheme) -> Iterator[Issue]:
    for i, segment in enumerate(scheme.segments):
        for k, rule in enumerate(segment.when):
            place = f"segments[{i}].when" + (f"[{k}]" if len(segment.when) > 1 else "")
            for name, condition in rule.items():
                score = scheme.scores.get(name)
                if score is None:
                    message = f"{name!r} is not a score. {did_you_mean(name, scheme.scores)}"
                    yield _error("unknown_score", f"{place}.{name}", message)
                else:
                    yield from _impossible(condition, score, f"{place}.{name}")


def _impossible(condition: Condition, score: Score, place: str) -> Iterator[Issue]:
    rule = f"must be within levels 1 to {score.n_levels}"
    names = score.level_names()
    for value in condition.values or ():
        if isinstance(value, str) and value not in names:
            remedy = did_you_mean(value, names) if names else "Write a level as a number."
            message = f"{rule}; got {shown(value)}. {remedy}"
            yield _error("impossible_value", place, message)
    bounds = [*(condition.values or ()), condition.min, condition.max]
    wrong = [b for b in bounds if isinstance(b, int) and not 1 <= b <= score.n_levels]
    if wrong:
        message = f"{rule}; got {listed(wrong)}. Correct the condition."
        yield _error("impossible_value", place, message)
    if condition.min is not None and condition.max is not None and condition.min > condition.max:
        message = f"min must be at most max; got {condition.min} and {condition.max}. Swap them."
        yield _error("impossible_value", place, message)


def _duplicates(scheme: Scheme) -> Iterator[Issue]:
    fields: list[tuple[str, str, Callable[[Segment], str]]] = [
        ("duplicate_id", "id", lambda segment: segment.id.strip().casefold()),
        ("duplicate_name", "name.en", lambda segment: segment.name.en.strip().casefold()),
        ("duplicate_name", "name.zh", lambda segment: segment.name.zh.strip()),
        ("duplicate_color", "color", lambda segment: segment.color.lower()),
    ]
    for code, field, key in fields:
        seen: dict[str, str] = {}
        for i, segment in enumerate(scheme.segments):
            value = key(segment)
            if value and value in seen:
                message = f"{segment.id!r} and {seen[value]!r} share {shown(value)}. Change one."
                make = _error if code == "duplicate_id" else _warning
                yield make(code, f"segments[{i}].{field}", message)
            seen.setdefault(value, segment.id)
    for i, segment in enumerate(scheme.segments):
        if segment.id.strip().casefold() == UNCLASSIFIED:
            message = f"{UNCLASSIFIED!r} is kept for customers who lack an input. Rename it."
            yield _error("reserved_id", f"segments[{i}].id", message)


def _texts(scheme: Scheme) -> Iterator[Issue]:
    texts: dict[str, Text] = {"title": scheme.title, "description": scheme.description}
    texts |= {f"inputs.{name}.label": item.label for name, item in scheme.inputs.items()}
    texts |= {f"scores.{name}.label": score.label for name, score in scheme.scores.items()}
    for name, score in scheme.scores.items():
        for i, category in enumerate(score.categories or ()):
            texts[f"scores.{name}.categories[{i}].name"] = category.name
    for i, segment in enumerate(scheme.segments):
        for field in ("name", "description", "action"):
            texts[f"segments[{i}].{field}"] = getattr(segment, field)
    for place, text in texts.items():
        for language, line in (("en", text.en), ("zh", text.zh)):
            if not line.strip():
                message = f"has no {language} text. Add {language}: … here."
                yield _warning("missing_translation", f"{place}.{language}", message)
