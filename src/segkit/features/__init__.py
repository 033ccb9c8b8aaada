"""One row per customer from each kind of table: the inputs of schemes, clusters and trees.

``summarize_customers`` tells what a customer bought; this room tells the rest.

``describe_people``
    Age, years as customer, gender, city tier, from the customers table.
``summarize_interactions``
    Opens, views, events, responses of the last days.
``summarize_complaints``
    Complaints with their state, ratings and answers to a satisfaction survey.
``summarize_answers``
    A survey with one column per question, and the willingness to recommend.
``summarize_baskets``
    Favorite product group and channel, returns, level of prices.
``summarize_balances``
    Daily-average assets of a customer and of the household.
``join_features``
    All of it on one table.
``gather_customers``
    Customers and transactions from files, on one table.
``join_contacts``
    Recommendation and interactions beside purchases, from files of their own.

Each of them is an Ibis expression: a table of DuckDB or Spark gives a lazy table there.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.features.answers import list_items as list_items
    from segkit.features.answers import summarize_answers as summarize_answers
    from segkit.features.balances import summarize_balances as summarize_balances
    from segkit.features.baskets import channel_shares as channel_shares
    from segkit.features.baskets import summarize_baskets as summarize_baskets
    from segkit.features.complaints import summarize_complaints as summarize_complaints
    from segkit.features.contacts import join_contacts as join_contacts
    from segkit.features.gathering import GatheredCustomers as GatheredCustomers
    from segkit.features.gathering import gather_customers as gather_customers
    from segkit.features.interactions import summarize_interactions as summarize_interactions
    from segkit.features.join import join_features as join_features
    from segkit.features.notes import feature_notes as feature_notes
    from segkit.features.people import describe_people as describe_people

# Loaded on first use, like the rest of the kit.
_HOMES = {
    "answers": ["list_items", "summarize_answers"],
    "balances": ["summarize_balances"],
    "baskets": ["channel_shares", "summarize_baskets"],
    "complaints": ["summarize_complaints"],
    "contacts": ["join_contacts"],
    "gathering": ["GatheredCustomers", "gather_customers"],
    "interactions": ["summarize_interactions"],
    "join": ["join_features"],
    "notes": ["feature_notes"],
    "people": ["describe_people"],
}
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)
__all__ = [name for names in _HOMES.values() for name in names]
