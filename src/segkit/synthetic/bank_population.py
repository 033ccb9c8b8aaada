"""What the made-up bank's customers are to be: the shares one can set, each checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from segkit.checks import check_number, fail
from segkit.synthetic.drawing import check_shares

#: Card tier, least daily-average assets of an individual and of a family (CNY), best first.
CARD_TIERS = (
    ("black_gold", 1_000_000, 800_000),
    ("platinum", 300_000, 250_000),
    ("gold", 100_000, 80_000),
    ("silver", 0, 0),
)
TIERS = tuple(tier for tier, _, _ in CARD_TIERS)
#: Loyalty by value, then those with no account in use.
GROUPS = ("A", "B", "C", "D", "E", "F", "G")
DISSATISFACTION = ("explicit", "rated", "latent", "satisfied")
BEHAVIORS = ("everyday", "online", "traveller", "family")
HOUSEHOLDS = (1, 2, 3, 4)

_WHO = "BankPopulation"


def _shares(keys: tuple[Any, ...], *values: float) -> Any:
    return field(default_factory=lambda: dict(zip(keys, values, strict=True)))


@dataclass(frozen=True)
class BankPopulation:
    """Set who the made-up bank's customers are.

    To teach or test a method, the shares it is to find are chosen here.

    Parameters
    ----------
    card_tiers : mapping
        Share of customers with each card tier: ``black_gold``, ``platinum``, ``gold``,
        ``silver``; from 0 to 1, together 1. Met to within one household.
    groups : mapping
        Share of customers in each group of loyalty × value: ``A`` high loyalty and value,
        ``B`` low loyalty, high value, ``C`` high loyalty, low value, ``D`` both low,
        ``E`` potential (closed the account, or guarantor only), ``F`` inactive,
        ``G`` suspect (never opened an account; lives alone).
    dissatisfaction : mapping
        Share of the customers in A to D who are dissatisfied: ``explicit`` (a complaint refused
        or open, or a bad answer to the survey), ``rated`` (a bad SMS or branch rating),
        ``latent`` (behave alike, say nothing), or ``satisfied``.
    behaviors : mapping
        Share of the customers in A to D with each use of the card: ``everyday``, ``online``,
        ``traveller``, ``family``.
    households : mapping
        Share of households with 1, 2, 3 or 4 customers of the bank.
    separation : float
        How far behaviours lie apart, from 0 (all behave alike: no clusters, no signs of
        dissatisfaction) to 1.
    control_share : float
        Share of the campaign's customers kept as control group at random, above 0, below 1.
    response_base, uplift : float
        Probability of a response without the campaign, and what the campaign adds on average
        (from -1 to 1); it adds more for ``online`` and less for ``everyday`` customers.

    Raises
    ------
    ArgumentError
        If a share is outside its range or shares do not add up to 1.

    Examples
    --------
    >>> population = BankPopulation(separation=0)
    >>> population.card_tiers["black_gold"]
    0.03
    """

    card_tiers: Mapping[str, float] = _shares(TIERS, 0.03, 0.12, 0.25, 0.60)
    groups: Mapping[str, float] = _shares(GROUPS, 0.15, 0.12, 0.23, 0.25, 0.06, 0.14, 0.05)
    dissatisfaction: Mapping[str, float] = _shares(DISSATISFACTION, 0.05, 0.06, 0.07, 0.82)
    behaviors: Mapping[str, float] = _shares(BEHAVIORS, 0.35, 0.30, 0.15, 0.20)
    households: Mapping[int, float] = _shares(HOUSEHOLDS, 0.45, 0.33, 0.15, 0.07)
    separation: float = 1.0
    control_share: float = 0.3
    response_base: float = 0.05
    uplift: float = 0.04

    def __post_init__(self) -> None:
        """Check each share, and put all into the order of the codes."""
        for name, keys in (
            ("card_tiers", TIERS),
            ("groups", GROUPS),
            ("dissatisfaction", DISSATISFACTION),
            ("behaviors", BEHAVIORS),
            ("households", HOUSEHOLDS),
        ):
            object.__setattr__(self, name, check_shares(_WHO, name, getattr(self, name), keys))
        check_number(_WHO, "separation", self.separation, low=0, high=1)
        check_number(_WHO, "control_share", self.control_share, low=0, high=1, low_open=True)
        if self.control_share == 1:
            fail(_WHO, "control_share", "below 1", self.control_share)
        check_number(_WHO, "response_base", self.response_base, low=0, high=1)
        check_number(_WHO, "uplift", self.uplift, low=-1, high=1)
        self._check_chances()

    def _check_chances(self) -> None:
        chances = [self.response_base + uplift for uplift in self.uplifts()]
        if min(chances) < 0 or max(chances) > 1:
            fail(
                _WHO,
                "uplift",
                "such that each behaviour responds with a probability from 0 to 1",
                self.uplift,
                f"With response_base {self.response_base:g} they run from {min(chances):.3g} to "
                f"{max(chances):.3g}.",
            )

    def uplifts(self) -> list[float]:
        """Give what the campaign adds to the response for each behaviour, in their order."""
        leanings = dict(zip(BEHAVIORS, (0.5, 1.5, 1.0, 1.0), strict=True))
        mean = sum(self.behaviors[name] * leaning for name, leaning in leanings.items())
        return [
            self.uplift * (1 + self.separation * (leaning / mean - 1))
            for leaning in leanings.values()
        ]

    def as_dict(self) -> dict[str, Any]:
        """Give all parameters by name."""
        return asdict(self)
