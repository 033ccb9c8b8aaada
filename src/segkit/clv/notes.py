"""What a reader must know before believing a model, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.i18n import _, format_list, format_number, format_percent, ngettext

#: Fewer repeat customers than this give wide intervals.
FEW_REPEAT = 100
#: A history shorter than this many days says little about a year.
SHORT_DAYS = 182
#: Gamma-Gamma wants spend independent of frequency; beyond this it is not.
LINKED = 0.15

#: The numbers the notes are made from.
FACT_NAMES = (
    "n_customers",
    "n_once",
    "n_repeat",
    "span_days",
    "penalizer",
    "penalizer_used",
    "flat",
    "edge",
    "no_churn",
    "spend_kind",
    "spend_penalizer",
    "spend_fallback",
    "spend_correlation",
    "n_spend",
    "n_spend_sample",
    "n_unspent",
)

#: Names of the models as a reader meets them.
MODEL_TITLES = {
    "bg_nbd": "BG/NBD",
    "mbg_nbd": "MBG/NBD",
    "pareto_nbd": "Pareto/NBD",
    "nbd": "NBD",
}


def unit_words(time_unit: str) -> str:
    """Say what unit of time the parameters count in, in the current language."""
    return {
        "day": _("time counted in days"),
        "week": _("time counted in weeks"),
        "month": _("time counted in months"),
    }[time_unit]


def model_notes(model: str, facts: Mapping[str, Any]) -> list[str]:
    """Word the warnings of one fit, in the current language."""
    return [*_shape(model, facts), *_amount_of_data(facts), *_fit(facts), *_spend(facts)]


def shared_notes(facts: Mapping[str, Any]) -> list[str]:
    """Word what holds for every model of the same customers and spend."""
    return [*_amount_of_data(facts), *_spend(facts)]


def own_notes(model: str, facts: Mapping[str, Any]) -> list[str]:
    """Word what holds for this model alone, fitted to the calibration period of a test."""
    named = _("{model}: {note}")
    return [
        *_shape(model, facts, tested=True),
        *(named.format(model=MODEL_TITLES[model], note=note) for note in _fit(facts)),
    ]


def _shape(model: str, facts: Mapping[str, Any], *, tested: bool = False) -> list[str]:
    if model == "nbd":
        return [
            _(
                "NBD knows no churn: every customer counts as active for ever, so the forecast "
                "is an upper baseline, not an estimate."
            )
        ]
    if model != "bg_nbd" or not facts["n_once"] or facts["no_churn"]:
        return []
    text = _(
        "BG/NBD gives P(alive) = 1 to every one-time buyer ({share} of customers): do not "
        "read churn from it; MBG/NBD and Pareto/NBD can tell."
    )
    if tested:
        # Fewer have bought again by then than in the whole of the data.
        text = _(
            "BG/NBD gives P(alive) = 1 to everyone who bought once in the calibration period "
            "({share} of its customers): do not read churn from it; MBG/NBD and Pareto/NBD can "
            "tell."
        )
    return [text.format(share=format_percent(facts["n_once"] / facts["n_customers"]))]


def _amount_of_data(facts: Mapping[str, Any]) -> list[str]:
    notes = []
    if facts["n_repeat"] < FEW_REPEAT:
        notes.append(
            ngettext(
                "Only {repeat} customer bought again; below {few} the parameters are uncertain.",
                "Only {repeat} customers bought again; below {few} the parameters are uncertain.",
                facts["n_repeat"],
            ).format(repeat=format_number(facts["n_repeat"]), few=format_number(FEW_REPEAT))
        )
    if facts["span_days"] < SHORT_DAYS:
        notes.append(
            ngettext(
                "The history covers {days} day; below {short} days a forecast of a year is "
                "an extrapolation.",
                "The history covers {days} days; below {short} days a forecast of a year is "
                "an extrapolation.",
                round(facts["span_days"]),
            ).format(days=format_number(facts["span_days"]), short=format_number(SHORT_DAYS))
        )
    return notes


def _fit(facts: Mapping[str, Any]) -> list[str]:
    notes = []
    used, asked = facts["penalizer_used"], facts["penalizer"]
    if used and not asked:
        notes.append(
            _(
                "The fit converged only with a penalty of {penalty}: parameters and forecast are "
                "pulled towards zero."
            ).format(penalty=format_number(used, 3))
        )
    elif used:
        notes.append(
            _(
                "Fitted with the penalty of {penalty} that was asked for: parameters and "
                "forecast are pulled towards zero."
            ).format(penalty=format_number(used, 3))
        )
    if facts["no_churn"]:
        notes.append(
            _(
                "These data show no customer leaving: they are as likely without any churn, so "
                "every customer counts as active for ever and the forecast is an upper baseline."
            )
        )
    if facts["edge"]:
        notes.append(
            _(
                "The best fit lies at the edge of what the model can say: {names} ran to zero or "
                "beyond all bounds and have no intervals."
            ).format(names=format_list(facts["edge"]))
        )
    if facts["flat"]:
        notes.append(
            _(
                "The log-likelihood is flat around the optimum: the data do not tell the "
                "parameters apart, and there are no intervals."
            )
        )
    return notes


def _spend(facts: Mapping[str, Any]) -> list[str]:
    if facts["spend_kind"] is None:
        return [_("No spend model: expected spend and CLV are left empty.")]
    notes = []
    if facts["n_spend_sample"]:
        notes.append(
            _(
                "The spend model rests on a sample of {sample} of {customers} repeat customers, "
                "taken evenly over frequency and spend; means and correlation are those of all."
            ).format(
                sample=format_number(facts["n_spend_sample"]),
                customers=format_number(facts["n_spend"]),
            )
        )
    if facts["spend_penalizer"] and not facts["penalizer"]:
        notes.append(
            _(
                "The spend model converged only with a penalty of {penalty}: its parameters are "
                "pulled towards zero."
            ).format(penalty=format_number(facts["spend_penalizer"], 3))
        )
    if facts["spend_fallback"]:
        notes.append(_fallback(facts))
    if facts["spend_kind"] == "gamma_gamma" and abs(facts["spend_correlation"]) > LINKED:
        notes.append(
            _(
                "Spend and frequency are linked (correlation {correlation}, above {limit}): the "
                "Gamma-Gamma model takes them as independent, so CLV is off for frequent buyers."
            ).format(
                correlation=format_number(facts["spend_correlation"], 3),
                limit=format_number(LINKED, 2),
            )
        )
    if facts["n_unspent"]:
        notes.append(
            ngettext(
                "{customers} repeat customer without positive spend is not in the spend model "
                "and gets the mean of all.",
                "{customers} repeat customers without positive spend are not in the spend model "
                "and get the mean of all.",
                facts["n_unspent"],
            ).format(customers=format_number(facts["n_unspent"]))
        )
    return notes


def _fallback(facts: Mapping[str, Any]) -> str:
    reasons = {
        "few": ngettext(
            "{customers} repeat customer with spend is too little for the Gamma-Gamma model; "
            "plain mean spend is used.",
            "{customers} repeat customers with spend are too few for the Gamma-Gamma model; "
            "plain mean spend is used.",
            facts["n_spend"],
        ),
        "heavy_tail": _(
            "The Gamma-Gamma model of {customers} customers has no finite mean (q at most 1); "
            "plain mean spend is used."
        ),
        "no_fit": _(
            "The Gamma-Gamma model did not converge on {customers} customers; plain mean spend "
            "is used."
        ),
    }
    count = format_number(facts["n_spend"])
    return reasons[facts["spend_fallback"]].format(customers=count)
