"""Encodings: found by strict decoding, asked for where nothing tells, and copied in UTF-8."""

from __future__ import annotations

import codecs
import gzip

import pytest

from segkit.collect import ReadOptions, open_raw
from segkit.collect.files.encoding import as_utf8, read_head
from segkit.errors import DataError

CHINESE = "客户编号,下单时间,实付金额\n会员一,2024-01-01,3\n"
RARE = "id,name\n1,喆\n2,玥玥\n3,祎\n"
FEW = "id,amount,channel\n" + "1,2,网店\n" * 3
GERMAN = "Kunde,Ort\nMüller,Köln\nJäger,München\nGroß,Nürnberg\n"
FRENCH = "client,ville\nHélène,Orléans\nFrançois,Besançon\n"
PORTUGUESE = "cliente,x\nJoão,São Paulo\nConceição,Opções\n"
EURO = "id,amount\n1,5 €\n2,7 €\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (FEW, "utf-16-be", "utf-16-be"),
        (CHINESE, "gb18030", "gb18030"),
        (RARE, "gb18030", "gb18030"),
        (FEW, "gb18030", "gb18030"),
        (GERMAN, "cp1252", "cp1252"),
        (FRENCH, "latin-1", "cp1252"),
        (PORTUGUESE, "latin-1", "cp1252"),
        (EURO, "cp1252", "cp1252"),
        ("id,x\n1,a\x81éb\n", "latin-1", "latin-1"),
    ],
)
def test_an_encoding_is_found_and_the_text_is_whole(tmp_path, text, encoding, found):
    path = tmp_path / "orders.csv"
    path.write_bytes(text.encode(encoding))
    with as_utf8(path, None, where="f: orders.csv") as (copy, codec, _notes):
        assert copy.read_bytes().decode("utf-8-sig") == text
        assert codec == found
    assert read_head(path, None, where="f")[0] == text
    assert path.read_bytes() == text.encode(encoding)


def test_a_copy_is_gone_afterwards_and_the_note_names_the_encoding(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    with as_utf8(path, None, where="f") as (copy, _codec, notes):
        assert copy != path
    assert not copy.exists()
    assert notes == ("The file is in the encoding GB18030.",)


def test_what_is_said_counts_and_must_fit(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("id,x\n1,\xe9\xe9\n".encode("latin-1"))
    read = open_raw(path, ReadOptions(encoding="latin-1")).table.to_pandas()
    assert read["x"].tolist() == ["éé"]
    with pytest.raises(DataError, match="orders.csv is not in UTF-8 throughout: line 2 .* E9"):
        open_raw(path, ReadOptions(encoding="utf-8"))


def test_a_broken_byte_in_utf8_is_named_and_not_taken_for_gb18030(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(("id,name\n" + "1,会员\n" * 100).encode() + b"2,\xd6\xd0\n")
    with pytest.raises(DataError, match="orders.csv is not in UTF-8 throughout: line 102 .* D6"):
        open_raw(path)


def test_what_may_be_either_is_asked_for(tmp_path):
    path = tmp_path / "orders.csv"
    text = "id,x\n" + "1,会员\n" * 2
    path.write_bytes(text.encode("gb18030") + "2,Müllerin Königin täglich\n".encode("latin-1"))
    with pytest.raises(DataError, match="may be in GB18030 or in Latin-1. Say which with"):
        open_raw(path)


def test_a_character_on_the_border_of_two_chunks(tmp_path):
    path = tmp_path / "orders.csv"
    for encoding in ("utf-8", "gb18030"):
        start = "id,x\n1," + "a" * ((1 << 20) - 8)
        path.write_bytes((start + "会\n").encode(encoding))
        read = open_raw(path).table.to_pandas()
        assert read["x"][0].endswith("a会")


def test_a_gzip_file_is_unpacked_and_a_torn_one_named(tmp_path):
    path = tmp_path / "orders.csv.gz"
    packed = gzip.compress(CHINESE.encode("gb18030"))
    path.write_bytes(packed)
    assert open_raw(path).table.count().execute() == 1
    path.write_bytes(packed[:-12])
    with pytest.raises(DataError, match="orders.csv.gz is no whole gzip file"):
        open_raw(path)


def test_marks_are_no_part_of_the_first_name(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(codecs.BOM_UTF8 + b"id,x\n1,2\n")
    assert open_raw(path).table.columns == ("id", "x", "segkit_row")
