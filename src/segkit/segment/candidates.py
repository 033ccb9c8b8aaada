"""Columns that are not taken as features unless somebody names them."""

#: They name customers, households or earlier segments, and so describe no group of them.
NAMES = frozenset({"customer_id", "household_id", "name", "phone", "email", "segment"})
