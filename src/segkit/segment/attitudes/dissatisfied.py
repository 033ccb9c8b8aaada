"""Dissatisfied customers (S11): who says so, who rates badly, who is silent but behaves so."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import pandas as pd

from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent, join_sentences, ngettext
from segkit.segment.attitudes.voices import Voices
from segkit.segment.missing import Missing
from segkit.segment.result import Segmentation
from segkit.segment.rules import apply_scheme
from segkit.segment.trees.latent import LatentDissatisfaction, find_latent
from segkit.uncertainty import Share, share_of_count

_UNSETTLED = ("refused", "open")
#: What customers do; nothing here is said by a complaint itself.
_BEHAVIOR = (
    "recency_days", "n_days", "revenue", "mean_order_value", "T", "return_share",
    "n_interactions", "n_views", "n_responses", "n_opens", "n_logins", "last_interaction_days",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Dissatisfied:
    """Dissatisfied customers by how it shows; made by :func:`find_dissatisfied`.

    Attributes
    ----------
    said : Segmentation
        By rule, from what customers said: explicit, rated, nothing_known.
    latent : LatentDissatisfaction or Missing
        By a model, from what customers do; or why there is none.
    """

    said: Segmentation
    latent: LatentDissatisfaction | Missing = field(repr=False)

    @property
    def segmentation(self) -> Segmentation:
        """The segments to work with: those of the model where it found somebody, else said."""
        found = self.latent
        if isinstance(found, LatentDissatisfaction) and self.n_latent:
            return found.segmentation
        return self.said

    @property
    def n_latent(self) -> int:
        """How many silent customers behave like those who spoke."""
        if not isinstance(self.latent, LatentDissatisfaction):
            return 0
        profile = self.latent.table.set_index("segment")
        return int(profile.loc["latent", "n_customers"])

    def count(self, segment: str) -> int:
        """How many customers a segment of ``said`` holds."""
        profile = self.said.profile.set_index("segment")
        return int(profile.loc[segment, "n_customers"])

    @property
    def share(self) -> Share:
        """The share of customers who show dissatisfaction by word or rating."""
        spoke = self.count("explicit") + self.count("rated")
        return share_of_count(spoke, int(self.said.profile["n_customers"].sum()))

    @property
    def table(self) -> pd.DataFrame:
        """The segments: ``segment``, ``name``, ``n_customers``, share with interval, action."""
        profile = self.segmentation.profile
        n = int(profile["n_customers"].sum())
        shares = [share_of_count(int(k), n) for k in profile["n_customers"]]
        kept = profile[["segment", "name", "n_customers", "customer_share"]]
        return kept.assign(
            low=[one.low for one in shares],
            high=[one.high for one in shares],
            action=profile["action"],
        )

    def latent_summary(self) -> str:
        """Say who is latent, or why nobody can be called so."""
        return self.latent.summary()

    def summary(self) -> str:
        """Say how many are dissatisfied, and how it shows."""
        spoke = self.count("explicit") + self.count("rated")
        text = ngettext(
            "{n} customer shows dissatisfaction: {explicit} by a complaint or answer, {rated} by "
            "a rating; {share} of all ({low} to {high}).",
            "{n} customers show dissatisfaction: {explicit} by a complaint or answer, {rated} by "
            "a rating; {share} of all ({low} to {high}).",
            spoke,
        ).format(
            n=format_number(spoke),
            explicit=format_number(self.count("explicit")),
            rated=format_number(self.count("rated")),
            share=format_percent(self.share.value),
            low=format_percent(self.share.low),
            high=format_percent(self.share.high),
        )
        return join_sentences([text, self.latent_summary()])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Dissatisfied: {self.count('explicit'):,} explicit, {self.count('rated'):,} rated, "
            f"{self.n_latent:,} latent.\nNext: .table, .latent, .segmentation, .summary()"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.table.round(3).to_html(index=False)}"


def find_dissatisfied(
    voices: Voices, *, scheme: str = "dissatisfaction", random_state: int = 0
) -> Dissatisfied | Missing:
    """Find the dissatisfied customers: explicit, rated and, by a model, latent.

    Parameters
    ----------
    voices : Voices
        From :func:`gather_voices`.
    scheme : str
        Scheme over ``complaint_state``, ``survey_state`` and ``rating_state`` with the segments
        explicit, rated and nothing_known.
    random_state : int
        Of the model's folds.

    Returns
    -------
    Dissatisfied or Missing
        Missing where nobody could say so: no complaints, ratings or question on satisfaction.

    Examples
    --------
    >>> from segkit.segment.attitudes import gather_voices, read_survey
    >>> find_dissatisfied(gather_voices(read_survey("survey"), "survey")).count("explicit")
    24
    """
    if not voices.says_dissatisfied:
        return Missing(
            _(
                "Nothing says who is dissatisfied: there are no complaints, no ratings and no "
                "question on satisfaction in these data."
            )
        )
    said = apply_scheme(voices.table, scheme)
    return Dissatisfied(said, _latent(voices, random_state))


def _latent(voices: Voices, random_state: int) -> LatentDissatisfaction | Missing:
    table = voices.table
    features = [name for name in _BEHAVIOR if name in table and table[name].dropna().nunique() > 1]
    if len(features) < 2:
        reason = _(
            "Silent dissatisfied customers are found by what they do; these data hold neither "
            "purchases nor interactions."
        )
        return Missing(reason)
    frame = table[["customer_id", *features]].assign(
        complained=table["complaint_state"].isin(_UNSETTLED) | table["survey_state"].eq("negative"),
        rated_badly=table["rating_state"].eq("negative"),
    )
    try:
        return find_latent(
            frame, "complained", rated="rated_badly", features=features, random_state=random_state
        )
    except DataError:
        # find_latent asks for twenty on either side; who they are is known already.
        n = int((frame["complained"] | frame["rated_badly"]).sum())
        text = ngettext(
            "{n} customer showed dissatisfaction: too few to learn how such customers behave.",
            "{n} customers showed dissatisfaction: too few to learn how such customers behave.",
            n,
        )
        return Missing(text.format(n=format_number(n)))
