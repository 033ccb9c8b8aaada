"""Scheme files: the packaged ones, and every way a user's own can be wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import segkit.schemes.scheme as module
from segkit.errors import SchemeError
from segkit.i18n import use_language
from segkit.schemes import list_schemes, load_scheme
from segkit.schemes.scheme import Condition, Score, Text

LIBRARY = Path(module.__file__).parent / "library"
CN8 = (LIBRARY / "rfm_cn8.yaml").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path):
    def _write(*changes: tuple[str, str]) -> Path:
        text = CN8
        for old, new in changes:
            assert old in text, "the change must change something"
            text = text.replace(old, new, 1)
        path = tmp_path / "my.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def line_of(text: str) -> int:
    return CN8[: CN8.index(text)].count("\n") + 1


def test_every_packaged_scheme_is_listed_and_loads():
    assert list_schemes() == sorted(path.stem for path in LIBRARY.glob("*.yaml"))
    for name in list_schemes():
        assert load_scheme(name).name == name


def test_a_file_a_mapping_and_a_scheme_load_alike(write):
    from_file = load_scheme(write())
    content = load_scheme("rfm_cn8").model_dump(exclude_none=True)
    assert from_file.model_dump(exclude_none=True) == content
    assert from_file.origin == "my.yaml"
    assert load_scheme(str(write())) == from_file
    assert load_scheme(from_file) is from_file
    assert load_scheme(content).model_dump(exclude_none=True) == content


def test_texts_follow_the_language_and_fall_back():
    scheme = load_scheme("rfm_cn8")
    assert scheme.segments[0].label() == "Key value"
    with use_language("zh"):
        assert scheme.segments[0].label() == "重要价值"
        assert Text(en="only").read() == "only"
    assert Text(zh="只有").read() == "只有"
    assert Text().read("id") == "id"


def test_the_eight_types_have_their_usual_names():
    with use_language("zh"):
        names = [segment.label() for segment in load_scheme("rfm_cn8").segments]
    assert names == [
        "重要价值", "重要发展", "重要保持", "重要挽留",
        "一般价值", "一般发展", "一般保持", "一般挽留",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rfm_cn", "got 'rfm_cn'. Did you mean 'rfm_cn8'?"),
        ("zzz", "got 'zzz'. segkit scheme list shows all there are. A file of your own ends"),
        ("", "must be the name of a scheme or a YAML file; got ''."),
        (7, "must be the name of a scheme or a YAML file; got 7."),
        ("none/there.yaml", "must be a readable file; got 'none/there.yaml' (No such file"),
    ],
)
def test_an_unknown_scheme_is_told_with_a_remedy(name, message):
    with pytest.raises(SchemeError, match=re.escape(message)):
        load_scheme(name)


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ('color: "#1f5fa8"', "color: #1f5fa8", 'color: "#1f5fa8"',
         "segments[0].color: must be a colour of six hex digits such as \"#1f5fa8\"; got None."),
        ('color: "#1f5fa8"', 'color: "#1f5fa8"\n    colr: red', "when: {R: 2, F: 2, M: 2}",
         "segments[0].colr: is an unknown key. Did you mean 'color'?"),
        ("zh: 重要价值}", "cn: 重要价值}", "name: {en: Key value",
         "segments[0].name.cn: is an unknown key. Known: en, zh."),
        ("method: median", "method: medain", "method: median",
         "scores.R.method: must be 'quantile', 'quantile_plus_1', 'cuts', 'median', 'mean', "
         "'natural' or 'categories'; got 'medain'. Did you mean 'median'?"),
        ("better: low", "better: lower", "better: low", "got 'lower'. Did you mean 'low'?"),
        ("cuts: [2]", "cuts: [3, 2]", "  F:\n",
         "scores.F: cuts must be one or more rising numbers; got [3.0, 2.0]. Sort them."),
        ("cuts: [2]", "cuts: [two]", "cuts: [2]", "scores.F.cuts[0]: must be a number; got 'two'."),
        ("cuts: [2]", "cuts: 2", "cuts: [2]", "scores.F.cuts: must be a list; got 2."),
        ("cuts: [2]", "cuts: [2]\n    bins: 4", "  F:\n",
         "scores.F: bins belongs to method quantile, not to cuts. Leave it out."),
        ("method: mean", "method: quantile", "  M:\n", "method quantile needs bins. Add it."),
        ("method: mean", "method: quantile\n    bins: 1", "method: mean",
         "scores.M.bins: must be at least 2; got 1."),
        ("method: mean", "method: natural\n    order: [a, a]", "  M:\n",
         "order must be two or more different values, worst first; got ['a', 'a']."),
        ("method: mean", "method: natural\n    order: [off, low]", "  M:\n",
         "Put words such as no or off in quotes: YAML reads them as false."),
        ("method: mean", "method: natural\n    order: [a, b]\n    better: low", "  M:\n",
         "better must be high for method natural. List the worst value first."),
        ("when: {R: 2, F: 2, M: 2}", "when: {R: yes}", "when: {R: 2, F: 2, M: 2}",
         "segments[0].when.R: must be a level such as 2, a list of levels, or "
         "{min: 2, max: 3}; got True."),
        ("when: {R: 2, F: 2, M: 2}", "when: {R: {mn: 2}}", "when: {R: 2, F: 2, M: 2}",
         "segments[0].when.R: has the unknown key 'mn'. Did you mean 'min'?"),
        ("when: {R: 2, F: 2, M: 2}", "when: []", "when: {R: 2, F: 2, M: 2}",
         "segments[0].when: must be a list or block with something in it; got []."),
        ("  R:\n", "  Segment:\n", "scores:\n  R:", "name 'Segment' must be a word of letters"),
        ("  R:\n", "  m:\n", "scores:\n  R:", "letter case does not tell columns apart"),
        ("name: rfm_cn8", "name: my scheme", "name: rfm_cn8",
         "name: must be a word of letters, digits, - and _; got 'my scheme'."),
        ("  - id: key_value", '  - id: ""', "  - id: key_value",
         "segments[0].id: must be a text that is not empty; got ''."),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_line_place_value_and_remedy(write, old, new, place, told):
    path = write((old, new))
    with pytest.raises(SchemeError, match=re.escape(told)) as caught:
        load_scheme(path)
    line = line_of(place) + place.startswith("scores:\n")
    told_lines = [int(n) for n in re.findall(r"line (\d+)", str(caught.value))]
    # A block is placed at its key or at its first line.
    assert told_lines
    assert any(abs(n - line) <= 1 for n in told_lines)
    assert str(caught.value).startswith("load_scheme: my.yaml")


def test_all_faults_are_told_at_once(write):
    path = write(("method: median", "method: x"), ('color: "#1f5fa8"', "color: blue"))
    with pytest.raises(SchemeError, match="has 2 faults") as caught:
        load_scheme(path)
    assert "scores.R.method" in str(caught.value)
    assert "segments[0].color" in str(caught.value)


def test_a_missing_part_is_named(write):
    with pytest.raises(SchemeError, match=r"segments\[0\].color: is missing. Add color: … here."):
        load_scheme(write(('    color: "#1f5fa8"\n', "")))


def test_conditions_read_values_ranges_and_categories():
    tiers = Score(input="tier", method="natural", order=("low", "mid", "top"))
    assert Condition(values=(1, "top")).levels(tiers) == {1, 3}
    assert Condition(min=2).levels(tiers) == {2, 3}
    assert Condition(max=1).levels(tiers) == {1}
    assert Condition().levels(tiers) == {1, 2, 3}
    assert Condition(values=("gone", 9)).levels(tiers) == frozenset()


def test_it_shows_its_segments_as_a_table_and_runs_nothing():
    content = load_scheme("rfm_cn8").model_dump(mode="json")
    content["segments"][0]["name"] = {"en": "<script>alert(1)</script>", "zh": "甲"}
    page = load_scheme(content)._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert page.count("<tr>") == 1 + len(content["segments"])
