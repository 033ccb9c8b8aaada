"""How data were read, which column is which, what is wrong and what was kept, as tables."""

from __future__ import annotations

import pandas as pd

from segkit.audit import audit_table
from segkit.collect import read_raw_transactions
from segkit.report.kept_tables import KeptTables
from segkit.tables import faults_table, kept_tables_table, mapping_table, reading_table


def sent(tmp_path, **more):
    columns = {"会员号": ["007", "008"], "时间": ["2024-01-01", "2024-01-02"], "金额": ["¥3", "4"]}
    path = tmp_path / "x.csv"
    pd.DataFrame({**columns, **more}).to_csv(path, index=False, encoding="gb18030")
    return read_raw_transactions(path, columns={"ordered_at": "时间", "amount": "金额"})


def test_what_was_found_out_is_said(tmp_path):
    notes = list(reading_table(sent(tmp_path)).frame["note"])
    assert "GB18030" in notes[0]
    assert any("¥" in note for note in notes)


def test_each_column_has_its_reason_and_unused_ones_come_last(tmp_path):
    frame = mapping_table(sent(tmp_path, 备注=["a", "b"])).frame
    assert list(frame["own"]) == ["会员号", "时间", "金额", "备注"]
    assert list(frame["canonical"]) == ["customer_id", "ordered_at", "amount", "–"]
    assert frame["reason"].iloc[0] == "A usual name for it."
    assert frame["reason"].iloc[1] == "You named this column."


def test_values_of_personal_columns_are_not_quoted(six_orders):
    born = pd.to_datetime(["1890-05-04"] * 6)
    people = pd.DataFrame({"customer_id": list("abcdef"), "birth_date": born})
    audit = audit_table(people, "customers")
    assert "1890" in " ".join(audit.faults)
    faults = " ".join(faults_table(audit).frame["fault"])
    assert "1890" not in faults
    assert "date of birth" in faults
    assert list(faults_table(audit_table(six_orders)).frame["fault"]) == ["No fault was found."]


def test_kept_files_are_named_with_their_rows():
    files = [{"file": "transactions.parquet", "rows": 7}, {"file": "rejected.csv", "rows": 2}]
    table = kept_tables_table(KeptTables(files, written=True, pseudonymized=True))
    assert list(table.frame["rows"]) == [7, 2]
    assert "keyed numbers" in table.title
