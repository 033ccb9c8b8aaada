"""A file is read under its own name, and no other that the name would fit as a pattern."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pandas as pd
import pytest

from segkit.collect import open_raw, read_transactions
from segkit.collect.raw import read_header
from segkit.errors import DataError

#: A stem, and another that it fits as a pattern.
STEMS = [("o[12]", "o1"), ("o*", "oo"), ("o?", "ox"), ("[o]", "o"), ("[!a]", "o"), ("**", "o")]


def csv_file(path: Path, who: str) -> None:
    path.write_text(f"customer_id,ordered_at,amount\n{who},2024-01-01,3\n")


def csv_elsewhere_encoded(path: Path, who: str) -> None:
    path.write_bytes(
        f"customer_id,ordered_at,amount,x\n{who},2024-01-01,3,会员\n".encode("gb18030")
    )


def gz_file(path: Path, who: str) -> None:
    path.write_bytes(gzip.compress(f"customer_id,ordered_at,amount\n{who},2024-01-01,3\n".encode()))


def parquet_file(path: Path, who: str) -> None:
    day = pd.Timestamp("2024-01-01")
    frame = pd.DataFrame({"customer_id": [who], "ordered_at": [day], "amount": [3.0]})
    frame.to_parquet(path.open("wb"))


def json_file(path: Path, who: str) -> None:
    path.write_text(f'{{"customer_id": "{who}", "ordered_at": "2024-01-01", "amount": 3}}\n')


WRITERS = {
    ".csv": csv_file,
    ".txt": csv_elsewhere_encoded,
    ".csv.gz": gz_file,
    ".parquet": parquet_file,
    ".jsonl": json_file,
}


def customers(source) -> list[str]:
    return sorted(read_transactions(source).to_pandas()["customer_id"])


@pytest.mark.parametrize("ending", sorted(WRITERS))
@pytest.mark.parametrize(("stem", "sibling"), STEMS)
def test_a_file_is_read_and_not_one_that_its_name_fits(tmp_path, ending, stem, sibling):
    WRITERS[ending](tmp_path / (sibling + ending), "another")
    WRITERS[ending](tmp_path / (stem + ending), "meant")
    assert customers(tmp_path / (stem + ending)) == ["meant"]


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".jsonl"])
def test_a_header_is_that_of_the_file(tmp_path, ending):
    pd.DataFrame({"other": ["x"]}).to_parquet((tmp_path / "o1.parquet").open("wb"))
    (tmp_path / "o1.csv").write_text("other\nx\n")
    (tmp_path / "o1.jsonl").write_text('{"other": "x"}\n')
    WRITERS[ending](tmp_path / f"o[1]{ending}", "meant")
    names = read_header(tmp_path / f"o[1]{ending}", function="f")
    assert names == ("customer_id", "ordered_at", "amount")


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_a_folder_is_read_and_not_one_that_its_name_fits(tmp_path, ending):
    for folder, who in (("2024[1]", "meant"), ("20241", "another")):
        (tmp_path / folder).mkdir()
        for name in ("a[b]", "ab"):
            WRITERS[ending](tmp_path / folder / (name + ending), f"{who} {name}")
    assert customers(tmp_path / "2024[1]") == ["meant a[b]", "meant ab"]
    assert customers(tmp_path / "2024[1]" / f"a[b]{ending}") == ["meant a[b]"]


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_the_name_of_a_folder_is_no_column(tmp_path, ending):
    folder = tmp_path / "amount=9"
    folder.mkdir()
    WRITERS[ending](folder / f"o{ending}", "meant")
    assert read_transactions(folder / f"o{ending}").to_pandas()["amount"].tolist() == [3.0]


@pytest.mark.skipif(os.name == "nt", reason="a backslash parts folders there")
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".jsonl"])
def test_a_name_that_no_pattern_stands_for_is_refused(tmp_path, ending):
    WRITERS[ending](tmp_path / f"o[1]{ending}", "another")
    WRITERS[ending](tmp_path / f"o\\*{ending}", "meant")
    with pytest.raises(DataError, match=r"has a backslash beside one of .* Rename the file"):
        open_raw(tmp_path / f"o\\*{ending}")
