"""The typing tool: honest accuracy, whole points, the same on paper, in SQL and from a file."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pandas as pd
import pytest

from segkit.errors import DataError, ModelError
from segkit.i18n import use_language
from segkit.segment.attitudes import (
    fit_typing_tool,
    load_typing_tool,
    orient_customers,
    segment_attitudes,
    spread_answers,
)


@pytest.fixture(scope="session")
def tool(by_attitude, cosmetics, asked):
    return fit_typing_tool(by_attitude, cosmetics["survey"], items=asked)


def test_few_questions_place_most(tool):
    row = tool.accuracy[tool.accuracy["chosen"]].iloc[0]
    assert row["n_questions"] == len(tool.items) <= 5
    assert row["accuracy"] > 0.95
    assert row["low"] < row["accuracy"] < row["high"]
    assert row["chance"] == pytest.approx(0.52, abs=0.02)
    assert (tool.by_segment["found_share"] > 0.9).all()
    # Loyalty tells the two groups nothing apart, so it is not asked.
    assert not any(item.startswith("loyalty") for item in tool.items)


def test_points_on_paper_place_as_the_tool_does(tool, cosmetics):
    table = tool.table
    assert (table.drop(columns="question").to_numpy() >= 0).all()
    answers = spread_answers(cosmetics["survey"]).set_index("customer_id").sort_index()
    totals = answers[tool.items] @ table.iloc[1:, 1:].to_numpy() + table.iloc[0, 1:].to_numpy()
    names = dict(enumerate(table.columns[1:]))
    on_paper = totals.to_numpy().argmax(axis=1)
    placed = tool.assign(cosmetics["survey"])
    label = placed.profile.set_index("segment")["name"]
    told = placed.customers.set_index("customer_id")["segment"].sort_index().map(label)
    assert (told == pd.Series(on_paper, index=answers.index).map(names)).all()


def test_sql_places_the_same(tool, cosmetics):
    answers = spread_answers(cosmetics["survey"])
    db = duckdb.connect()
    db.register("answers", answers)
    sql = db.execute(tool.to_sql()).df().set_index("customer_id")["segment"].sort_index()
    own = tool.assign(answers).customers.set_index("customer_id")["segment"].sort_index()
    assert (sql == own).all()


def test_accuracy_holds_on_other_respondents(by_attitude, cosmetics, asked):
    """What cross-validation promises of one half is met on the other."""
    wide = spread_answers(cosmetics["survey"]).sort_values("customer_id")
    one, other = wide.iloc[::2], wide.iloc[1::2]
    half = fit_typing_tool(by_attitude.assign(one), one, items=asked)
    truth = by_attitude.assign(other).customers.set_index("customer_id")["segment"]
    got = half.assign(other).customers.set_index("customer_id")["segment"]
    row = half.accuracy[half.accuracy["chosen"]].iloc[0]
    assert (truth == got[truth.index]).mean() == pytest.approx(row["accuracy"], abs=0.03)


def test_noise_is_no_better_than_chance():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(1, 6, (300, 12)), columns=[f"q{i}" for i in range(12)])
    frame["customer_id"] = range(300)
    sides = orient_customers(frame, ["q0"], ["q1"])
    found = fit_typing_tool(sides, frame, items=[f"q{i}" for i in range(2, 12)])
    row = found.accuracy[found.accuracy["chosen"]].iloc[0]
    assert row["low"] <= row["chance"]
    assert "no better than chance" in found.summary()


def test_the_bank_is_placed_by_five_questions(bank, bank_asked):
    segments = segment_attitudes(bank, bank_asked, n=3)
    found = fit_typing_tool(segments, bank, items=bank_asked)
    row = found.accuracy.iloc[-1]
    assert row["low"] > row["chance"] + 0.3
    assert (found.accuracy["accuracy"].iloc[-1]) > found.accuracy["accuracy"].iloc[0]


def test_it_is_kept_as_json(tool, cosmetics, tmp_path):
    path = tool.save(tmp_path / "tool.json")
    again = load_typing_tool(path)
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == "segkit typing tool 1"
    pd.testing.assert_frame_equal(again.table, tool.table)
    pd.testing.assert_frame_equal(again.accuracy, tool.accuracy)
    one, other = (t.assign(cosmetics["survey"]).customers for t in (tool, again))
    pd.testing.assert_frame_equal(
        one.sort_values("customer_id", ignore_index=True),
        other.sort_values("customer_id", ignore_index=True),
    )
    with use_language("zh"):
        assert again.rules["rule"].str.contains(tool.items[0]).any()


@pytest.mark.parametrize("change", [{"format": "other"}, {"points": [[1]]}, {"fill": "abc"}])
def test_a_damaged_file_is_refused(tool, tmp_path, change):
    path = tool.save(tmp_path / "tool.json")
    content = json.loads(path.read_text(encoding="utf-8")) | change
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match="path must be a file of TypingTool.save"):
        load_typing_tool(path)


def test_no_json_and_no_file(tmp_path):
    (tmp_path / "x.json").write_text("no json", encoding="utf-8")
    with pytest.raises(ModelError, match="path must be a file of JSON"):
        load_typing_tool(tmp_path / "x.json")
    with pytest.raises(ModelError, match="path must be a readable file"):
        load_typing_tool(tmp_path / "none.json")


def test_row_order_does_not_matter(by_attitude, cosmetics, asked, tool):
    shuffled = cosmetics["survey"].sample(frac=1, random_state=3)
    again = fit_typing_tool(by_attitude, shuffled, items=asked)
    pd.testing.assert_frame_equal(again.accuracy, tool.accuracy)


def test_one_segment_needs_no_tool(crowd):
    frame = crowd(200, 5)
    with pytest.raises(DataError, match="two segments with 10 respondents each"):
        fit_typing_tool(segment_attitudes(frame, n=1), frame)
