"""Reading YAML of unknown hand."""

from __future__ import annotations

import re

import pytest

from segkit.errors import SchemeError
from segkit.schemes.reading import read_yaml, worded


def test_data_comes_with_the_line_of_every_place():
    data, lines = read_yaml(b"name: x\nitems:\n  - id: a\n  - id: b\n", "f.yaml")
    assert data == {"name": "x", "items": [{"id": "a"}, {"id": "b"}]}
    assert lines["items",] == 2
    assert lines["items", 1, "id"] == 4


def test_a_byte_order_mark_is_no_fault():
    assert read_yaml("\ufeffname: 价值\n".encode(), "f.yaml")[0] == {"name": "价值"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: 2\na: 3\n", "line 3, a: is already given in line 1. Keep one of them."),
        (b"a:\n  b: 1\n  b: 2\n", "line 3, a.b: is already given in line 2."),
        (b"a: &x [1]\nb: *x\n", "line 2: must not use aliases; got '*x'. Write it out."),
        (b"!!python/object/apply:os.getcwd []", "line 1: must be valid YAML; got: could not"),
        (b"a: [1\nb: 2", "must be valid YAML; got: expected ',' or ']'"),
        (b"\xff\xfe", "file must be UTF-8 text; byte 0 is not. Save it as UTF-8."),
        (b"[" * 20_000, "must be valid YAML"),
        (b"a: '" + b"x" * 1_000_001 + b"'", "file must be at most 1,000,000 bytes; got 1,000,006"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(content, message):
    with pytest.raises(SchemeError, match=re.escape(message)):
        read_yaml(content, "f.yaml")


def test_places_are_written_as_in_python():
    assert worded(("segments", 2, "when", 0, "R")) == "segments[2].when[0].R"
    assert worded(()) == "the file"
