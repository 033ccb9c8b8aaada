"""Which purchases a return is taken off: one return after the other, many customers at once."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.clean.fates import CUSTOMER, MOMENT, RETURN, tie_breakers
from segkit.collect.frames import materialize

#: Lines among which a return may find its purchase: those of a customer, or of one product of
#: theirs where all products are known.
PART = "segkit_part"
#: Their order in time, from 1.
PLACE = "segkit_place"
_KEY = (CUSTOMER, PART)
#: Of one part, a return looks at no more earlier purchases than this, or twice as many: who
#: bought more often is no customer, and each return beside each purchase would be too much.
_FAR = 500
#: After so many rounds what is left goes by the queue. Returns of one part that ask for the
#: same purchase take a round each.
_MOST_ROUNDS = 30
#: A round over more pairs than the first that settles less than the second of them is the last:
#: a part is a till rather than a customer, and a queue serves it as well.
_MANY, _HARDLY = 200_000, 0.02


def put_in_order(table: ir.Table) -> ir.Table:
    """Number the lines of each part in time, and count the purchases up to each."""
    # Of one moment, purchases come first: an order may be changed as it is placed.
    order = [table[MOMENT], table[RETURN], *tie_breakers(table)]
    key = [table[name] for name in _KEY]
    table = table.mutate(
        **{PLACE: ibis.row_number().over(ibis.window(group_by=key, order_by=order)) + 1}
    )
    window = ibis.window(
        group_by=[table[name] for name in _KEY], order_by=table[PLACE], preceding=(None, 0)
    )
    bought = ibis.ifelse(table[RETURN], 0, 1)
    return table.mutate(segkit_nth=bought.sum().over(window).cast("int64"))


def match_returns(lines: ir.Table, made: list[ir.Table]) -> ir.Table:
    """Tell what each line gives or gets: ``segkit_moved`` money and ``segkit_pieces_moved``.

    Returns are settled in the order of time, as by hand. In a round each open return asks for
    what it wants, as if no other asked; of a part, all returns before the first whose wish
    cannot be met any more get it. Nothing that a purchase has left ever grows, so that those
    would have been settled in the same way one by one; the others ask again. Tables that are
    computed on the way are added to ``made``.
    """
    largest = int(lines.agg(n=lines.segkit_nth.max()).to_pyarrow()["n"][0].as_py() or 0)
    pairs = _pairs(lines, far=largest >= _FAR)
    columns, settled = list(pairs.columns), []
    open_ = 1
    for _round in range(_MOST_ROUNDS):
        asked = materialize(_asked(pairs))
        made.append(asked)
        settled.append(asked.filter(asked.segkit_done, asked.segkit_take > 0))
        pairs = asked.filter(~asked.segkit_done).mutate(segkit_left=asked.segkit_later)
        pairs = pairs.filter(pairs.segkit_left > 0).select(columns)
        open_ = _count(pairs)
        if not open_ or (open_ > _MANY and open_ > (1 - _HARDLY) * _count(asked)):
            break
    moved = _by_line(ibis.union(*settled) if len(settled) > 1 else settled[0])
    if open_ or largest >= _FAR:
        made.append(materialize(moved))
        moved = made[-1]
        moved = _sum(moved.union(_queued(with_moved(lines, moved))))
    return moved


def _count(pairs: ir.Table) -> int:
    return int(pairs.count().to_pyarrow().as_py())


def with_moved(lines: ir.Table, moved: ir.Table) -> ir.Table:
    """Set beside each line what it gave or got, 0 where nothing."""
    renamed = moved.rename({f"{name}_of": name for name in (*_KEY, PLACE)})
    same = [lines[name] == renamed[f"{name}_of"] for name in (*_KEY, PLACE)]
    both = lines.left_join(renamed, same).drop(*(f"{name}_of" for name in (*_KEY, PLACE)))
    return both.mutate(
        segkit_moved=both.segkit_moved.fill_null(0),
        segkit_pieces_moved=both.segkit_pieces_moved.fill_null(0.0),
    )


def _pairs(lines: ir.Table, *, far: bool) -> ir.Table:
    """Set each return beside the earlier purchases that it may be of, the likeliest first."""
    bucket = (lines.segkit_nth // _FAR) if far else ibis.literal(0, "int64")
    lines = lines.mutate(segkit_bucket=bucket.cast("int64"))
    back, bought = lines.filter(lines[RETURN]), lines.filter(~lines[RETURN])
    bought = bought.select(
        *_KEY,
        "segkit_bucket",
        segkit_purchase=bought[PLACE],
        segkit_left=bought.segkit_size,
        segkit_its_product=bought.segkit_product,
        segkit_its_order=bought.segkit_order,
    )
    if far:
        bought = bought.union(bought.mutate(segkit_bucket=bought.segkit_bucket + 1))
    back = back.filter(back.segkit_size > 0).select(
        *_KEY,
        "segkit_bucket",
        "segkit_product",
        "segkit_order",
        "segkit_pieces",
        segkit_back=back[PLACE],
        segkit_refund=back.segkit_size,
    )
    both = back.join(bought, [*_KEY, "segkit_bucket"])
    # Of a product that is not known it may be, on either side.
    fits = both.segkit_product == both.segkit_its_product
    fits = fits | (both.segkit_product == "") | (both.segkit_its_product == "")
    both = both.filter(both.segkit_purchase < both.segkit_back, both.segkit_left > 0, fits)
    same_order = (both.segkit_order == both.segkit_its_order) & (both.segkit_order != "")
    likeliest = ibis.window(
        group_by=[both[name] for name in (*_KEY, "segkit_back")],
        order_by=[ibis.ifelse(same_order, 0, 1), both.segkit_purchase.desc()],
    )
    return both.select(
        *_KEY,
        "segkit_back",
        "segkit_purchase",
        "segkit_refund",
        "segkit_pieces",
        "segkit_left",
        segkit_rank=ibis.row_number().over(likeliest),
    )


def _asked(pairs: ir.Table) -> ir.Table:
    """Add what each return asks of each purchase, whether it gets it, and what is left then."""
    none = ibis.null("int64")
    one = [pairs[name] for name in (*_KEY, "segkit_back")]
    enough = ibis.ifelse(pairs.segkit_left >= pairs.segkit_refund, pairs.segkit_rank, none)
    pairs = pairs.mutate(segkit_enough=enough.min().over(ibis.window(group_by=one)))
    before = ibis.window(
        group_by=[pairs[name] for name in (*_KEY, "segkit_back")],
        order_by=pairs.segkit_rank,
        preceding=(None, 1),
    )
    wanted = pairs.segkit_refund - pairs.segkit_left.sum().over(before).fill_null(0).cast("int64")
    share = ibis.greatest(ibis.literal(0, "int64"), ibis.least(pairs.segkit_left, wanted))
    whole = ibis.ifelse(pairs.segkit_rank == pairs.segkit_enough, pairs.segkit_refund, 0)
    pairs = pairs.mutate(
        segkit_take=ibis.ifelse(pairs.segkit_enough.isnull(), share, whole).cast("int64")
    )
    purchase = [pairs[name] for name in (*_KEY, "segkit_purchase")]
    so_far = ibis.window(group_by=purchase, order_by=pairs.segkit_back, preceding=(None, 0))
    over = pairs.segkit_take.sum().over(so_far).cast("int64") > pairs.segkit_left
    pairs = pairs.mutate(
        segkit_over=ibis.ifelse(over & (pairs.segkit_take > 0), pairs.segkit_back, none)
    )
    part = ibis.window(group_by=[pairs[name] for name in _KEY])
    first = pairs.segkit_over.min().over(part)
    pairs = pairs.mutate(segkit_done=first.isnull() | (pairs.segkit_back < first))
    given = ibis.ifelse(pairs.segkit_done, pairs.segkit_take, 0).sum()
    purchase = [pairs[name] for name in (*_KEY, "segkit_purchase")]
    given = given.over(ibis.window(group_by=purchase)).cast("int64")
    return pairs.mutate(segkit_later=pairs.segkit_left - given)


def _by_line(taken: ir.Table) -> ir.Table:
    """Add up what was taken by purchase, and what was matched by return."""
    # Pieces go with the money where a return is spread over several purchases.
    pieces = taken.segkit_pieces * taken.segkit_take / taken.segkit_refund
    taken = taken.mutate(segkit_pieces_moved=pieces, segkit_moved=taken.segkit_take)
    sides: list[Any] = [
        taken.select(*_KEY, "segkit_moved", "segkit_pieces_moved", **{PLACE: taken[side]})
        for side in ("segkit_purchase", "segkit_back")
    ]
    return _sum(ibis.union(*sides))


def _sum(moved: ir.Table) -> ir.Table:
    return moved.group_by(*_KEY, PLACE).agg(
        segkit_moved=moved.segkit_moved.sum().cast("int64"),
        segkit_pieces_moved=moved.segkit_pieces_moved.sum(),
    )


def _queued(lines: ir.Table) -> ir.Table:
    """Take what is still open off the oldest purchases of the product, in one walk.

    Ordered by time, let ``W`` be what is left of purchases less what is open of returns so
    far. Where ``W`` falls to a new low below zero, more came back than had been bought by then:
    the fall of the running minimum is what has no purchase. All other money is taken off the
    oldest purchases; it was paid before it came back, because no more was matched at any time
    than had been paid.
    """
    lines = lines.mutate(segkit_open=lines.segkit_size - lines.segkit_moved)
    lines = lines.filter(lines.segkit_open > 0)
    zero = ibis.literal(0, "int64")
    bought = ibis.ifelse(lines[RETURN], zero, lines.segkit_open)
    lines = lines.mutate(segkit_bought=bought, segkit_came=lines.segkit_open - bought)
    window = _queue_windows(lines)
    lines = lines.mutate(
        segkit_walk=(lines.segkit_bought - lines.segkit_came).sum().over(window["so_far"]),
        segkit_before=lines.segkit_bought.sum().over(window["before"]).fill_null(0),
        segkit_came=lines.segkit_came.sum().over(window["all"]),
    )
    lines = lines.mutate(
        **{name: lines[name].cast("int64") for name in ("segkit_walk", "segkit_before")}
    )
    window = _queue_windows(lines)
    lowest = lines.segkit_walk.min()
    low = ibis.least(zero, lowest.over(window["so_far"]))
    low_before = ibis.least(zero, lowest.over(window["before"]).fill_null(0))
    matched = lines.segkit_came.cast("int64") + ibis.least(zero, lowest.over(window["all"]))
    taken = ibis.least(lines.segkit_open, ibis.greatest(zero, matched - lines.segkit_before))
    moved = ibis.ifelse(lines[RETURN], lines.segkit_open - (low_before - low), taken)
    pieces = lines.segkit_pieces * moved / lines.segkit_size
    return lines.select(*_KEY, PLACE, segkit_moved=moved.cast("int64"), segkit_pieces_moved=pieces)


def _queue_windows(lines: ir.Table) -> dict[str, Any]:
    key = [lines[name] for name in (*_KEY, "segkit_product")]
    order = lines[PLACE]
    return {
        "so_far": ibis.window(group_by=key, order_by=order, preceding=(None, 0)),
        "before": ibis.window(group_by=key, order_by=order, preceding=(None, 1)),
        "all": ibis.window(group_by=key),
    }
