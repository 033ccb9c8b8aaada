"""What parameters mean is checked before a kernel starts."""

from __future__ import annotations

import pytest

from segkit.errors import ArgumentError, DataError, ParameterError, SchemeError
from segkit.report.run import check_run


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ({"scheme": "rfm_cn9"}, SchemeError, "rfm_cn8"),
        ({"currency": "dollar"}, ArgumentError, "run behavioral: currency must be an ISO 4217"),
        ({"currency": "XXX"}, ArgumentError, "ISO 4217"),
        ({"shares": [0.5, 0.6]}, ParameterError, "sum to 1; got .*, which sum to 1.1"),
        ({"shares": []}, ParameterError, "sum to 1"),
        ({"column_map": "nonsense"}, ArgumentError, "pairs canonical=own"),
        ({"column_map": "foo=bar"}, ArgumentError, "columns must be one of customer_id"),
    ],
)
def test_values_that_cannot_mean_anything(wanted, error, message):
    with pytest.raises(error, match=message):
        check_run("behavioral", parameters=wanted)


def test_files_without_the_columns(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("Member,Date,Paid\n1,2024-01-01,3\n")
    with pytest.raises(DataError, match=r"missing columns customer_id, ordered_at, amount.*--map"):
        check_run("behavioral", data=path)
    mapping = "customer_id=Member,ordered_at=Date,amount=Paid"
    assert check_run("behavioral", data=path, column_map=mapping).parameters["data"] == str(path)
