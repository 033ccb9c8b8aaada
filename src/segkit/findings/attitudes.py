"""What a survey on attitudes and needs says, in a client's words, made from its numbers."""

from __future__ import annotations

from typing import Any

from segkit.findings.attitudes_more import basic_findings, more_findings, worth_finding
from segkit.findings.attitudes_words import (
    answered_by,
    first_needs,
    largest_segment,
    signed,
    widest_pair,
)
from segkit.i18n import _, format_list, format_number, format_percent, join_sentences, ngettext
from segkit.report.elements import Cover, Finding, Findings, Kpi, Results
from segkit.segment.attitudes import AttitudeStudy, Wants
from segkit.segment.missing import Missing
from segkit.uncertainty import share_of_count

#: More findings are no summary, and fewer are none either.
_LEAST, _MOST = 3, 7


def attitudes_cover(study: AttitudeStudy) -> Cover:
    """Write the head of the report: the answer, and the numbers it rests on.

    Parameters
    ----------
    study : AttitudeStudy
        The survey with all that came of it.
    """
    kpis = [
        Kpi(format_number(study.survey.n_customers), _("customers answered")),
        Kpi(format_number(study.n_groups), _groups_label(study)),
    ]
    if not isinstance(study.wants, Missing):
        kpis += _needs_kpi(study, study.wants)
    if not isinstance(study.promoters, Missing):
        kpis.append(Kpi(signed(study.promoters.table["nps"].iloc[0]), _("net promoter score")))
    if not isinstance(study.dissatisfied, Missing):
        share = study.dissatisfied.share
        kpis.append(Kpi(share.text, _("show that they are dissatisfied")))
    return Cover(
        headline=_headline(study), lede=_lede(study), period=study.survey.period, kpis=kpis
    )


def _needs_kpi(study: AttitudeStudy, wants: Wants) -> list[Kpi]:
    """Give the weight of what leads; of several needs together, where none leads alone."""
    needs = first_needs(study)
    if not needs:
        return []
    weight = wants.table.set_index("need")["weight"][needs].sum()
    label = _("of what customers want: {needs}").format(needs=format_list(needs))
    return [Kpi(format_percent(weight, 0), label)]


def _groups_label(study: AttitudeStudy) -> str:
    return ngettext("attitude segment", "attitude segments", study.n_groups)


def _headline(study: AttitudeStudy) -> str:
    needs = first_needs(study)
    need = format_list(needs)
    facts = {"n": format_number(study.n_groups), "need": need, "share": ""}
    definition: Any = study.segments.definition
    if study.n_groups > 1 and not definition.has_structure:
        text = _("Attitudes differ by degrees: {n} segments are slices of one crowd")
    elif study.n_groups > 1:
        facts["share"] = format_percent(largest_segment(study)["customer_share"], 0)
        if needs:
            text = ngettext(
                "Customers think in {n} ways; the need that weighs most: {need}",
                "Customers think in {n} ways; the needs that weigh most: {need}",
                len(needs),
            )
        else:
            text = _("Customers think in {n} ways; {share} are of the most frequent one")
    elif needs:
        text = ngettext(
            "Attitudes differ by degrees, not in groups; the need that weighs most: {need}",
            "Attitudes differ by degrees, not in groups; the needs that weigh most: {need}",
            len(needs),
        )
    else:
        text = _("Attitudes differ by degrees: the answers show no groups")
    return text.format(**facts)


def _lede(study: AttitudeStudy) -> str:
    survey = study.survey
    text = ngettext(
        "{n} customer answered {items} questions on {blocks} subjects.",
        "{n} customers answered {items} questions on {blocks} subjects.",
        survey.n_customers,
    )
    said = text.format(
        n=format_number(survey.n_customers),
        items=format_number(len(survey.items)),
        blocks=format_number(len(survey.blocks)),
    )
    definition: Any = study.segments.definition
    if study.n_groups > 1 and definition.has_structure:
        # How clear the groups are in numbers stands in the finding.
        second = _("They fall into groups more clearly than chance brings about.")
    else:
        second = definition.verdict()
    return join_sentences([said, second])


def attitudes_findings(study: AttitudeStudy) -> Findings:
    """Write the summary: the weightiest facts first, each with its uncertainty and an action."""
    items = [_segments_finding(study)]
    worth, loyalty = study.worth, study.loyalty
    if not isinstance(worth, Missing) and worth.table["differs"].any():
        items.append(worth_finding(worth))
    if not isinstance(loyalty, Missing) and len(loyalty.table):
        items.append(_loyalty_finding(study, loyalty))
    more = more_findings(study)
    # Whoever is read to the end has the rest in the sections: the least telling goes first.
    if len(items) + len(more) < _LEAST:
        more = [*more, *basic_findings(study)]
    spare = [f for f in more if f.figure == ""] if len(items) + len(more) > _MOST else []
    return Findings([*items, *(f for f in more if f not in spare[:1])][:_MOST])


def _segments_finding(study: AttitudeStudy) -> Finding:
    definition: Any = study.segments.definition
    row = largest_segment(study)
    if study.n_groups == 1:
        return Finding(
            number=format_number(study.survey.n_customers),
            title=_("respondents are one crowd: their attitudes differ by degrees"),
            evidence=definition.verdict(),
            action=_(
                "Address all in one tone, and tell customers apart by what they need and buy."
            ),
        )
    share = share_of_count(
        int(row["n_customers"]), int(study.segments.profile["n_customers"].sum())
    )
    evidence = _("{answers} Share of respondents: {interval}. {verdict}")
    return Finding(
        number=share.text,
        title=_("of respondents are in the largest segment: {segment}").format(segment=row["name"]),
        evidence=evidence.format(
            answers=answered_by(row["n_customers"]),
            interval=share.interval_text,
            verdict=definition.verdict(),
        ),
        action=row["action"],
        figure="snake",
    )


def _loyalty_finding(study: AttitudeStudy, loyalty: Any) -> Finding:
    pair = widest_pair(loyalty)
    facts = {
        "outcome": study.survey.label(study.survey.outcome or ""),
        "higher": pair.higher,
        "lower": pair.lower,
        "low": format_number(pair.low, 2),
        "high": format_number(pair.high, 2),
        "effect": format_number(pair.effect, 1),
        "explained": format_percent(loyalty.explained, 0),
    }
    if pair.differs:
        title = _("points of {outcome} lie between the segments {higher} and {lower}")
        action = _("Keep {higher} by thanks and early access; ask {lower} what is missing.")
    else:
        title = _("points of {outcome} at most lie between two segments: it can be chance")
        action = _(
            "Use these segments for wording and offers; decide on keeping customers by what "
            "they buy."
        )
    evidence = _(
        "95\u202f% interval {low} to {high}, {effect} standard deviations; the segments explain "
        "{explained} of the differences. The questions on it did not make the segments."
    )
    return Finding(
        number=format_number(pair.difference, 2),
        title=title.format(**facts),
        evidence=evidence.format(**facts),
        action=action.format(**facts),
        figure="segment_scores",
    )


def attitudes_results(study: AttitudeStudy) -> Results:
    """Give the headline numbers by name, for ``run.json`` and for comparing runs."""
    survey, values = study.survey, dict[str, Any]()
    values |= {"n_respondents": survey.n_customers, "n_items": len(survey.items)}
    values["n_segments"] = study.n_groups
    evidence = study.segments.definition.evidence  # type: ignore[attr-defined]
    values["has_groups"] = bool(evidence["chosen"].any())
    for row in study.segments.profile.itertuples():
        values[f"customers_{row.segment}"] = int(row.n_customers)
    for row in study.reliable.table.itertuples():
        values[f"alpha_{row.block}"] = float(row.alpha)
    values["n_factors"] = len(study.factors.names)
    agreement = study.factors.compare_blocks(survey.blocks).attrs["adjusted_rand"]
    values["blocks_adjusted_rand"] = float(agreement)
    if not isinstance(study.loyalty, Missing) and len(study.loyalty.table):
        pair = widest_pair(study.loyalty)
        values |= {"loyalty_difference": pair.difference, "loyalty_effect": pair.effect}
        values |= {"loyalty_low": pair.low, "loyalty_high": pair.high}
    if not isinstance(study.promoters, Missing):
        whole = study.promoters.table.iloc[0]
        values |= {name: float(whole[name]) for name in ("nps", "nps_low", "nps_high")}
    if not isinstance(study.wants, Missing):
        needs = zip(sorted(survey.needs), _weights(study), strict=True)
        values |= {f"need_{name}": weight for name, weight in needs}
    if not isinstance(study.orientation, Missing):
        for row in study.orientation.profile.itertuples():
            values[f"{row.segment}_oriented"] = int(row.n_customers)
    if not isinstance(study.dissatisfied, Missing):
        found = study.dissatisfied
        values |= {"explicit": found.count("explicit"), "rated": found.count("rated")}
        values["latent"] = found.n_latent
    if not isinstance(study.tool, Missing):
        chosen = study.tool.accuracy[study.tool.accuracy["chosen"]].iloc[0]
        values |= {"typing_questions": int(chosen["n_questions"])}
        values |= {"typing_accuracy": float(chosen["accuracy"])}
    return Results(values)


def _weights(study: AttitudeStudy) -> list[float]:
    """Give the needs' weights in the order of the needs' own names."""
    wants = study.wants
    assert not isinstance(wants, Missing)
    return [wants.weight_of(need) for need in sorted(study.survey.needs)]
