"""Parameters of segmentations are checked before a kernel starts."""

from __future__ import annotations

import pytest

from segkit.errors import ArgumentError, DataError, ParameterError, SchemeError
from segkit.report.order import check_run


@pytest.mark.parametrize(
    ("wanted", "error", "message"),
    [
        ({"presets": ["rfm_cn8"]}, ParameterError, "presets must be 2 or more different schemes"),
        ({"activity": ["lifecycle"] * 2}, ParameterError, "activity must be different schemes"),
        ({"voices": ["loyalty_npss"]}, SchemeError, "loyalty_npss"),
        ({"groups": "age < 3"}, ArgumentError, "run behavioral: groups must have names"),
        ({"groups": "nosuch.yaml"}, ArgumentError, "nosuch.yaml.* cannot be opened"),
        ({"survey": "nosuch.csv"}, DataError, "there is no file 'nosuch.csv'"),
        ({"interactions": "nosuch.csv"}, DataError, "there is no file 'nosuch.csv'"),
    ],
)
def test_values_that_cannot_mean_anything(wanted, error, message):
    with pytest.raises(error, match=message):
        check_run("behavioral", wanted)


def test_sound_ones_may_start():
    wanted = {"presets": ["rfm_cn8", "rfm_11"], "groups": " ", "survey": "survey", "voices": []}
    assert check_run("behavioral", wanted).parameters["survey"] == "survey"
