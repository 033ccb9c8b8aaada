"""Made-up data whose truth is known: to try a method out, to teach, to test.

Each generator gives a :class:`MadeUp`: canonical tables as a client would send them, and apart
from them the truth that no client knows. The same parameters and seed give the same data.

``make_retail``
    Orders of a known Pareto/NBD and Gamma-Gamma process, products, returns, channels.
``make_cosmetics``
    Women by age, need and channel; survey, social interactions and complaints.
``make_banking``
    Customers in households, accounts, balances, card use, complaints, a campaign with a control
    group; ``BankPopulation`` sets the shares of its segments.
``make_hotel``
    Guests by purpose, spending and source, and their stays.
``pyramid_population``, ``profitability_groups``
    Small populations with the shares and sums of published tables.
``plant_faults``
    A client's export with the faults of exports, each of them listed.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from segkit.synthetic.bank_population import BankPopulation as BankPopulation
    from segkit.synthetic.banking import make_banking as make_banking
    from segkit.synthetic.buying import BuyingProcess as BuyingProcess
    from segkit.synthetic.buying import Purchases as Purchases
    from segkit.synthetic.buying import draw_purchases as draw_purchases
    from segkit.synthetic.cosmetics import make_cosmetics as make_cosmetics
    from segkit.synthetic.faults import Planted as Planted
    from segkit.synthetic.faults import plant_faults as plant_faults
    from segkit.synthetic.hotel import make_hotel as make_hotel
    from segkit.synthetic.names import draw_people as draw_people
    from segkit.synthetic.places import draw_places as draw_places
    from segkit.synthetic.places import list_cities as list_cities
    from segkit.synthetic.pyramids import profitability_groups as profitability_groups
    from segkit.synthetic.pyramids import pyramid_population as pyramid_population
    from segkit.synthetic.result import MadeUp as MadeUp
    from segkit.synthetic.retail import make_retail as make_retail

_HOMES = {
    "bank_population": ["BankPopulation"],
    "banking": ["make_banking"],
    "buying": ["BuyingProcess", "Purchases", "draw_purchases"],
    "cosmetics": ["make_cosmetics"],
    "faults": ["Planted", "plant_faults"],
    "hotel": ["make_hotel"],
    "names": ["draw_people"],
    "places": ["draw_places", "list_cities"],
    "pyramids": ["profitability_groups", "pyramid_population"],
    "result": ["MadeUp"],
    "retail": ["make_retail"],
}
# Loaded on first use, like the rest of the kit.
__getattr__, __dir__, _names = lazy_loader.attach(__name__, submod_attrs=_HOMES)
__all__ = [name for names in _HOMES.values() for name in names]
