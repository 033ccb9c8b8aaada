"""What a survey says beyond its segments: needs, price, recommendation, dissatisfaction."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from segkit.findings.attitudes_words import range_words, signed, widest_pair
from segkit.i18n import (
    _,
    format_list,
    format_money,
    format_money_range,
    format_number,
    format_percent,
    ngettext,
)
from segkit.report.elements import Finding
from segkit.segment.attitudes import (
    AttitudeStudy,
    Dissatisfied,
    MeanDifferences,
    NetPromoter,
    TypingTool,
    Wants,
    block_means,
)
from segkit.segment.attitudes.needs import MOST_LEADING, leading_needs
from segkit.segment.missing import Missing
from segkit.segment.result import Segmentation
from segkit.uncertainty import Z95, share_of_count


def more_findings(study: AttitudeStudy) -> list[Finding]:
    """Write the findings on needs, orientation, recommendation, dissatisfaction and placing."""
    return list(_findings(study))


def _findings(study: AttitudeStudy) -> Iterator[Finding]:
    if not isinstance(study.wants, Missing):
        yield _needs_finding(study.wants)
    if not isinstance(study.orientation, Missing):
        yield _orientation_finding(study.orientation)
    if not isinstance(study.promoters, Missing):
        yield _promoters_finding(study.promoters)
    if not isinstance(study.dissatisfied, Missing):
        yield _dissatisfied_finding(study.dissatisfied)
    if not isinstance(study.tool, Missing):
        yield _tool_finding(study.tool)


def basic_findings(study: AttitudeStudy) -> list[Finding]:
    """Write what any survey says: the block that is rated lowest, and what can be added up."""
    means = block_means(study.survey, study.check).drop(columns="customer_id")
    lowest = str(means.mean().idxmin())
    answers = means[lowest].dropna()
    half = Z95 * float(answers.std()) / len(answers) ** 0.5 if len(answers) > 1 else math.nan
    low, high = study.check.scale
    evidence = _(
        "95\u202f% interval {low} to {high}, on a scale from {least} to {most}; the highest is "
        "{other} with {mean}."
    )
    other = str(means.mean().idxmax())
    first = Finding(
        number=format_number(answers.mean(), 1),
        title=_("is the lowest mean of all subjects: {block}").format(block=lowest),
        evidence=evidence.format(
            low=format_number(answers.mean() - half, 1),
            high=format_number(answers.mean() + half, 1),
            least=format_number(low),
            most=format_number(high),
            other=other,
            mean=format_number(means[other].mean(), 1),
        ),
        action=_("Ask a dozen customers what would raise it, before anything is changed."),
    )
    return [first, _factors_finding(study)]


def _factors_finding(study: AttitudeStudy) -> Finding:
    n, blocks = len(study.factors.names), len(study.survey.blocks)
    weakest = study.reliable.table.sort_values("alpha").iloc[0]
    title = ngettext(
        "thing is what the questions measure, in {blocks} blocks",
        "things are what the questions measure, in {blocks} blocks",
        n,
    )
    evidence = _(
        "The least dependable block is {block}: alpha {alpha}, 95\u202f% interval {low} to {high}."
    )
    if study.factors.was_asked_for:
        # A number that somebody gave says nothing about the questions.
        title = ngettext(
            "factor was asked for behind the questions, in {blocks} blocks",
            "factors were asked for behind the questions, in {blocks} blocks",
            n,
        )
        action = _("Leave the number of factors open, to see how many the answers show.")
    elif n < blocks:
        action = _("Shorten the survey: some blocks ask for the same thing twice.")
    else:
        action = _("Keep these blocks, so that later surveys can be compared with this one.")
    return Finding(
        number=format_number(n),
        title=title.format(blocks=format_number(blocks)),
        evidence=evidence.format(
            block=study.survey.label(weakest["block"]),
            **{
                name: format_number(weakest[column], 2)
                for name, column in (
                    ("alpha", "alpha"),
                    ("low", "alpha_low"),
                    ("high", "alpha_high"),
                )
            },
        ),
        action=action,
        figure="loadings",
    )


def worth_finding(worth: MeanDifferences) -> Finding:
    """Write the finding on what the segments are worth, where they differ."""
    pair = widest_pair(worth)
    evidence = _(
        "{higher} bring more than {lower}: 95\u202f% interval {range}, {effect} standard "
        "deviations."
    )
    return Finding(
        number=format_money(pair.difference),
        title=_("more revenue per customer comes from the segment {segment}").format(
            segment=pair.higher
        ),
        evidence=evidence.format(
            higher=pair.higher,
            lower=pair.lower,
            range=format_money_range(pair.low, pair.high),
            effect=format_number(pair.effect, 1),
        ),
        action=_("Look for more customers like them, and place new ones by the short questions."),
        figure="segment_spend",
    )


def _needs_finding(wants: Wants) -> Finding:
    leading = leading_needs(wants.table)
    if len(leading) > 1:
        return _several_needs(wants, leading)
    first = wants.table.iloc[0]
    evidence = _(
        "95\u202f% interval {low} to {high}; it is the first need of {first}. After it: {others}."
    )
    return Finding(
        number=format_percent(first["weight"], 0),
        title=_("of what customers want is one need: {need}").format(need=first["need"]),
        evidence=evidence.format(
            low=format_percent(first["low"]),
            high=format_percent(first["high"]),
            first=format_percent(first["first_share"], 0),
            others=_weights(wants.table.iloc[1:5]),
        ),
        action=_(
            "Open every campaign with {need}, and let customers' own first need choose what "
            "follows."
        ).format(need=first["need"]),
        figure="needs",
    )


def _weights(rows: pd.DataFrame) -> str:
    return format_list(
        _("{need} {weight}").format(need=row.need, weight=format_percent(row.weight, 0))
        for row in rows.itertuples(index=False)
    )


def _several_needs(wants: Wants, leading: list[str]) -> Finding:
    """Say that no need leads alone: by weight, or because most put another one first."""
    table = wants.table
    is_leading = table["need"].isin(leading)
    most = table.loc[table["first_share"].idxmax()]
    if len(leading) > MOST_LEADING:
        number = format_number(len(leading))
        title = _("needs weigh about alike: none of them stands out")
    else:
        number = format_percent(table.loc[is_leading, "weight"].sum(), 0)
        title = _("of what customers want are the needs {needs}; none leads alone")
    evidence = _(
        "By weight: {weights}. {need} is the first need of most, {share} of customers (95\u202f% "
        "interval {low} to {high}). The order of weights that lie so near can be chance."
    )
    return Finding(
        number=number,
        title=title.format(needs=format_list(leading)),
        evidence=evidence.format(
            weights=_weights(table.iloc[:5]),
            need=most["need"],
            share=format_percent(most["first_share"], 0),
            low=format_percent(most["first_low"]),
            high=format_percent(most["first_high"]),
        ),
        action=_(
            "Prepare an opening for each of these needs, and let customers\u2019 own first need "
            "choose between them."
        ),
        figure="needs",
    )


def _orientation_finding(orientation: Segmentation) -> Finding:
    profile = orientation.profile.set_index("segment")
    n = int(profile["n_customers"].sum())
    counts = {name: int(profile.loc[name, "n_customers"]) for name in ("price", "quality")}
    leading = max(counts, key=lambda name: counts[name])
    share = share_of_count(counts[leading], n)
    other = share_of_count(n - counts["price"] - counts["quality"], n)
    second = share_of_count(counts["quality" if leading == "price" else "price"], n)
    if leading == "price":
        title = _("of respondents look at the price first")
        evidence = _(
            "{interval}. {second} look at quality first; for {other} the answers do not tell."
        )
    else:
        title = _("of respondents look at quality first")
        evidence = _(
            "{interval}. {second} look at the price first; for {other} the answers do not tell."
        )
    return Finding(
        number=share.text,
        title=title,
        evidence=evidence.format(
            interval=share.interval_text, second=second.text, other=other.text
        ),
        action=str(profile.loc[leading, "action"]),
    )


def _promoters_finding(promoters: NetPromoter) -> Finding:
    whole = promoters.table.iloc[0]
    evidence = _(
        "{interval} from {n} answers: {promoters} would recommend (9 or 10), {detractors} "
        "would not (0 to 6)."
    )
    if whole["nps_low"] > 0:
        action = _("Ask those who answered 9 or 10 for a review or a friend, within a week.")
    else:
        action = _("Call those who answered 0 to 6 within two days, and note what they miss.")
    return Finding(
        number=signed(whole["nps"]),
        title=_("is the net promoter score: promoters less detractors, in points"),
        evidence=evidence.format(
            interval=range_words(signed(whole["nps_low"]), signed(whole["nps_high"])),
            n=format_number(whole["n_answers"]),
            promoters=format_percent(whole["promoter_share"], 0),
            detractors=format_percent(whole["detractor_share"], 0),
        ),
        action=action,
        figure="nps",
    )


def _dissatisfied_finding(found: Dissatisfied) -> Finding:
    spoke = found.count("explicit") + found.count("rated")
    title = ngettext(
        "customer shows to be dissatisfied, by complaint, answer or rating",
        "customers show that they are dissatisfied, by complaint, answer or rating",
        spoke,
    )
    evidence = _("{share} of customers, {interval}. {latent}")
    actions = found.said.profile.set_index("segment")["action"]
    return Finding(
        number=format_number(spoke),
        title=title,
        evidence=evidence.format(
            share=found.share.text,
            interval=found.share.interval_text,
            latent=found.latent_summary(),
        ),
        action=str(actions["explicit" if found.count("explicit") else "nothing_known"]),
    )


def _tool_finding(tool: TypingTool) -> Finding:
    row = tool.accuracy[tool.accuracy["chosen"]].iloc[0]
    n = int(row["n_questions"])
    title = ngettext(
        "of customers are placed in their segment by {n} question",
        "of customers are placed in their segment by {n} questions",
        n,
    )
    evidence = _(
        "95\u202f% interval {low} to {high}, on respondents who were not used to find the "
        "questions; naming the largest segment each time would place {chance}."
    )
    if row["low"] <= row["chance"]:
        action = _("Do not place customers by so few questions: chance does it as well.")
    else:
        action = _("Ask new customers these questions at the counter: {questions}.")
    return Finding(
        number=format_percent(row["accuracy"], 0),
        title=title.format(n=format_number(n)),
        evidence=evidence.format(
            low=format_percent(row["low"], 0),
            high=format_percent(row["high"], 0),
            chance=format_percent(row["chance"], 0),
        ),
        action=action.format(questions=format_list(tool.items)),
        figure="typing_accuracy",
    )
