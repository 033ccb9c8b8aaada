"""What the pages of the kit share: style sheets, scripts and the security policy."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def read_asset(name: str) -> Markup:
    """Read a style sheet or script of the template folder."""
    return Markup((TEMPLATES / "segkit" / name).read_text(encoding="utf-8").strip())


def security_policy(script: str | None = None) -> str:
    """Allow the page's own script by its hash, inline styles, pictures and fonts; no more."""
    scripts = "'none'"
    if script is not None:
        digest = hashlib.sha256(read_asset(script).encode()).digest()
        scripts = f"'sha256-{base64.b64encode(digest).decode()}'"
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src {scripts}; base-uri 'none'; form-action 'none'"
    )
