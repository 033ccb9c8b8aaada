"""What a comparison calls things: headline results, parameters and facts of the data."""

from __future__ import annotations

import re

from segkit.clv.notes import MODEL_TITLES
from segkit.errors import ParameterError
from segkit.i18n import N_, _, localized
from segkit.report.catalog import Notebook, find_notebook
from segkit.report.compare import PastRun
from segkit.schemes import list_schemes, load_scheme

_RESULTS = {
    "n_orders": N_("Purchases"),
    "n_customers": N_("Customers"),
    "revenue": N_("Revenue"),
    "repeat_share": N_("Customers who bought again"),
    "silent_share": N_("Customers silent for long"),
    "gini": N_("Concentration of revenue (Gini)"),
    "near_border_share": N_("Customers near a border"),
    "n_clusters": N_("Natural groups"),
    "cluster_silhouette": N_("Natural groups: how far apart (silhouette)"),
    "tree_fidelity": N_("Customers whom the rules place alike"),
    "highest_agreement": N_("Highest agreement of two RFM maps"),
    "lowest_agreement": N_("Lowest agreement of two RFM maps"),
    "stability_rand": N_("Stability of the segments (adjusted Rand index)"),
    "n_unstable": N_("Segments not to be relied on"),
    "outlook_share_tested": N_("Who buys again: share in the test"),
    "outlook_auc": N_("Who buys again: ranking (AUC)"),
    "outlook_auc_single_rule": N_("Who buys again: ranking by one question (AUC)"),
    "outlook_likeliest_third_share": N_("Who buys again: buyers in the likeliest third"),
    "outlook_buyers": N_("Who buys again: expected buyers"),
    "outlook_buyers_low": N_("Who buys again: expected buyers, lower end"),
    "outlook_buyers_high": N_("Who buys again: expected buyers, upper end"),
    "calibration_customers": N_("Customers the models were tested on"),
    "holdout_purchases": N_("Repeat purchases in the held-out days"),
    "holdout_spend": N_("Spend in the held-out days"),
    "forecast_purchases": N_("Forecast: purchases"),
    "forecast_value": N_("Forecast: margin"),
    "forecast_mean_p_alive": N_("Forecast: mean probability of being active"),
}
_TOP = {
    "revenue": N_("Revenue from the top {n} %"),
    "value": N_("Future margin from the top {n} %"),
}
_MEASURES = {
    "log_likelihood": N_("{model}: log-likelihood"),
    "expected": N_("{model}: purchases expected in the held-out days"),
    "mae": N_("{model}: mean absolute error per customer"),
    "rmse": N_("{model}: root mean squared error per customer"),
    "mean_p_alive": N_("{model}: mean probability of being active"),
}
_PARAMETER = N_("{model}: parameter {symbol}")
_DATA = {
    "name": N_("Name of the data"),
    "rows": N_("Rows"),
    "customers": N_("Customers"),
    "sha256": N_("Fingerprint of the data (SHA-256)"),
}
_MODELS = {**MODEL_TITLES, "gamma_gamma": "Gamma-Gamma"}


def result_name(name: str, run: PastRun) -> str:
    """Say in words what a headline number counts; an unknown name is shown as it is."""
    if name in _RESULTS:
        return _(_RESULTS[name])
    if name.startswith("customers_"):
        segment = name.removeprefix("customers_")
        return _("Customers in {segment}").format(segment=segment_names(run).get(segment, segment))
    top = re.fullmatch(r"top_([\d.]+)_(revenue|value)_share", name)
    if top:
        return _(_TOP[top[2]]).format(n=top[1])
    for model, title in _MODELS.items():
        if name.startswith(f"{model}_"):
            measure = name.removeprefix(f"{model}_")
            text = _(_MEASURES.get(measure, _PARAMETER))
            return text.format(model=title, symbol=measure)
    return _size_name(name) or name.replace("_", " ")


def _size_name(name: str) -> str:
    """Name the size of a segment of a scheme that comes with segkit; empty for other results."""
    for known in list_schemes():
        if name.startswith(f"{known}_"):
            scheme = load_scheme(known)
            for segment in scheme.segments:
                if name == f"{known}_{segment.id}":
                    text = _("{scheme}: customers in {segment}")
                    return text.format(scheme=scheme.label(), segment=segment.label())
    return ""


def segment_names(*runs: PastRun) -> dict[str, str]:
    """Name the segments that runs kept, by id."""
    names: dict[str, str] = {}
    for run in runs:
        for segment in (run.facts.get("kept") or {}).get("segments") or []:
            texts = {k: v for k, v in segment["name"].items() if v}
            names[str(segment["id"])] = localized({"en": str(segment["id"]), **texts})
    return names


def setting_name(group: str, name: str, run: PastRun) -> str:
    """Say in words what a setting is; a parameter keeps its name beside its meaning."""
    if group == "data":
        return _(_DATA[name]) if name in _DATA else name
    if (group, name) == ("versions", "git_commit"):
        return _("Notebook (git commit)")
    meaning = _meanings(run).get(name) if group == "parameters" else None
    return _("{meaning} ({name})").format(meaning=_(meaning), name=name) if meaning else name


def notebook_title(run: PastRun) -> str:
    """Title a run's notebook in the language of the page, not in that of the run."""
    try:
        return find_notebook(run.notebook).title
    except ParameterError:
        return str(run.facts.get("title") or run.notebook)


def _meanings(run: PastRun) -> dict[str, str]:
    """Read what parameters mean in the kit's notebook, or in the one kept with the run."""
    try:
        found = find_notebook(run.notebook)
    except ParameterError:
        found = Notebook(run.folder / "notebook.ipynb")
    try:
        return {p.name: p.meaning for p in found.parameters}
    except ParameterError:
        return {}
