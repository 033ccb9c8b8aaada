"""Schemes: segmentations written as data.

A *scheme* is a YAML file. It names *inputs* (columns of the customer table), turns each into
a *score* (a whole number, higher is better) by *cut-offs*, and gives every combination of
scores to exactly one *segment*, which has a name, a description and an action in English and
Chinese. The *linter* proves the "exactly one"; the *compiler* makes one Ibis expression of it,
which runs wherever the customers are and can be printed as SQL.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.schemes.compile import DIALECTS, compile_scheme, scheme_sql
    from segkit.schemes.grid import rfm_grid
    from segkit.schemes.lint import Issue, lint_scheme
    from segkit.schemes.scheme import (
        UNCLASSIFIED,
        Scheme,
        Score,
        Segment,
        list_schemes,
        load_scheme,
    )

# Loaded on first use: a scheme is read and linted long before anything is compiled.
_HOMES = {
    "compile": ["DIALECTS", "compile_scheme", "scheme_sql"],
    "grid": ["rfm_grid"],
    "lint": ["Issue", "lint_scheme"],
    "scheme": ["UNCLASSIFIED", "Scheme", "Score", "Segment", "list_schemes", "load_scheme"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)

__all__ = [
    "DIALECTS",
    "UNCLASSIFIED",
    "Issue",
    "Scheme",
    "Score",
    "Segment",
    "compile_scheme",
    "lint_scheme",
    "list_schemes",
    "load_scheme",
    "rfm_grid",
    "scheme_sql",
]
