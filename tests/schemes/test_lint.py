"""The linter finds each kind of planted fault, and nothing in the packaged schemes."""

from __future__ import annotations

import copy
import itertools
from collections import Counter

import pytest

from segkit.errors import SchemeError
from segkit.schemes import lint_scheme, list_schemes, load_scheme
from segkit.schemes.lint import combinations_of, require_sound

BOTH = {"en": "text", "zh": "文字"}


def segment(name: str, color: str, when: object) -> dict:
    texts = {"description": BOTH, "action": BOTH}
    return {
        "id": name,
        "name": {"en": name, "zh": f"{name}型"},
        "color": color,
        "when": when,
        **texts,
    }


@pytest.fixture
def grid() -> dict:
    """A sound scheme of 3 x 2 combinations in three segments."""
    return {
        "name": "grid",
        "title": BOTH,
        "description": BOTH,
        "inputs": {"age": {"label": BOTH}, "spend": {"label": BOTH}},
        "scores": {
            "A": {"input": "age", "method": "cuts", "cuts": [30, 50], "label": BOTH},
            "S": {"input": "spend", "method": "median", "label": BOTH},
        },
        "segments": [
            segment("top", "#111111", {"A": 3}),
            segment("mid", "#222222", {"A": 2}),
            segment("low", "#333333", [{"A": 1, "S": 1}, {"A": 1, "S": 2}]),
        ],
    }


def codes(scheme: dict) -> set[str]:
    return {issue.code for issue in lint_scheme(scheme)}


def only(scheme: dict, code: str) -> str:
    found = [str(issue) for issue in lint_scheme(scheme) if issue.code == code]
    assert len(found) == 1, found
    return found[0]


def test_a_sound_scheme_has_no_issue(grid):
    assert lint_scheme(grid) == []


@pytest.mark.parametrize("name", list_schemes())
def test_packaged_schemes_tile_all_combinations_exactly_once(name):
    scheme = load_scheme(name)
    assert lint_scheme(scheme) == []
    # Counted anew, without the linter's own bookkeeping.
    claims = Counter(
        itertools.chain.from_iterable(combinations_of(s, scheme.scores) for s in scheme.segments)
    )
    levels = [range(1, score.n_levels + 1) for score in scheme.scores.values()]
    assert claims == dict.fromkeys(itertools.product(*levels), 1)


def test_the_sizes_of_the_two_rfm_maps():
    sizes = {"rfm_cn8": (8, 8), "rfm_11": (11, 125)}
    for name, (n_segments, n_combinations) in sizes.items():
        scheme = load_scheme(name)
        taken = set().union(*(combinations_of(s, scheme.scores) for s in scheme.segments))
        assert (len(scheme.segments), len(taken)) == (n_segments, n_combinations)


def test_gap(grid):
    grid["segments"][1]["when"] = {"A": 2, "S": 1}
    assert "segments: no segment takes A=2 S=2. Add a segment" in only(grid, "gap")
    assert codes(grid) == {"gap"}


def test_many_gaps_are_counted_not_listed():
    scheme = load_scheme("rfm_11").model_dump(exclude_none=True)
    scheme["segments"] = scheme["segments"][:1]
    assert "and 112 more" in only(scheme, "gap")  # 125 - 8 champions - 5 named


def test_overlap_names_both_segments_and_the_combination(grid):
    grid["segments"][0]["when"] = [{"A": 3}, {"A": 1, "S": 2}]
    assert "'top' and 'low' both take A=1 S=2." in only(grid, "overlap")


def test_never_fires(grid):
    grid["segments"].append(segment("ghost", "#444444", {"A": 1, "S": 3}))
    assert codes(grid) == {"never_fires", "impossible_value"}
    assert "segments[3].when: no score combination fulfils" in only(grid, "never_fires")
    grid["segments"][3] = segment("ghost", "#444444", {"A": {"min": 3, "max": 2}})
    assert "min must be at most max; got 3 and 2. Swap them." in only(grid, "impossible_value")


def test_one_dead_alternative_is_found(grid):
    grid["segments"][2]["when"].append({"A": 9})
    assert "segments[2].when[2]" in only(grid, "never_fires")


def test_unknown_score(grid):
    grid["segments"][1]["when"] = {"AA": 2}
    assert "segments[1].when.AA: 'AA' is not a score. Did you mean 'A'?" in only(
        grid, "unknown_score"
    )


def test_impossible_values(grid):
    grid["segments"][1]["when"] = {"A": [2, 7]}
    assert "must be within levels 1 to 3; got 7." in only(grid, "impossible_value")
    grid["segments"][1]["when"] = {"A": "gold"}
    assert "got 'gold'. Write a level as a number." in only(grid, "impossible_value")
    grid["scores"]["A"] = {
        "input": "age", "method": "natural", "order": ["iron", "silver", "gold"], "label": BOTH,
    }  # fmt: skip
    grid["segments"][1]["when"] = {"A": "silver"}
    assert codes(grid) == set()
    grid["segments"][1]["when"] = {"A": "sliver"}
    assert "got 'sliver'. Did you mean 'silver'?" in only(grid, "impossible_value")


def test_unknown_and_unused_inputs_and_scores(grid):
    grid["scores"]["S"]["input"] = "spnd"
    assert "scores.S.input: must be a declared input; got 'spnd'. Did you mean 'spend'?" in only(
        grid, "unknown_input"
    )
    assert "inputs.spend" in only(grid, "unused_input")
    grid["segments"][2]["when"] = {"A": 1}
    assert "scores.S" in only(grid, "unused_score")


@pytest.mark.parametrize(
    ("field", "value", "code", "level"),
    [
        ("id", "TOP", "duplicate_id", "error"),
        ("name", {"en": "Top ", "zh": "别的"}, "duplicate_name", "warning"),
        ("name", {"en": "other", "zh": "top型"}, "duplicate_name", "warning"),
        ("color", "#111111", "duplicate_color", "warning"),
        ("id", "Unclassified", "reserved_id", "error"),
    ],
)
def test_duplicates_and_reserved_ids(grid, field, value, code, level):
    grid["segments"][1][field] = value
    text = only(grid, code)
    assert text.startswith(f"{level}: segments[1].{field}")
    assert codes(grid) == {code}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda g: g.update(title={"en": "Grid"}), "title.zh"),
        (
            lambda g: g["inputs"]["age"].update(label={"zh": "年龄", "en": None}),
            "inputs.age.label.en",
        ),
        (lambda g: g["scores"]["A"].update(label={"en": "Age", "zh": "  "}), "scores.A.label.zh"),
        (lambda g: g["segments"][2].update(action={"en": "Call"}), "segments[2].action.zh"),
        (lambda g: g["segments"][2].update(name="Low"), "segments[2].name.zh"),
    ],
)
def test_missing_and_empty_translations(grid, change, place):
    change(grid)
    assert f"warning: {place}: has no" in only(grid, "missing_translation")


def test_too_many_combinations_are_refused_without_trying_them(grid):
    score = {"input": "age", "method": "quantile", "bins": 10, "label": BOTH}
    grid["scores"] |= {f"X{i}": copy.deepcopy(score) for i in range(9)}
    assert "got 6,000,000,000. Use fewer levels." in only(grid, "too_many_combinations")


def test_only_errors_stop_a_scheme(grid):
    grid["title"] = "Grid"
    require_sound(load_scheme(grid), "apply_scheme")
    grid["segments"].pop()
    with pytest.raises(SchemeError, match=r"apply_scheme: scheme grid must be sound(.|\n)*A=1 S=1"):
        require_sound(load_scheme(grid), "apply_scheme")
