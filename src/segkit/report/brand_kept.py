"""The brand of a run, kept in its folder, so that further forms are of the same brand."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path

from segkit.checks import shown
from segkit.errors import DataError
from segkit.report.brand import Brand
from segkit.report.brand_logo import Logo

BRAND_FILE = "brand.json"
_LOGOS = ("logo", "logo_dark")


def keep_brand(brand: Brand, folder: Path) -> Path:
    """Write all that a brand is made of into a run's folder: its own file may be gone later."""
    facts = asdict(brand)
    for name in _LOGOS:
        if facts[name] is not None:
            facts[name]["content"] = base64.b64encode(facts[name]["content"]).decode()
    path = folder / BRAND_FILE
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def kept_brand(folder: Path) -> Brand | None:
    """Read the brand that a run was made with; None where none was kept.

    Raises
    ------
    DataError
        The file is there and cannot be read.
    """
    path = folder / BRAND_FILE
    if not path.is_file():
        return None
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        for name in _LOGOS:
            if facts[name] is not None:
                content = base64.b64decode(facts[name].pop("content"), validate=True)
                facts[name] = Logo(content, **facts[name])
        return Brand(**facts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as err:
        raise DataError(
            f"export: {shown(str(path))} cannot be read as the brand of a run "
            f"({type(err).__name__}). Run the notebook again."
        ) from err
