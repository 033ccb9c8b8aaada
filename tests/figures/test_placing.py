from __future__ import annotations

import itertools

import pytest

from segkit.figures.placing import nearest_edge, place_labels


def boxes(places, sizes):
    return [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in zip(places, sizes, strict=True)
    ]


def test_labels_of_marks_on_one_spot_lie_apart_and_inside():
    sizes = [(80.0, 15.0)] * 9
    places = place_labels([(100.0, 50.0)] * 9, [5.0] * 9, sizes, (260.0, 200.0))
    for one, other in itertools.combinations(boxes(places, sizes), 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 0 or down <= 0
    for left, low, right, high in boxes(places, sizes):
        assert left >= -1e-9
        assert low >= -1e-9
        assert right <= 260 + 1e-9
        assert high <= 200 + 1e-9


def test_a_label_alone_stands_beside_its_mark():
    ((x, y),) = place_labels([(50.0, 50.0)], [10.0], [(40.0, 15.0)], (300.0, 100.0))
    assert abs(y - 50) <= 8
    assert x - 20 >= 50 + 10


def test_the_nearest_edge_of_a_box():
    assert nearest_edge((100.0, 50.0), (40.0, 10.0), (20.0, 50.0)) == (80.0, 50.0)
    assert nearest_edge((100.0, 50.0), (40.0, 10.0), (100.0, 90.0)) == (100.0, 55.0)


def test_a_label_wider_than_the_area_stays_in_its_middle():
    ((x, _y),) = place_labels([(5.0, 5.0)], [2.0], [(400.0, 15.0)], (300.0, 100.0))
    assert x == pytest.approx(200.0)
