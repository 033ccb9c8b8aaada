"""The Chinese catalogue is complete, in use, and written as Chinese is printed.

Mend a failure with `make translations`, then write what is missing into the .po file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest

from segkit.i18n import (
    _,
    count_days,
    format_date,
    format_money,
    format_percent,
    ngettext,
    use_language,
)

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
#: A date is one word: no space in it, and none behind it.
DATE = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?")

#: Placeholders that end in Chinese, such as `1998年6月30日` and `3 名客户`, so that no space
#: follows them.
OPEN = {
    "customers",
    "date",
    "day",
    "days",
    "end",
    "held_out",
    "last",
    "learnt",
    "orders",
    "period",
    "purchases",
    "span",
    "tested",
}

#: Placeholders that may be filled with Chinese, so that no space stands beside them. All
#: others are numbers or Latin letters and have one.
WORDS = {
    "action", "after", "answers", "base", "before", "block", "column", "columns", "evidence",
    "factor", "feature", "features", "first", "interval", "label", "levels", "meaning",
    "message", "name", "need", "needs", "other", "outcome", "rows", "score", "second", "segment",
    "some", "source", "table", "title", "unit", "value", "values", "what",
}  # fmt: skip


def ids(message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings(message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def translated(catalogue) -> list[tuple[str, str]]:
    """Pairs of an English and a Chinese sentence, without the catalogue's header."""
    return [(ids(m)[-1], text) for m in catalogue if m.id for text in strings(m)]


def faults(catalogue, pattern: str) -> list[str]:
    return [text for _english, text in translated(catalogue) if re.search(pattern, text)]


def test_every_sentence_is_in_the_catalogue_and_none_is_stale(catalogue, in_use):
    wanted = {ids(message) for message in in_use if message.id}
    there = {ids(message) for message in catalogue if message.id}
    assert len(wanted) > 350
    assert wanted - there == set(), "not translated: run make translations"
    assert there - wanted == set(), "no longer used: run make translations"
    assert not catalogue.obsolete


def test_sentences_of_all_sources_are_found(in_use):
    places = {place for message in in_use for place, _line in message.locations}
    endings = {place.rpartition(".")[2] for place in places}
    assert endings == {"py", "j2", "ipynb"}


def test_nothing_is_empty_or_fuzzy(catalogue):
    assert [m.id for m in catalogue if m.id and not all(strings(m))] == []
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []


def test_placeholders_are_kept(catalogue):
    wrong = [
        (english, chinese)
        for english, chinese in translated(catalogue)
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(chinese))
    ]
    assert wrong == []


def test_punctuation_beside_chinese_is_full_width(catalogue):
    # A formula such as `a / (a + b)` keeps its brackets, with a space to the next word.
    assert faults(catalogue, rf"{HAN} ?[,;:?!(]|{HAN}[).](?!\w)|[,;:?!()]{HAN}") == []


def test_a_space_parts_chinese_from_latin_letters_and_digits(catalogue):
    latin = r"[A-Za-z0-9%]"
    bare = [PLACEHOLDER.sub("，", text) for _english, text in translated(catalogue)]
    bare = [DATE.sub("日", text) for text in bare]
    assert [t for t in bare if re.search(rf"{HAN}{latin}|{latin}{HAN}", t)] == []


def test_dates_are_written_in_one_piece(catalogue):
    texts = [text for _english, text in translated(catalogue)]
    assert [
        text for text in texts if re.search(r"\d{4} 年|年 \d{1,2} ?月|月 \d{1,2} ?日", text)
    ] == []
    with use_language("zh"):
        assert format_date(date(1997, 1, 1)) == "1997年1月1日"


def test_a_space_parts_chinese_from_what_will_be_a_number(catalogue):
    tight = []
    for _english, text in translated(catalogue):
        for found in PLACEHOLDER.finditer(text):
            before = text[found.start() - 1 : found.start()]
            after = "" if found[1] in OPEN else text[found.end() : found.end() + 1]
            if found[1] not in WORDS and re.search(HAN, before + after):
                tight.append(text)
    assert tight == []


def test_full_width_punctuation_has_no_space_beside_it(catalogue):
    assert faults(catalogue, r" [，。；：！？、（）]|[，。；：！？、（）] ") == []


def test_emphasis_closes_where_markdown_sees_it(catalogue):
    # `**问题：**客户` stays as it is: a closing mark between punctuation and a word is none.
    texts = [text for _english, text in translated(catalogue)]
    strong = [found for text in texts for found in re.finditer(r"\*\*(.+?)\*\*(.?)", text)]
    assert len(strong) > 4
    wrong = [f[0] for f in strong if f[1][-1] in "，。；：！？）" and re.match(HAN, f[2])]
    assert wrong == []


def test_sentences_end_as_in_english(catalogue):
    """A whole sentence has its full stop in both languages, a title in neither."""
    wrong = [
        (english, chinese)
        for english, chinese in translated(catalogue)
        if english.endswith(".") != chinese.endswith("。")
    ]
    assert wrong == []


def test_cover_headlines_are_at_most_34_characters():
    with use_language("zh"):
        text = _("{people} of customers bring {share} of revenue; {silent} silent for over a year")
        year = text.format(people="23%", share="70%", silent="65%")
        text = _("{people} of customers bring {share} of revenue; {silent} silent for {span}")
        days = text.format(people="23%", share="70%", silent="65%", span=count_days(180))
        text = _("{value} of margin expected in {span}, {share} of it from {top} of customers")
        margin = text.format(
            value=format_money(417_000.0),
            span=count_days(365),
            share="67%",
            top=format_percent(0.2, 0),
        )
    assert margin == "365 天内预计毛利 41.7 万美元，67% 来自 20% 的客户"
    assert [len(headline) <= 34 for headline in (year, days, margin)] == [True] * 3


@pytest.mark.parametrize(("count", "words"), [(1, "1 customer"), (2, "2 customers")])
def test_plural_forms(count, words):
    assert ngettext("{n} customer", "{n} customers", count).format(n=count) == words
    with use_language("zh"):
        text = ngettext("{n} customer", "{n} customers", count).format(n=count)
    assert text == f"{count} 名客户"


def test_an_unknown_sentence_stays_english_and_an_empty_one_empty():
    with use_language("zh"):
        assert _("Nobody has ever written this.") == "Nobody has ever written this."
        assert _("") == ""


def test_english_readers_load_no_catalogue():
    code = (
        "import sys; from segkit.i18n import _; assert _('customers') == 'customers'; "
        "print([name for name in sys.modules if name.startswith('babel.messages')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
