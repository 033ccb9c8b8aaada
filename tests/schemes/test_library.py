"""Every packaged scheme: the same segments whichever way it runs, and fit to be read."""

from __future__ import annotations

import itertools
import math
import random
import re

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest

from segkit.features.words import words_of
from segkit.schemes import list_schemes, load_scheme
from segkit.schemes.score import plain_word
from segkit.segment import apply_scheme

DTYPES = {"integer": "Int64", "number": "float64", "text": "str", "flag": "boolean"}
NAMES = list_schemes()


def pool(scheme, name):
    """Values of an input that reach every level, lie on each cut-off, or are none at all."""
    kind, values = scheme.input_kind(name), [None]
    for score in scheme.scores.values():
        if score.input != name:
            continue
        for category in score.categories or ():
            words = category.values or ("something else", "另一个词", "Prefer not to say", "保密")
            values += [f" {word.upper()} " for word in words[::3]] + list(words)
        values += list(score.order or ())
        for cut in score.cuts or ():
            values += [cut - 1, cut, cut + 1] if kind == "integer" else [cut - 0.5, cut, cut * 2]
        if score.from_data:
            draw = np.random.default_rng(7).lognormal(4, 1.2, 60).round(2)
            values += [math.ceil(v) for v in draw] if kind == "integer" else list(draw)
    if kind == "number":
        values.append(math.nan)
    return ["", *values] if kind == "text" else values


def every_branch(scheme):
    """Customers of every combination of values, or of 3,000 combinations and every value."""
    pools = [pool(scheme, name) for name in scheme.inputs]
    if math.prod(map(len, pools)) <= 3_000:
        rows = list(itertools.product(*pools))
    else:
        chosen = random.Random(5)
        rows = [tuple(chosen.choice(values) for values in pools) for _ in range(3_000)]
    frame = pd.DataFrame(rows, columns=list(scheme.inputs), dtype="object")
    for name in scheme.inputs:
        frame[name] = frame[name].astype(DTYPES[scheme.input_kind(name)])
    frame.insert(0, "customer_id", [f"c{i:05}" for i in range(len(frame))])
    return frame


def level_by_hand(score, value, cutoffs):
    """Work out a level without the compiler: from the cut-off table and the file's words."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return score.missing
    if score.categories is not None:
        if not plain_word(value):
            return score.missing
        for level, category in enumerate(score.categories, start=1):
            unsaid = plain_word(value) in ("prefernottosay", "保密")
            listed = plain_word(value) in map(plain_word, category.values)
            if listed or (category.others and not unsaid):
                return level
        return score.missing
    if score.order is not None:
        return score.order.index(value) + 1 if value in score.order else score.missing
    for row in cutoffs.itertuples():
        low_end = score.better == "low" and score.method != "quantile_plus_1"
        inside = row.lower < value <= row.upper if low_end else row.lower <= value < row.upper
        if inside:
            return row.level
    raise AssertionError(f"{value} is in no level of {cutoffs}")


def segments_by_hand(scheme, frame, cutoffs):
    tables = dict(list(cutoffs.groupby("score")))
    found = []
    for row in frame.itertuples(index=False):
        levels = {
            name: level_by_hand(score, getattr(row, score.input), tables[name])
            for name, score in scheme.scores.items()
        }
        fitting = [
            segment.id
            for segment in scheme.segments
            for rule in segment.when
            if all(levels[n] in c.levels(scheme.scores[n]) for n, c in rule.items())
        ]
        found.append("unclassified" if None in levels.values() else "+".join(fitting))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_pandas_duckdb_the_printed_sql_and_a_count_by_hand_agree(name):
    scheme = load_scheme(name)
    frame = every_branch(scheme)
    in_pandas = apply_scheme(frame, scheme)
    assert in_pandas.customers["segment"].tolist() == segments_by_hand(
        scheme, frame, in_pandas.cutoffs
    )
    counts = in_pandas.customers["segment"].value_counts().to_dict()
    assert set(counts) - {"unclassified"} == {segment.id for segment in scheme.segments}
    optional = all(score.missing is not None for score in scheme.scores.values())
    assert ("unclassified" in counts) is not optional

    connection = ibis.duckdb.connect()
    in_engine = apply_scheme(connection.create_table("customers", frame), scheme)
    assert in_engine.customers.to_pandas()["segment"].value_counts().to_dict() == counts

    with duckdb.connect() as plain:
        plain.register("customers", frame)
        printed = plain.execute(in_pandas.to_sql()).df()
    assert printed["segment"].value_counts().to_dict() == counts


def lab(color):
    """Write a colour of sRGB in CIE Lab, where distance is what the eye sees."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    mixed = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(mixed @ linear / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", NAMES)
def test_colours_of_a_scheme_can_be_told_apart(name):
    colors = {segment.id: lab(segment.color) for segment in load_scheme(name).segments}
    close = [
        (one, other)
        for one, other in itertools.combinations(colors, 2)
        if np.linalg.norm(colors[one] - colors[other]) < 12
    ]
    assert close == []


@pytest.mark.parametrize("name", NAMES)
def test_every_scheme_says_what_it_rests_on(name):
    source = load_scheme(name).source
    known = (
        r"Chinese marketing training texts|Chinese CRM practice|our own|R package|Shopify|Klaviyo"
    )
    assert re.search(known, source)


def texts_of(scheme):
    yield from (scheme.title, scheme.description)
    for item in (*scheme.inputs.values(), *scheme.scores.values()):
        yield item.label
    for score in scheme.scores.values():
        yield from (category.name for category in score.categories or ())
    for segment in scheme.segments:
        yield from (segment.name, segment.description, segment.action)


@pytest.mark.parametrize("name", NAMES)
def test_chinese_is_set_as_chinese(name):
    for text in texts_of(load_scheme(name)):
        assert not re.search(r"(?<!\d),|[;:!?()]", text.zh), text.zh
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", text.zh), (
            text.zh
        )
        assert not re.search(r"[\u4e00-\u9fff]", text.en), text.en


def listed(scheme, score, *categories):
    found = {category.id: category for category in load_scheme(scheme).scores[score].categories}
    return {plain_word(word) for name in categories for word in found[name].values}


def test_words_of_gender_are_those_of_the_features():
    known = {
        meaning: {plain_word(word) for word in words}
        for meaning, words in words_of("gender").items()
    }
    for meaning, words in known.items():
        assert listed("gender_age", "G", meaning) - {"non-binary"} == words
    assert listed("skin_care_target", "G", "female") == known["female"]
    others = listed("skin_care_target", "G", "other") - {"non-binary"}
    assert others == known["male"] | known["other"]


def test_who_has_children_has_them_in_every_scheme():
    stages = listed("family_stage", "S", "parents", "single_parent", "generations")
    only_elders = {"extendedfamily", "与父母同住"}
    assert listed("baby_goods_target", "P", "parents") == stages - only_elders


@pytest.mark.parametrize(
    ("column", "scheme", "said", "segment"),
    [
        ("gender", "gender_age", "女生", "women_30_to_49"),
        ("gender", "skin_care_target", "Ms", "grown_out"),
        ("gender", "gender_age", "保密", "unclassified"),
        ("gender", "skin_care_target", "unknown", "unclassified"),
        ("family", "baby_goods_target", "单亲家庭", "target"),
        ("family", "baby_goods_target", "有孩家庭", "target"),
        ("family", "baby_goods_target", "丁克", "no_children"),
        ("family", "baby_goods_target", "prefer_not_to_say", "unclassified"),
        ("family", "family_stage", "有孩家庭", "parents"),
        ("family", "family_stage", "未知", "unclassified"),
        ("occupation", "occupation", "admin.", "office"),
        ("occupation", "occupation", "Prefer not to say", "unclassified"),
        ("occupation", "occupation", "astronaut", "other_occupation"),
    ],
)
def test_words_mean_what_they_say(column, scheme, said, segment):
    frame = pd.DataFrame({"customer_id": ["a"], column: [said], "age": [35], "city_tier": [1]})
    assert apply_scheme(frame, scheme).customers["segment"].tolist() == [segment]


def test_a_purchase_of_an_unknown_day_is_not_recent():
    frame = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "recency_days": [10, 10, 400, None],
            "revenue": [90.0, 10.0, 50.0, 200.0],
        }
    )
    found = apply_scheme(frame, "purchase_value", cutoffs={"M": [50]}).customers["segment"]
    assert found.tolist() == ["high_value", "potential", "churned", "unclassified"]


def test_social_activity_counts_events_as_taking_part_and_reads_only_contents():
    rows = [
        # responses, events, views, messages opened
        ("liker", 4, 0, 0, 0, "silent"),
        ("commenter", 5, 0, 0, 0, "active"),
        ("guest", 0, 10, 0, 0, "active"),
        ("once", 0, 1, 0, 0, "silent"),
        ("login", 0, 0, 0, 0, "silent"),
        ("mixed", 1, 0, 3, 1, "consumer"),
        ("less", 1, 1, 2, 1, "silent"),
        ("reader", 4, 1, 50, 0, "consumer"),
        ("unseen", None, None, None, None, "silent"),
    ]
    names = ["customer_id", "n_responses", "n_events", "n_views", "n_opens", "segment"]
    frame = pd.DataFrame(rows, columns=names)
    found = apply_scheme(frame.drop(columns="segment"), "social_activity").customers
    assert dict(zip(found["customer_id"], found["segment"], strict=True)) == dict(
        zip(frame["customer_id"], frame["segment"], strict=True)
    )


def test_together_four_views_or_opened_messages_make_a_consumer():
    pairs = list(itertools.product(range(7), repeat=2))
    frame = pd.DataFrame(pairs, columns=["n_views", "n_opens"])
    frame = frame.assign(customer_id=range(len(frame)), n_responses=0, n_events=0)
    found = apply_scheme(frame, "social_activity").customers.set_index("customer_id")["segment"]
    together = (frame["n_views"] + frame["n_opens"]).to_numpy()
    assert (found.loc[frame["customer_id"]].to_numpy() == "consumer").tolist() == (
        together >= 4
    ).tolist()


def test_a_settled_complaint_is_not_called_no_complaint():
    segments = {segment.id: segment for segment in load_scheme("dissatisfaction").segments}
    for name in ("rated", "nothing_known"):
        assert "no open complaint" in segments[name].description.en.lower()
        assert "未解决投诉" in segments[name].description.zh
    assert [segment.name.zh for segment in segments.values()] == [
        "显性不满",
        "评价不满",
        "未见不满",
    ]


def test_the_published_map_of_klaviyo_is_kept():
    scheme = load_scheme("rfm_klaviyo")
    published = {
        "champions": "333 332 323",
        "loyal": "321 322 331 232 233",
        "recent": "312 313 311 222 223",
        "needs_attention": "213 221 123 132 133",
        "at_risk": "231 212 122 131 211",
        "inactive": "111 112 113 121",
    }
    for segment in scheme.segments:
        cells = {
            f"{r}{f}{m}"
            for rule in segment.when
            for r in rule["R"].levels(scheme.scores["R"])
            for f in rule["F"].levels(scheme.scores["F"])
            for m in rule["M"].levels(scheme.scores["M"])
        }
        assert cells == set(published[segment.id].split())
