"""A client's export with the faults that exports have, each of them listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_columns, check_number, did_you_mean, fail
from segkit.errors import DataError
from segkit.i18n import LANGUAGES
from segkit.schema import TRANSACTIONS, names
from segkit.synthetic.drawing import check_seed

_WHO = "plant_faults"
#: Headers of the made-up CRM, by canonical name; other columns keep their name.
HEADERS = {
    "customer_id": ("Member ID", "会员号"),
    "ordered_at": ("Order Date", "下单时间"),
    "amount": ("Amount Paid", "实付金额"),
    "order_id": ("Order ID", "订单编号"),
    "quantity": ("Quantity", "数量"),
    "unit_price": ("Unit Price", "单价"),
    "product_id": ("Product ID", "商品编号"),
    "category": ("Category", "品类"),
    "channel": ("Channel", "渠道"),
    "region": ("Region", "地区"),
    "cost": ("Cost", "成本"),
    "is_return": ("Is Return", "是否退货"),
    "currency": ("Currency", "币种"),
    "name": ("Name", "姓名"),
    "phone": ("Phone", "手机号"),
    "email": ("E-mail", "邮箱"),
}
#: Fault and how often it is planted by default.
DEFAULT_COUNTS = {
    "duplicate_line": 12,  # the line above once more
    "missing_id": 15,
    "test_account": 6,  # TEST001 and so on
    "padded_id": 5,  # blanks around it
    "missing_date": 4,
    "impossible_date": 3,  # 30 February
    "date_in_2999": 5,
    "other_date_form": 8,  # 2024年11月1日 between 2024-11-01
    "missing_amount": 5,
    "unreadable_amount": 4,  # a word
    "zero_amount": 6,
    "extreme_amount": 3,  # a thousand times too large
    "full_width_digits": 8,
    "currency_sign": 10,
    "thousands_separator": 6,
    "other_currency": 4,
    "line_break": 3,  # inside a text
    "header_again": 1,
    "totals_row": 1,
}
#: Faults that are lines of their own; the others change a value of a line.
_OWN_LINES = ("duplicate_line", "header_again", "totals_row")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Planted:
    """An export with faults; made by :func:`plant_faults`.

    Attributes
    ----------
    rows
        The export: text columns under the client's own headers, an empty text where a value
        is missing.
    faults
        One row per fault: ``row`` (line of the export, from 1 after the header), ``column``
        (the client's header, empty for a whole line), ``fault``. Returns of the original are
        listed as ``return``.
    """

    rows: pd.DataFrame
    faults: pd.DataFrame

    def __repr__(self) -> str:
        """Count lines and faults, and name the next step."""
        kinds = self.faults["fault"].nunique()
        return (
            f"Planted({len(self.rows):,} lines, {len(self.faults):,} faults of {kinds} kinds). "
            'Next: planted.rows.to_csv("export.csv", index=False, encoding="gb18030")'
        )


def plant_faults(
    frame: pd.DataFrame,
    *,
    seed: int = 0,
    language: str = "zh",
    counts: Mapping[str, int] | None = None,
) -> Planted:
    """Write transactions as a client's CRM would export them, faults included.

    To try cleaning and audits where every fault is known. No line gets two faults.

    Parameters
    ----------
    frame : pandas.DataFrame
        Transactions with ``customer_id``, ``ordered_at`` and ``amount``; it is not changed.
    seed : int
        At least 0; the same one plants the same faults.
    language : {"en", "zh"}
        Of headers and words.
    counts : mapping or None
        Fault to how many of it; what is not named is not planted. ``DEFAULT_COUNTS``, a few
        of each, by default.

    Returns
    -------
    Planted

    Raises
    ------
    ArgumentError
        If a fault is unknown, or needs a column that the table does not have.
    DataError
        If columns are missing, or there are fewer lines than faults.

    Examples
    --------
    >>> from segkit.synthetic import make_cosmetics
    >>> orders = make_cosmetics(100)["transactions"]
    >>> planted = plant_faults(orders, counts={"missing_id": 2, "totals_row": 1})
    >>> len(planted.rows) - len(orders)
    1
    """
    check_columns(_WHO, frame.columns, names(TRANSACTIONS, required=True))
    check_choice(_WHO, "language", language, LANGUAGES)
    wanted = _checked_counts(counts, frame)
    column = 0 if language == "en" else 1
    headers = {name: HEADERS[name][column] if name in HEADERS else name for name in frame}
    headers.setdefault("currency", HEADERS["currency"][column])
    text = _as_text(frame, language)
    total = float(frame["amount"].sum())
    found = _returns(frame)
    rng = np.random.default_rng(check_seed(_WHO, seed))
    spare = rng.permutation(np.setdiff1d(np.arange(len(frame)), found["key"].astype(np.int64)))
    needed = sum(wanted.values())
    if needed > len(spare):
        rule = f"a table of at least {needed} lines that are no returns"
        remedy = "Make more customers, or plant less."
        fail(_WHO, "frame", rule, len(spare), remedy, error=DataError)
    parts, listed = [text], [found]
    for fault, count in wanted.items():
        here, spare = spare[:count].astype(float), spare[count:]
        if fault in _OWN_LINES:
            lines = _own_lines(fault, text, here, headers, total)
            parts.append(lines)
            listed.append(_listed(fault, lines.index, ""))
        else:
            name, write = _VALUES[fault]
            text.loc[here, name] = [write(value, i) for i, value in enumerate(text.loc[here, name])]
            listed.append(_listed(fault, here, headers[name]))
    return _numbered_lines(pd.concat(parts), pd.concat(listed), headers)


def _checked_counts(counts: Mapping[str, int] | None, frame: pd.DataFrame) -> dict[str, int]:
    """Check what is asked for; by default plant what the table has the columns for."""
    columns = {fault: name for fault, (name, _write) in _VALUES.items() if name != "currency"}
    lacking = {fault for fault, name in columns.items() if name not in frame.columns}
    if counts is None:
        counts = {name: n for name, n in DEFAULT_COUNTS.items() if name not in lacking}
    for fault, count in counts.items():
        if fault not in DEFAULT_COUNTS:
            fail(_WHO, "counts", "of known faults", fault, did_you_mean(fault, DEFAULT_COUNTS))
        if fault in lacking:
            rule = f"of faults of columns that are there; {fault} needs {columns[fault]}"
            fail(_WHO, "counts", rule, list(frame.columns))
        high = 1 if fault == "totals_row" else None
        check_number(_WHO, f"counts[{fault!r}]", count, low=0, high=high, whole=True)
    # In one order, whatever the caller's; lines of their own last, so that a copy of a line
    # is a copy of what is written.
    order = sorted(DEFAULT_COUNTS, key=lambda fault: fault in _OWN_LINES)
    return {fault: int(counts[fault]) for fault in order if fault in counts}


def _as_text(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Write each value as an export does; keys are positions, as fractions leave room."""
    yes_no = {True: "yes", False: "no"} if language == "en" else {True: "是", False: "否"}
    text = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            written = values.dt.strftime("%Y-%m-%d %H:%M:%S")
        elif pd.api.types.is_bool_dtype(values):
            written = values.map(yes_no)
        elif pd.api.types.is_float_dtype(values):
            written = values.map("{:.2f}".format, na_action="ignore")
        else:
            written = values.astype("str")
        text[name] = written.astype("object").where(values.notna(), "").to_numpy()
    table = pd.DataFrame(text, index=np.arange(len(frame), dtype=float), dtype="object")
    return table if "currency" in table else table.assign(currency="CNY")


def _returns(frame: pd.DataFrame) -> pd.DataFrame:
    flagged = frame["is_return"].to_numpy(bool) if "is_return" in frame else frame["amount"] < 0
    return _listed("return", np.flatnonzero(flagged).astype(float), "")


def _listed(fault: str, keys: Sequence[float] | np.ndarray | pd.Index, column: str) -> pd.DataFrame:
    return pd.DataFrame({"key": np.asarray(keys, dtype=float), "column": column, "fault": fault})


def _own_lines(
    fault: str, text: pd.DataFrame, here: np.ndarray, headers: Mapping[str, str], total: float
) -> pd.DataFrame:
    """Give the lines that a fault adds, each with the key of its place."""
    if fault == "duplicate_line":
        return text.loc[here].set_axis(here + 0.5)
    if fault == "header_again":
        row = {name: headers[name] for name in text.columns}
        return pd.DataFrame(row, index=here + 0.25, dtype="object")
    word = "Total" if headers["amount"] == HEADERS["amount"][0] else "合计"
    row = dict.fromkeys(text.columns, "")
    row |= {"customer_id": word, "amount": f"{total:.2f}"}
    return pd.DataFrame(row, index=[float(len(text))] * len(here), dtype="object")


def _numbered_lines(
    text: pd.DataFrame, faults: pd.DataFrame, headers: Mapping[str, str]
) -> Planted:
    """Bring lines into the order of their keys and name each fault's line by its number."""
    text = text.sort_index(kind="stable")
    line = pd.Series(np.arange(1, len(text) + 1), index=text.index)
    faults = faults.assign(row=line.loc[faults["key"]].to_numpy())
    rows = text.rename(columns=headers).reset_index(drop=True).astype("str")
    listed = faults[["row", "column", "fault"]].sort_values("row", ignore_index=True)
    return Planted(rows, listed)


def _chinese_date(value: str, _i: int) -> str:
    year, month, day = value[:10].split("-")
    return f"{year}年{int(month)}月{int(day)}日{value[10:]}"


def _thousands(value: str, i: int) -> str:
    # Small amounts have no separator to show, so these become large orders; that they are no
    # longer pieces times price is part of the fault.
    return f"{1000 * (i + 1) + float(value):,.2f}"


#: What a fault does to the text of a value; the second argument counts the fault's lines.
_VALUES: dict[str, tuple[str, Callable[[str, int], str]]] = {
    "missing_id": ("customer_id", lambda _value, _i: ""),
    "test_account": ("customer_id", lambda _value, i: f"TEST{i % 3 + 1:03d}"),
    "padded_id": ("customer_id", lambda value, _i: f" {value}  "),
    "missing_date": ("ordered_at", lambda _value, _i: ""),
    "impossible_date": ("ordered_at", lambda value, _i: f"{value[:4]}-02-30{value[10:]}"),
    "date_in_2999": ("ordered_at", lambda _value, _i: "2999-12-31 00:00:00"),
    "other_date_form": ("ordered_at", _chinese_date),
    "missing_amount": ("amount", lambda _value, _i: ""),
    "unreadable_amount": ("amount", lambda _value, i: ("待定", "n/a")[i % 2]),
    "zero_amount": ("amount", lambda _value, _i: "0.00"),
    "extreme_amount": ("amount", lambda value, _i: f"{float(value) * 1000:.2f}"),
    "full_width_digits": ("amount", lambda value, _i: value.translate(_FULL_WIDTH)),
    "currency_sign": ("amount", lambda value, _i: f"¥{value}"),
    "thousands_separator": ("amount", _thousands),
    "other_currency": ("currency", lambda _value, _i: "USD"),
    "line_break": ("category", lambda value, _i: f"{value}\n*"),
}
