"""What women of the made-up cosmetics brand are like: shares, needs, cycles, words."""

from __future__ import annotations

#: S1: age bands with their first and last year of age, and their share of customers.
AGE_BANDS = {"young": (18, 29), "middle_aged": (30, 49), "older": (50, 69)}
AGE_SHARES = {"young": 0.45, "middle_aged": 0.38, "older": 0.17}
#: S10: weight of a customer's first to fifth need.
NEED_WEIGHTS = (0.40, 0.25, 0.15, 0.10, 0.10)
NEEDS = {
    "hydration": ("hydration", "补水保湿"),
    "anti_ageing": ("anti-ageing", "抗衰紧致"),
    "brightening": ("brightening", "美白淡斑"),
    "soothing": ("soothing", "舒缓修护"),
    "sun_care": ("sun care", "防晒隔离"),
}
#: T3: young women want hydration and are met in social media, middle-aged ones want
#: anti-ageing and are met in department stores. The first need and the usual channel are
#: the band's own in ``LEANING`` of cases, else any.
LEANING = 0.8
FIRST_NEED = {"young": "hydration", "middle_aged": "anti_ageing", "older": "soothing"}
USUAL_CHANNEL = {"young": "social_media", "middle_aged": "department_store", "older": "email"}
CHANNELS = {
    "social_media": ("social media", "社交媒体"),
    "email": ("e-mail", "电子邮件"),
    "department_store": ("department store", "百货专柜"),
}
#: Product groups: words, price (currency), days until one is used up, and share of users.
CATEGORIES = {
    "cleanser": ("cleanser", "洁面", 90.0, 75, 0.7),
    "toner": ("toner", "爽肤水", 120.0, 90, 0.5),
    "serum": ("serum", "精华", 320.0, 60, 0.4),
    "cream": ("cream", "面霜", 260.0, 105, 0.6),
    "mask": ("mask", "面膜", 110.0, 35, 0.3),
}
#: How prices of the need's line lie to the category's price.
NEED_PRICE = {
    "hydration": 0.8,
    "anti_ageing": 1.6,
    "brightening": 1.2,
    "soothing": 1.1,
    "sun_care": 0.9,
}
#: S10: share of an age band that looks at the price first; the others look at quality.
PRICE_SHARES = {"young": 0.65, "middle_aged": 0.30, "older": 0.45}
#: S9: share of customers, and what they do per month.
SOCIAL_SHARES = {"active": 0.15, "consumer": 0.35, "silent": 0.50}
SOCIAL_RATES = {
    "active": {
        "like": 4.0, "comment": 2.0, "share": 1.0, "post": 0.5, "event": 0.3,
        "page_view": 5.0, "email_open": 1.5,
    },
    "consumer": {
        "like": 0.2, "comment": 0.02, "share": 0.02, "post": 0.0, "event": 0.02,
        "page_view": 5.0, "email_open": 2.0,
    },
    "silent": {
        "like": 0.0, "comment": 0.0, "share": 0.0, "post": 0.0, "event": 0.0,
        "page_view": 0.1, "email_open": 0.1,
    },
}  # fmt: skip
#: S11: dissatisfied customers by how it shows.
DISSATISFACTION_SHARES = {"explicit": 0.05, "rated": 0.04, "latent": 0.06, "satisfied": 0.85}
#: Survey items: the factor each one measures and its loading on it (0 to 1).
ITEMS = {
    "price_1": ("price", 0.85),
    "price_2": ("price", 0.80),
    "price_3": ("price", 0.75),
    "quality_1": ("quality", 0.85),
    "quality_2": ("quality", 0.80),
    "quality_3": ("quality", 0.75),
    "loyalty_1": ("loyalty", 0.85),
    "loyalty_2": ("loyalty", 0.80),
    "loyalty_3": ("loyalty", 0.75),
}
#: S6: factor of loyalty above or below which a customer is loyal or easily lost.
LOYALTY_CUTS = (-0.6, 0.6)


def words(table: dict, language: str) -> list[str]:
    """List a table's words in one language, in its order."""
    return [row[0 if language == "en" else 1] for row in table.values()]
