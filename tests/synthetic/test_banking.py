"""The made-up bank: its truth follows from its tables, and its shares are those asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.synthetic import BankPopulation, make_banking

N = 20_000
ACTIVE = list("ABCD")
OTHER_SHARES = {
    "card_tiers": {"silver": 0.3, "gold": 0.35, "platinum": 0.25, "black_gold": 0.1},
    "groups": {"A": 0.3, "B": 0.2, "C": 0.2, "D": 0.1, "E": 0.1, "F": 0.1, "G": 0.0},
    "dissatisfaction": {"explicit": 0.1, "rated": 0.15, "latent": 0.2, "satisfied": 0.55},
    "behaviors": {"everyday": 0.1, "online": 0.2, "traveller": 0.3, "family": 0.4},
    "households": {1: 0.2, 2: 0.3, 3: 0.3, 4: 0.2},
}


@pytest.fixture(scope="module", params=["default", "other"])
def shares(request, bank):
    """A bank by its default shares, and one by others."""
    if request.param == "default":
        return bank
    other = BankPopulation(**OTHER_SHARES)
    return make_banking(N, seed=12, population=other, tables=["balances"])


def four_errors(share: float, n: int) -> float:
    return 4 * np.sqrt(share * (1 - share) / n)


def average_assets(balances: pd.DataFrame, weights: str = "days") -> pd.Series:
    days = balances["as_of"].dt.days_in_month if weights == "days" else 1
    months = balances.drop_duplicates("as_of")["as_of"]
    total = months.dt.days_in_month.sum() if weights == "days" else len(months)
    return (balances["balance"] * days).groupby(balances["customer_id"]).sum() / total


def grade(customers: pd.DataFrame, assets: pd.Series) -> pd.DataFrame:
    """The published thresholds, written out: the better of the two routes counts."""
    own = customers["customer_id"].map(assets).fillna(0.0)
    household = customers["household_id"]
    family = own.groupby(household).transform("sum")
    members = household.map(household.value_counts())
    is_family = members >= 2
    routes = {
        "black_gold": (own >= 1_000_000) | (is_family & (family >= 800_000)),
        "platinum": (own >= 300_000) | (is_family & (family >= 250_000)),
        "gold": (own >= 100_000) | (is_family & (family >= 80_000)),
    }
    tier = np.select(list(routes.values()), list(routes), "silver")
    table = pd.DataFrame({"tier": tier, "assets": own, "family": family, "members": members})
    return table.set_axis(customers["customer_id"])


# Card tiers ------------------------------------------------------------------------------------


def test_card_tiers_follow_from_the_balances_of_every_customer(shares):
    told = shares.truth["customers"].set_index("customer_id")
    found = grade(shares["customers"], average_assets(shares["balances"]))
    assert (found["tier"] == told["card_tier"]).all()
    assert np.allclose(found["assets"], told["assets"], atol=0.011)
    assert np.allclose(found["family"], told["family_assets"], atol=0.011)
    assert (found["members"] == told["family_size"]).all()


def test_each_route_has_its_own_thresholds(truth):
    own, family = truth["assets"], truth["family_assets"]
    for lowest, route, column in (
        ((1_000_000, 300_000, 100_000), own, "tier_individual"),
        ((800_000, 250_000, 80_000), family, "tier_family"),
    ):
        by_route = pd.cut(
            route,
            [-1, *lowest[::-1], np.inf],
            right=False,
            labels=["silver", "gold", "platinum", "black_gold"],
        )
        known = truth[column].notna()
        assert (by_route[known].astype(str) == truth.loc[known, column]).all()
    assert (truth["tier_family"].isna() == (truth["family_size"] == 1)).all()


def test_both_routes_decide_for_somebody(truth):
    """Without such customers a scheme with one route only would pass unnoticed."""
    lifted = truth[truth["card_tier"] != truth["tier_individual"]]
    assert {"black_gold", "platinum", "gold"} == set(lifted["card_tier"])
    alone = truth[truth["family_size"] == 1]
    for low, high, tier in (
        (800_000, 1_000_000, "platinum"),
        (250_000, 300_000, "gold"),
        (80_000, 100_000, "silver"),
    ):
        between = alone[alone["assets"].between(low, high, inclusive="left")]
        assert len(between) > 0
        assert set(between["card_tier"]) == {tier}


def test_months_weighed_alike_give_the_same_tiers(bank, truth):
    found = grade(bank["customers"], average_assets(bank["balances"], "months"))
    assert (found["tier"] == truth["card_tier"]).all()


def test_nobody_stands_on_a_threshold(shares):
    """A household stays 1 % away, so that no way of averaging moves it across."""
    told = shares.truth["customers"]
    alone = told["family_size"] == 1
    for total, thresholds in (
        (told.loc[alone, "assets"], (1_000_000, 300_000, 100_000)),
        (told.loc[~alone, "family_assets"], (800_000, 250_000, 80_000)),
    ):
        for threshold in thresholds:
            assert (total / threshold - 1).abs().min() >= 0.01 - 1e-6


def test_tiers_do_not_depend_on_the_order_of_rows(bank, truth):
    customers = bank["customers"].sample(frac=1, random_state=1)
    balances = bank["balances"].sample(frac=1, random_state=2)
    found = grade(customers, average_assets(balances))
    assert found["tier"].reindex(truth.index).tolist() == truth["card_tier"].tolist()


def test_tiers_have_the_shares_asked_for_to_a_household(shares):
    tiers = shares.truth["customers"]["card_tier"].value_counts(normalize=True)
    for tier, share in shares.parameters["card_tiers"].items():
        assert abs(tiers[tier] - share) <= 4 / N


# Groups ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "argument", "active_only"),
    [
        ("group", "groups", False),
        ("dissatisfaction",) * 2 + (True,),
        ("behavior", "behaviors", True),
    ],
)
def test_groups_have_the_shares_asked_for(shares, column, argument, active_only):
    told = shares.truth["customers"]
    active = told["group"].isin(ACTIVE)
    assert (told["behavior"].notna() == active).all()
    assert (told["dissatisfaction"].notna() == active).all()
    values = told.loc[active, column] if active_only else told[column]
    found = values.value_counts(normalize=True)
    asked = shares.parameters[argument]
    assert set(found.index) == {key for key, share in asked.items() if share}
    for key, share in asked.items():
        assert abs(found.get(key, 0.0) - share) <= four_errors(share, len(values))


def test_households_have_the_sizes_asked_for(shares):
    customers = shares["customers"]
    assert customers["household_id"].notna().all()
    sizes = customers["household_id"].value_counts()
    for size, share in shares.parameters["households"].items():
        # The last household is cut so that the number of customers is met.
        error = four_errors(share, len(sizes)) + 1 / len(sizes)
        assert abs((sizes == size).mean() - share) <= error


def test_a_household_lives_in_one_place(bank):
    places = bank["customers"].groupby("household_id")[["city", "city_tier"]].nunique()
    assert (places == 1).all(axis=None)


def test_loyalty_and_value_can_be_read_from_the_tables(bank, truth):
    """By income, products held and payments, as the grid's evidence says."""
    who = truth.index
    products = bank["products"]["customer_id"].value_counts().reindex(who, fill_value=0)
    payments = bank["transactions"]["customer_id"].value_counts().reindex(who, fill_value=0)
    accounts = bank["accounts"]
    opened = accounts.loc[accounts["closed_at"].isna(), "customer_id"].unique()
    known = set(accounts["customer_id"]) | set(bank["products"]["customer_id"])
    high = bank["customers"].set_index("customer_id")["income"] >= 180_000
    found = np.select(
        [
            ~who.isin(list(known)),
            ~who.isin(opened),
            payments < 8,
            (products >= 4) & high,
            (products < 4) & high,
            products >= 4,
        ],
        ["G", "E", "F", "A", "B", "C"],
        "D",
    )
    for letter in "EG":
        assert ((found == letter) == (truth["group"] == letter)).all()
    assert adjusted_rand_score(truth["group"], found) > 0.95


def test_loyal_customers_recommend_and_stay(bank, truth):
    told = bank["recommendations"]["customer_id"].value_counts().reindex(truth.index, fill_value=0)
    means = told.groupby(truth["group"]).mean()
    assert means[["A", "C"]].min() > 10 * means[["B", "D"]].max()
    assert means[["E", "F", "G"]].max() == 0
    joined = bank["customers"].set_index("customer_id")["joined_at"].groupby(truth["group"])
    assert joined.count()["G"] == 0
    assert joined.median()["A"] < joined.median()["B"]


def test_accounts_in_use_alone_have_balances(bank, truth):
    accounts, balances = bank["accounts"], bank["balances"]
    opened = accounts[accounts["closed_at"].isna()]
    assert set(balances["account_id"]) == set(opened["account_id"])
    assert (balances.groupby("account_id").size() == 12).all()
    closed = accounts[accounts["closed_at"].notna()]
    assert set(truth.loc[closed["customer_id"], "group"]) == {"E"}
    assert (closed["closed_at"] < "2024-01-01").all()
    assert (accounts["opened_at"] <= accounts["closed_at"].fillna(pd.Timestamp("2024-01-01"))).all()
    assert (balances["balance"] >= 0).all()
    pairs = balances[["customer_id", "household_id"]].drop_duplicates().set_index("customer_id")
    homes = bank["customers"].set_index("customer_id")["household_id"]
    assert (homes.loc[pairs.index] == pairs["household_id"]).all()
