"""What a prediction of who did what says, in a client's words, and how a report shows it."""

from __future__ import annotations

from typing import Any

from segkit.figures import plot_calibration, plot_gain
from segkit.findings.outcome_group import (
    group_headline,
    group_results,
    observed_share,
    rule_of,
)
from segkit.i18n import (
    _,
    format_list,
    format_number,
    format_percent,
    join_sentences,
    ngettext,
)
from segkit.report.elements import Finding, show_figure, show_table
from segkit.report.notes import Note, show_note, show_warning
from segkit.segment.missing import Missing
from segkit.segment.outcome import BY_ROW, OutcomePrediction
from segkit.segment.trees.standout import Standout
from segkit.tables import tree_metrics_table, tree_rules_table
from segkit.value.words import count_customers


def outcome_findings(predicted: OutcomePrediction) -> list[Finding]:
    """Say how well the outcome is told; of a leak nothing but that it is one.

    What a tree reaches that knows the outcome is no result, and a number beside the warning
    would be quoted without it.
    """
    if predicted.leaking:
        return [_leak_finding(predicted)]
    if not tells(predicted):
        return [_silent_finding(predicted)]
    return [_telling_finding(predicted)]


def tells(predicted: OutcomePrediction) -> bool:
    """Whether the tree ranks customers it never saw better than chance."""
    return predicted.asks and bool(predicted.model.metric("auc")["low"] > 0.5)


def _leak_finding(predicted: OutcomePrediction) -> Finding:
    n, leaks = len(predicted.leaking), predicted.model.leaks
    columns = format_list(predicted.leaking)
    if all(leak.is_late for leak in leaks):
        text = ngettext(
            "column known only afterwards was used to predict {outcome}: the result must not be "
            "used",
            "columns known only afterwards were used to predict {outcome}: the result must not "
            "be used",
            n,
        )
    else:
        text = ngettext(
            "column that may know the outcome was used to predict {outcome}: do not use the "
            "result before this is settled",
            "columns that may know the outcome were used to predict {outcome}: do not use the "
            "result before this is settled",
            n,
        )
    action = _("Run the report again without {columns} among the predictors.")
    return Finding(
        number=format_number(n),
        title=text.format(outcome=predicted.label),
        evidence=join_sentences(leak.sentence for leak in leaks),
        action=action.format(columns=columns),
    )


def _telling_finding(predicted: OutcomePrediction) -> Finding:
    found = predicted.model.standout
    evidence = [_tested(predicted), _against_single(predicted)]
    if found is None:
        title = _(
            "of pairs of customers are put in the right order, chance does 50\u202f%: {outcome} is "
            "told a little, but no group stands out"
        )
        action = _(
            "Choose nobody by the groups of the tree: in the test none of them was clearly above "
            "the average."
        )
        number = _right_order(predicted)
        return Finding(
            number, title.format(outcome=predicted.label), join_sentences(evidence), action
        )
    title = _("as often as on average: {outcome} in a group of {people} of customers")
    facts = {"outcome": predicted.label, "people": format_percent(found.people, 0)}
    return Finding(
        number=_("{n} times").format(n=format_number(found.lift, 1)),
        title=title.format(**facts),
        evidence=join_sentences([observed_share(predicted, found), *evidence]),
        action=_advice(predicted, found),
        figure="gain",
    )


def _advice(predicted: OutcomePrediction, found: Standout) -> str:
    model = predicted.model
    if model.beats_single_rule:
        text = _(
            "Address first: {rule}. Leave a random part of them out, to see what the contact "
            "itself brings."
        )
        return text.format(rule=rule_of(predicted, found))
    return _("One question does as well: {rule}. Test it on a random half.").format(
        rule=model.single_rule_words
    )


def _silent_finding(predicted: OutcomePrediction) -> Finding:
    title = _(
        "of pairs of customers are put in the right order, chance does 50\u202f%: who customers "
        "are does not tell who {outcome}"
    )
    if predicted.was_asked_for:
        title = _(
            "of pairs of customers are put in the right order, chance does 50\u202f%: what was "
            "asked does not tell {outcome}"
        )
    return Finding(
        number=_right_order(predicted),
        title=title.format(outcome=predicted.label),
        evidence=_tested(predicted),
        action=_(
            "Choose nobody by it: address all alike, or by what customers do, which the "
            "behavioral report tells."
        ),
    )


def _right_order(predicted: OutcomePrediction) -> str:
    """Say the AUC as what it is: how often one with the outcome comes before one without."""
    return format_percent(float(predicted.model.metric("auc")["value"]), 0)


def _tested(predicted: OutcomePrediction) -> str:
    model = predicted.model
    if model.sample.by_time:
        text = _("Tested on {customers} who came later than those it was learnt from: {auc}.")
    else:
        text = _("Tested on {customers} by cross-validation: {auc}.")
    return text.format(customers=count_customers(model.sample.n_test), auc=_auc(predicted))


def _auc(predicted: OutcomePrediction) -> str:
    row = predicted.model.metric("auc")
    if row["low"] == row["high"]:
        return _("AUC {auc}").format(auc=format_number(row["value"], 3))
    return _("AUC {auc} (95\u202f% interval {low} to {high}; 0.5 is chance)").format(
        auc=format_number(row["value"], 3),
        low=format_number(row["low"], 3),
        high=format_number(row["high"], 3),
    )


def _against_single(predicted: OutcomePrediction) -> str:
    row = predicted.model.metric("auc")
    facts = {
        "rule": predicted.model.single_rule_words,
        "single": format_number(row["single_rule"], 3),
        "least": format_number(row["gain_low"], 3),
    }
    if predicted.model.beats_single_rule:
        text = _(
            "The best single question, {rule}, reaches {single}: the tree beats it by at least "
            "{least}."
        )
    else:
        text = _("The best single question, {rule}, reaches {single}: the tree hardly beats it.")
    return text.format(**facts)


def outcome_warning(predicted: OutcomePrediction | Missing) -> str:
    """Warn in one sentence of a prediction that knows the outcome; empty for others."""
    if isinstance(predicted, Missing) or not predicted.leaking:
        return ""
    text = _("Warning: {outcome} was predicted from {columns}, which may know it.")
    if all(leak.is_late for leak in predicted.model.leaks):
        text = _("Warning: {outcome} was predicted from {columns}, known only afterwards.")
    return text.format(outcome=predicted.label, columns=format_list(predicted.leaking))


def outcome_headline(predicted: OutcomePrediction | Missing) -> str:
    """Answer in one sentence what was asked; empty where nothing was, or nothing is told."""
    if isinstance(predicted, Missing) or not predicted.was_asked_for:
        return ""
    if predicted.leaking:
        text = _("Do not use the prediction of {outcome}: it knows the outcome")
        return text.format(outcome=predicted.label)
    if not tells(predicted):
        return ""
    found = predicted.model.standout
    if found is None:
        return ""
    return group_headline(predicted, found)


def outcome_share(predicted: OutcomePrediction) -> float:
    """Give the share of those with the outcome, of all whose outcome is known."""
    sample = predicted.model.sample
    if not sample.by_time:
        return sample.train_rate
    count = sample.n_train * sample.train_rate + sample.n_test * sample.test_rate
    return count / (sample.n_train + sample.n_test)


def outcome_limits(predicted: OutcomePrediction) -> list[str]:
    """Say what the prediction leaves open; that it knows the outcome comes first.

    How it was tested and what was left out stands where it is shown.
    """
    limits = _cautions(predicted)
    if predicted.within_days:
        limits.append(
            _("Counted from the first purchase in these data: earlier ones are not known.")
        )
    elif predicted.order == BY_ROW:
        limits.append(_("The rows of the customers are taken to stand in the order of time."))
    elif not predicted.order:
        limits.append(
            _(
                "Nothing tells when the outcome happened, so that later customers could not be "
                "the test: they may differ. The parameter outcome_order names such a column."
            )
        )
    if tells(predicted):
        limits.append(
            _("That a group has the outcome more often does not say that a contact brings more.")
        )
    text = _("Prediction of {outcome}: {sentence}")
    told = [text.format(outcome=predicted.label, sentence=sentence) for sentence in limits]
    return [outcome_warning(predicted), *told] if predicted.leaking else told


def _cautions(predicted: OutcomePrediction) -> list[str]:
    """Give the model's warnings; of a tree that asks nothing only leaks are worth one."""
    model = predicted.model
    return model.warnings if predicted.asks else [leak.sentence for leak in model.leaks]


def outcome_results(predicted: OutcomePrediction | Missing) -> dict[str, float | int | str]:
    """Give the headline numbers by name; none where nothing could be predicted."""
    if isinstance(predicted, Missing):
        return {}
    row, model = predicted.model.metric("auc"), predicted.model
    return {
        "outcome": predicted.outcome,
        "outcome_share_trained": model.sample.train_rate,
        "outcome_share_tested": model.sample.test_rate,
        "outcome_n_tested": model.sample.n_test,
        "outcome_tested_by": predicted.order or "cross-validation",
        "outcome_auc": row["value"],
        "outcome_auc_low": row["low"],
        "outcome_auc_high": row["high"],
        "outcome_auc_single_rule": row["single_rule"],
        "outcome_auc_gain_low": row["gain_low"],
        "outcome_lift_first_tenth": float(model.gain["lift"].iloc[0]),
        "outcome_n_leaks": len(predicted.leaking),
        **group_results(predicted),
    }


def show_outcome(predicted: OutcomePrediction | Missing, *, source: str = "") -> None:
    """Show who did what in a report: warnings first, then the evidence and the rules.

    Use it as the last line of a cell. A tree that asks nothing has no curve and no rules worth
    a figure: then the sentence and the measures stand alone. Of one that knows the outcome the
    figures would be quoted, so that it has none, and its tables say that they must not be used.

    Parameters
    ----------
    predicted : OutcomePrediction or Missing
        From :func:`segkit.predict_outcome`; of a ``Missing`` the reason is shown.
    source : str
        Where the data come from, for the line under figures and tables. Of a prediction that
        knows the outcome it carries the warning too, since figures are copied alone.
    """
    from IPython.display import display

    if isinstance(predicted, Missing):
        display(show_note(predicted.reason))
        return
    model = predicted.model
    if warned := outcome_warning(predicted):
        both = _("{source}. {warning}").format(source=source, warning=warned)
        source = both if source else warned
    parts: list[Any] = [*_warnings(predicted), show_note(_verdict(predicted))]
    if predicted.asks and not predicted.leaking:
        parts += [show_figure(plot, model, source=source) for plot in (plot_gain, plot_calibration)]
    if predicted.asks:
        parts.append(show_table(tree_rules_table(model), source=source))
    parts.append(show_table(tree_metrics_table(model), source=source))
    for part in parts:
        display(part)


def _warnings(predicted: OutcomePrediction) -> list[Note]:
    found = _cautions(predicted)
    if predicted.leaking:
        again = _("Run the report again without {columns} among the predictors.")
        found = [*found, again.format(columns=format_list(predicted.leaking))]
    return [show_warning("\n".join(found))] if found else []


def _verdict(predicted: OutcomePrediction) -> str:
    sample, share = predicted.model.sample, outcome_share(predicted)
    n = sample.n_train + (sample.n_test if sample.by_time else 0)
    text = _("Outcome: {outcome}. True of {count} of {customers} ({share}).")
    facts = text.format(
        outcome=predicted.label,
        count=format_number(round(share * n)),
        customers=count_customers(n),
        share=format_percent(share),
    )
    lines = [facts]
    if not predicted.asks:
        lines.append(
            _(
                "No question about who the customers are tells who did: the tree asks nothing, "
                "and there is no figure of it to show."
            )
        )
    elif not predicted.leaking:
        lines.append(_against_single(predicted))
    lines += predicted.model.notes
    if not predicted.was_asked_for:
        lines.append(
            _("Name a column of the customers that says yes or no as outcome, and it is predicted.")
        )
    return "\n".join(lines)
