"""segkit: customer segmentation, lifetime value and client reports.

The nouns, in the order in which one meets them:

orders
    Transactions: who bought, when, for how much. From :func:`read_transactions` (a file, a
    table) or :func:`load_dataset`.
customers
    One row per customer, from :func:`summarize_customers`. Everything starts here.
scheme
    A set of rules as data: inputs, scores, segments, in English and Chinese. From
    :func:`load_scheme`; :func:`lint_scheme` finds gaps and overlaps.
segmentation
    Customers with their segment, its profile, cut-offs and SQL. From :func:`apply_scheme`
    or :func:`score_rfm`.
model, value, check
    A lifetime-value model from :func:`fit_clv`, its forecast per customer from
    ``model.predict()``, and its test on later purchases from :func:`validate_clv`.
pyramid
    Customers in tiers by what they bring, from :func:`value_pyramid`.
run
    An executed notebook with its report, from :func:`run_report`.

>>> import segkit as sk
>>> orders = sk.load_dataset("cdnow")
>>> customers = sk.summarize_customers(orders)
>>> sk.score_rfm(customers).n_unclassified
0

Names are loaded when they are first used, so that importing segkit costs nothing.
"""

import lazy_loader

__version__ = "0.1.0"
# The exports, with their types for editors, stand in __init__.pyi beside this file.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
