"""Tables as files: CSV that a spreadsheet opens as text, names that any disk takes."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from segkit.cells import csv_bytes as csv_bytes
from segkit.cells import csv_text as csv_text
from segkit.cells import safe_cell as safe_cell


def data_uri(content: bytes, mime: str) -> str:
    """Pack a file into an address that needs no second file."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"


def file_slug(text: str, fallback: str) -> str:
    """Make a file name of letters, digits and hyphens out of a title.

    Letters are those of any script, composed, because every disk of today takes them.

    Examples
    --------
    >>> file_slug("Key value: 23 %", "table"), file_slug("各客群概况（2024）", "table")
    ('key-value-23', '各客群概况-2024')
    """
    slug = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", text.lower())).strip("-")
    return slug[:48].strip("-") or fallback


def part_name(number: int, payload: Mapping[str, Any]) -> str:
    """Name the files of a figure or table by its place in the report and its own name.

    The own name is the same in each language and run; without one, the title has to do.

    Examples
    --------
    >>> part_name(2, {"kind": "figure", "name": "segment_shares", "title": "23 % bring 70 %"})
    '02-segment-shares'
    """
    words = payload.get("name") or payload["title"]
    return f"{number:02d}-{file_slug(words, payload['kind'])}"
