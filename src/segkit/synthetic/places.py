"""Chinese cities with their region and tier, drawn for made-up customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_number, fail
from segkit.i18n import LANGUAGES

_WHO = "draw_places"
TIERS = (1, 2, 3, 4, 5)
REGIONS = {
    "华北": "North China",
    "华东": "East China",
    "华南": "South China",
    "华中": "Central China",
    "东北": "Northeast China",
    "西南": "Southwest China",
    "西北": "Northwest China",
}
#: The share of customers that a shop with no leaning to a tier finds in each of them.
TIER_SHARES = {1: 0.25, 2: 0.30, 3: 0.20, 4: 0.15, 5: 0.10}

# By tier and region, as the business press ranks cities; its "new first tier" (新一线) counts
# as tier 2. Rankings move from year to year: enough for made-up customers, no reference.
_CITIES = {
    1: {
        "华北": "北京 Beijing",
        "华东": "上海 Shanghai",
        "华南": "广州 Guangzhou,深圳 Shenzhen",
    },
    2: {
        "华北": "天津 Tianjin",
        "华东": "杭州 Hangzhou,苏州 Suzhou,南京 Nanjing,青岛 Qingdao,宁波 Ningbo,合肥 Hefei",
        "华南": "东莞 Dongguan,佛山 Foshan",
        "华中": "武汉 Wuhan,长沙 Changsha,郑州 Zhengzhou",
        "东北": "沈阳 Shenyang,大连 Dalian,哈尔滨 Harbin",
        "西南": "成都 Chengdu,重庆 Chongqing,昆明 Kunming",
        "西北": "西安 Xi'an",
    },
    3: {
        "华北": "邯郸 Handan,呼和浩特 Hohhot,廊坊 Langfang",
        "华东": "镇江 Zhenjiang,九江 Jiujiang",
        "华南": "汕头 Shantou,湛江 Zhanjiang,桂林 Guilin",
        "华中": "洛阳 Luoyang,宜昌 Yichang",
        "东北": "大庆 Daqing",
        "西南": "绵阳 Mianyang,遵义 Zunyi",
        "西北": "银川 Yinchuan,西宁 Xining",
    },
    4: {
        "华北": "大同 Datong",
        "华东": "黄山 Huangshan,安庆 Anqing",
        "华南": "韶关 Shaoguan,北海 Beihai",
        "华中": "开封 Kaifeng",
        "东北": "牡丹江 Mudanjiang,丹东 Dandong",
        "西南": "乐山 Leshan,曲靖 Qujing",
        "西北": "宝鸡 Baoji,延安 Yan'an",
    },
    5: {
        "华北": "阳泉 Yangquan,朔州 Shuozhou",
        "华东": "池州 Chizhou",
        "华南": "河池 Hechi,来宾 Laibin",
        "华中": "张家界 Zhangjiajie",
        "东北": "鹤岗 Hegang,黑河 Heihe",
        "西南": "雅安 Ya'an,临沧 Lincang",
        "西北": "张掖 Zhangye,天水 Tianshui",
    },
}


def list_cities(language: str = "en") -> pd.DataFrame:
    """List the cities that can be drawn.

    Parameters
    ----------
    language : {"en", "zh"}

    Returns
    -------
    pandas.DataFrame
        ``region``, ``city`` (text) and ``city_tier`` (1 to 5), one row per city.

    Examples
    --------
    >>> list_cities().head(1)
            region     city  city_tier
    0  North China  Beijing          1
    """
    check_choice("list_cities", "language", language, LANGUAGES)
    rows = []
    for tier, regions in _CITIES.items():
        for region, cities in regions.items():
            for pair in cities.split(","):
                chinese, english = pair.split(" ", 1)
                if language == "zh":
                    rows.append((region, chinese, tier))
                else:
                    rows.append((REGIONS[region], english, tier))
    return pd.DataFrame(rows, columns=["region", "city", "city_tier"])


def draw_places(
    rng: np.random.Generator,
    n: int,
    language: str = "en",
    tiers: Sequence[int] | Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """Draw where ``n`` made-up customers live.

    The tier is drawn first, then a city of that tier, each as likely as the next.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Customers, at least 0.
    language : {"en", "zh"}
        Of the names of regions and cities.
    tiers : sequence of int, mapping or None
        City tiers to draw from (1 to 5), or tiers with their weights; all by default.

    Returns
    -------
    pandas.DataFrame
        ``region``, ``city`` (text), ``city_tier`` (1 to 5); index 0 to n - 1.

    Raises
    ------
    ArgumentError
        If the language or a tier is unknown.

    Examples
    --------
    >>> sorted(set(draw_places(np.random.default_rng(1), 50, "zh", tiers=[1])["city"]))
    ['上海', '北京', '广州', '深圳']
    """
    n = int(check_number(_WHO, "n", n, low=0, whole=True))
    check_choice(_WHO, "language", language, LANGUAGES)
    weights = _tier_weights(tiers)
    cities = list_cities(language)
    of_tier = cities["city_tier"].map(weights).fillna(0.0)
    sizes = cities["city_tier"].map(cities["city_tier"].value_counts())
    chances = (of_tier / sizes).to_numpy(float)
    drawn = rng.choice(len(cities), size=n, p=chances / chances.sum())
    return cities.take(drawn).reset_index(drop=True)


def _tier_weights(tiers: Sequence[int] | Mapping[int, float] | None) -> dict[int, float]:
    if tiers is None:
        return TIER_SHARES
    if isinstance(tiers, Mapping):
        weights = {int(tier): float(weight) for tier, weight in tiers.items()}
    else:
        weights = {int(tier): TIER_SHARES.get(int(tier), 1.0) for tier in tiers}
    positive = weights and min(weights.values()) >= 0 and sum(weights.values()) > 0
    if not positive or not set(weights) <= set(TIERS):
        fail(_WHO, "tiers", "city tiers from 1 to 5, or weights of them", tiers)
    return weights
