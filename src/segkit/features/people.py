"""Who the customers are: age, years as customer, gender, city, size and kind of a company."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from segkit.checks import check_date, fail, listed
from segkit.collect.frames import Frame, check_one_row_each, fetch
from segkit.collect.values.forms import trimmed
from segkit.customers import day_of
from segkit.errors import DataError
from segkit.features.canonical import canonical, days_until, given_back, has
from segkit.features.words import about, has_any, meant, plain, said, words_of

_WHO = "describe_people"
#: Nobody is known to have grown older by more than two years (Calment, 122 in 1997).
OLDEST = 120
_DAYS_A_YEAR = 365.25
_TIERS = 5
#: A number as company sizes have it; nine digits hold any number of employees.
_DIGITS = r"(\d{1,9}(?:\.\d{1,4})?)"
_FIRST = r"^\D*" + _DIGITS
# A hyphen is a blank in a plain text.
_SECOND = r"^\D*\d+(?:\.\d+)?(?: |[–—~～至到]|to)+" + _DIGITS
_FACTORS = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000, "w": 10_000}
#: Of letters only one that ends the word: "5k", but not "5 kitchens".
_UNIT = r" ?([万千百]|[kw](?:[^a-z]|$))"


def describe_people(customers: Frame, *, as_of: date | str, home_country: str = "China") -> Frame:
    """Describe the customers by age, years as customer, gender and city tier.

    Demographic schemes start here: what clients record in many ways becomes one. Of the
    columns below those are there for which the table has the source; all other columns stay
    as they came.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and any of the columns of
        ``segkit.schema.CUSTOMERS``; also ``country`` and ``member_level``, as hotels have
        them. Rows without ``customer_id`` are left out.
    as_of : date or str
        The day on which customers are as old as the table says.
    home_country : str
        The country that customers from at home have, as ``country`` writes it; of China the
        usual names are known. Letter case does not matter.

    Returns
    -------
    table of the kind of ``customers``, lazy for Ibis
        ============== ======= ========= ================================================
        name           dtype   unit      meaning
        ============== ======= ========= ================================================
        age            int64   years     full years by ``birth_date``; else the age reached
                                         in the year by ``birth_year``; else ``age`` as
                                         recorded; null where none of them gives 0 to 120
        age_known      bool              whether there is an age
        tenure_years   float64 years     from ``joined_at``; null where that is after
                                         ``as_of``
        gender         str               female, male or other; null for other words
        city_tier      int64             1 to 5, from numbers or words; 新一线 is 2
        is_domestic    bool              whether ``country`` is ``home_country``; null for
                                         "unknown" and the like
        is_member      bool              whether ``member_level`` holds a level; null for
                                         "unknown" and the like
        n_employees    int64   employees first number of ``company_size``, 万, 千 and k read;
                                         1 where that is an upper end ("below 50")
        industry_group str               finance, manufacturing, construction, retail,
                                         public, services or other, by words of ``industry``
        ============== ======= ========= ================================================

    Raises
    ------
    DataError
        If columns are missing or of the wrong type, or a customer has several rows.
    ArgumentError
        If ``as_of`` is no date, or ``home_country`` no word.

    See Also
    --------
    feature_notes : how many ages were impossible, and which words were not understood.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({
    ...     "customer_id": ["a", "b"], "birth_year": [1990, 1850],
    ...     "gender": ["女", "M"], "city_tier": ["新一线", "三线城市"],
    ... })
    >>> found = describe_people(people, as_of="2024-06-30")
    >>> found["gender"].tolist(), found["city_tier"].tolist(), found["age_known"].tolist()
    (['female', 'male'], [2, 3], [True, False])
    """
    day = check_date(_WHO, "as_of", as_of)
    check_home_name(home_country, function=_WHO)
    table = canonical(customers, "customers", function=_WHO)
    check_one_row_each(table, function=_WHO)
    return given_back(people_expression(table, day, home_country), customers)


def people_expression(table: ir.Table, as_of: date, home_country: str = "China") -> ir.Table:
    """Build the Ibis expression behind :func:`describe_people`."""
    new: dict[str, Any] = {}
    ages = recorded_ages(table, as_of)
    if ages:
        age = ibis.coalesce(*(possible(one) for one in ages))
        new |= {"age": age, "age_known": age.notnull()}
    if has(table, "joined_at"):
        days = days_until(day_of(table.joined_at), as_of)
        new["tenure_years"] = ibis.ifelse(days >= 0, days.cast("float64") / _DAYS_A_YEAR, None)
    if has(table, "gender"):
        new["gender"] = read_gender(table.gender)
    if has(table, "city_tier"):
        new["city_tier"] = read_tier(table.city_tier)
    if has(table, "country"):
        new["is_domestic"] = said(table.country).isin(home_words(home_country))
    if has(table, "member_level"):
        new["is_member"] = _is_member(table.member_level)
    if has(table, "company_size"):
        new["n_employees"] = _employees(table.company_size)
    if has(table, "industry"):
        new["industry_group"] = about(plain(table.industry), "industry", "other")
    return table.mutate(**new)


def recorded_ages(table: ir.Table, as_of: date) -> list[Any]:
    """Give the ages a table tells, possible or not, the most exact source first."""
    ages = []
    if has(table, "birth_date"):
        born = table.birth_date
        month_and_day = born.month() * 100 + born.day()
        to_come = month_and_day > as_of.month * 100 + as_of.day
        ages.append(ibis.literal(as_of.year) - born.year() - to_come.cast("int64"))
    if has(table, "birth_year"):
        ages.append(ibis.literal(as_of.year) - table.birth_year)
    if has(table, "age"):
        ages.append(table.age)
    return ages


def possible(age: Any) -> Any:
    """Give an age in full years where a person can have it, else null."""
    return ibis.ifelse((age >= 0) & (age <= OLDEST), age.floor().cast("int64"), None)


def read_gender(gender: Any) -> Any:
    """Read a gender as female, male or other; what is no known word is null."""
    return meant(plain(gender), "gender")


def read_tier(tier: Any) -> Any:
    """Read a city tier from a number or from words, as 1 to 5; else null."""
    if tier.type().is_numeric():
        whole = tier.cast("int64")
        right = (tier >= 1) & (tier <= _TIERS) & (whole == tier)
        return ibis.ifelse(right, whole, None)
    text = trimmed(plain(tier).replace("城市", "").replace("city", ""))
    return meant(text, "city_tier").cast("int64")


def home_words(country: str) -> list[str]:
    """List the words that stand for a country in a :func:`plain` text."""
    word = " ".join(country.lower().replace("_", " ").replace("-", " ").split())
    china = list(words_of("home_country"))
    return china if word in china else [word]


def is_home(customers: ir.Table, home_country: str, *, function: str) -> bool:
    """Tell whether somebody is from the home country; refuse one that was named and nobody has.

    Else every customer would be taken for foreign. Of China, which nobody may have named, it is
    False; where there is no column ``country``, or nobody's is known, it is True.

    Raises
    ------
    ArgumentError
        If ``home_country`` is empty.
    DataError
        If no customer has it; the countries that most have are named.
    """
    check_home_name(home_country, function=function)
    if not has(customers, "country"):
        return True
    known = customers.select(word=said(customers.country), country=customers.country)
    known = known.filter(known.word.notnull()).group_by("word")
    counted = known.aggregate(n=lambda t: t.count(), country=lambda t: t.country.min())
    rows = fetch(counted.order_by(ibis.desc("n"), "word"), function)
    if not rows or {row["word"] for row in rows} & set(home_words(home_country)):
        return True
    if home_words(home_country) != home_words("China"):
        most = listed([str(row["country"]) for row in rows], 5)
        rule, remedy = "a country of the table of customers", f"It has {most}."
        fail(function, "home_country", rule, home_country, remedy, error=DataError)
    return False


def check_home_name(home_country: object, *, function: str) -> None:
    """Refuse what is no word for a country."""
    if not isinstance(home_country, str) or not home_country.strip():
        fail(function, "home_country", "the name of a country", home_country, 'Write "China".')


def _is_member(level: Any) -> Any:
    text, nobody = plain(level), list(words_of("no_member"))
    unsaid = [word for word in words_of("unsaid") if word not in nobody]
    return ibis.cases(
        (text.isnull() | text.isin(nobody), ibis.literal(False)),
        (text.isin(unsaid), ibis.null("boolean")),
        else_=ibis.literal(True),
    )


def _employees(size: Any) -> Any:
    if size.type().is_numeric():
        return ibis.ifelse(size >= 0, size.floor().cast("int64"), None)
    text = plain(size).replace(",", "").replace("，", "")
    first, second = _number_at(text, _FIRST), _number_at(text, _SECOND)
    unit, later = _unit_at(text, _FIRST), _unit_at(text, _SECOND)
    # "1-5万" goes from 1万, but "500-1万" from 500.
    unit = ibis.ifelse(unit.isnull() & (first < second), later, unit)
    times = ibis.cases(*((unit == word, factor) for word, factor in _FACTORS.items()), else_=1)
    people = (first * times).round().cast("int64")
    return ibis.ifelse(has_any(text, "upper_end") & people.notnull(), 1, people)


def _number_at(text: Any, pattern: str) -> Any:
    return text.re_extract(pattern, 1).nullif("").cast("float64")


def _unit_at(text: Any, pattern: str) -> Any:
    return text.re_extract(pattern + _UNIT, 2).left(1).nullif("")
