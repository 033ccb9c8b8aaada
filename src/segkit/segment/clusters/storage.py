"""Write a clustering as JSON and read it again: numbers and texts only, nothing that runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from segkit.errors import DataError
from segkit.schemes.scheme import Named, Text
from segkit.segment.clusters.definition import TITLES, ClusterDefinition
from segkit.segment.clusters.features import Feature
from segkit.segment.clusters.marks import Mark
from segkit.segment.clusters.models import (
    Centers,
    LatentClasses,
    Mixture,
    Model,
    Neighbors,
)
from segkit.segment.clusters.transforms import Transform

_VERSION = 1


def write(definition: ClusterDefinition) -> str:
    """Write a definition as JSON."""
    content = {
        "segkit_clusters": _VERSION,
        "method": definition.method,
        "features": [
            {
                "name": f.name,
                "label": f.label.model_dump(),
                "kind": f.kind,
                "transform": None if f.transform is None else f.transform.as_dict(),
                "categories": list(f.categories),
            }
            for f in definition.features
        ],
        "model": _written_model(definition.model),
        "segments": [segment.model_dump() for segment in definition.segments],
        "marks": [asdict(mark) for mark in definition.marks],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def read(text: str) -> ClusterDefinition:
    """Read a definition; whatever is not one is refused."""
    try:
        found = json.loads(text)
        if found["segkit_clusters"] != _VERSION or found["method"] not in TITLES:
            raise KeyError("version")
        return ClusterDefinition(
            method=found["method"],
            features=tuple(_feature(item) for item in found["features"]),
            model=_model(found["model"]),
            named=tuple(Named.model_validate(item) for item in found["segments"]),
            marks=tuple(Mark(**item) for item in found["marks"]),
        )
    except (ValueError, KeyError, TypeError) as err:
        raise DataError(
            f"from_json: text must be a clustering that to_json wrote; got {str(text)[:40]!r}. "
            "Store it again."
        ) from err


def _feature(item: dict[str, Any]) -> Feature:
    transform = item["transform"]
    return Feature(
        name=item["name"],
        label=Text.model_validate(item["label"]),
        kind=item["kind"],
        transform=None if transform is None else Transform(**transform),
        categories=tuple(item["categories"]),
    )


def _written_model(model: Model | None) -> dict[str, Any] | None:
    if model is None:
        return None
    values = {
        key: [part.tolist() for part in value] if isinstance(value, tuple) else _plain(value)
        for key, value in vars(model).items()
    }
    return {"type": type(model).__name__, **values}


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _whole(value: Any, width: int = 0) -> np.ndarray:
    return np.array(value, dtype=np.int64).reshape(len(value), -1) if width else np.array(value)


def _model(item: dict[str, Any] | None) -> Model | None:
    if item is None:
        return None
    found = dict(item)
    return _MODELS[found.pop("type")](found)


def _rows(value: list[Any]) -> np.ndarray:
    return np.array(value, dtype=float).reshape(len(value), -1)


_MODELS: dict[str, Callable[[dict[str, Any]], Model]] = {
    "Centers": lambda v: Centers(_rows(v["centers"]), _whole(v["modes"], 1), v["weight"]),
    "Mixture": lambda v: Mixture(
        np.array(v["shares"]), np.array(v["means"]), np.array(v["factors"])
    ),
    "LatentClasses": lambda v: LatentClasses(
        np.array(v["shares"]), tuple(np.array(table) for table in v["surprises"])
    ),
    "Neighbors": lambda v: Neighbors(_rows(v["points"]), _whole(v["labels"])),
}
