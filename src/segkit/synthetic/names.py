"""Made-up people: names out of small lists, with phone numbers and addresses nobody has."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_number
from segkit.i18n import LANGUAGES

_WHO = "draw_people"
GENDERS = {"en": {"female": "female", "male": "male"}, "zh": {"female": "女", "male": "男"}}

# Common surnames and given names, combined at random; the Latin form goes into the address.
_SURNAMES_ZH = (
    "王 wang,李 li,张 zhang,刘 liu,陈 chen,杨 yang,赵 zhao,黄 huang,周 zhou,吴 wu,徐 xu,孙 sun,"
    "胡 hu,朱 zhu,高 gao,林 lin,何 he,郭 guo,马 ma,罗 luo,梁 liang,宋 song,郑 zheng,谢 xie,"
    "韩 han,唐 tang,冯 feng,于 yu,董 dong,萧 xiao,程 cheng,曹 cao,袁 yuan,邓 deng,许 xu,欧阳 ouyang"
)
_FEMALE_ZH = (
    "芳 fang,娜 na,敏 min,静 jing,丽 li,婷婷 tingting,雪 xue,慧敏 huimin,佳怡 jiayi,欣怡 xinyi,"
    "梦瑶 mengyao,雨桐 yutong,诗涵 shihan,思琪 siqi,晓燕 xiaoyan,秀英 xiuying,玉兰 yulan,"
    "丹丹 dandan,晨曦 chenxi,若曦 ruoxi,子涵 zihan,春梅 chunmei,海燕 haiyan,文静 wenjing,"
    "美玲 meiling,雅琴 yaqin"
)
_MALE_ZH = (
    "伟 wei,强 qiang,磊 lei,军 jun,勇 yong,杰 jie,涛 tao,明 ming,浩然 haoran,宇轩 yuxuan,"
    "子轩 zixuan,俊杰 junjie,志强 zhiqiang,建国 jianguo,文博 wenbo,天佑 tianyou,嘉豪 jiahao,"
    "博文 bowen,一鸣 yiming,国庆 guoqing,晓东 xiaodong,海涛 haitao,永康 yongkang,思远 siyuan"
)
_SURNAMES_EN = (
    "Adams,Baker,Bennett,Brooks,Carter,Clarke,Collins,Cooper,Davies,Edwards,Evans,Fisher,Foster,"
    "Graham,Green,Hall,Harris,Hughes,Jackson,Kelly,King,Lewis,Marshall,Mason,Miller,Moore,Morgan,"
    "Murphy,Parker,Price,Reed,Roberts,Scott,Shaw,Taylor,Turner,Walker,Ward,Watson,Young"
)
_FEMALE_EN = (
    "Alice,Amelia,Anna,Beth,Charlotte,Clara,Diana,Eleanor,Ella,Emily,Emma,Fiona,Grace,Hannah,"
    "Helen,Isla,Jane,Julia,Laura,Lily,Lucy,Maria,Nora,Olivia,Rose,Ruth,Sarah,Sophie,Susan,Zoe"
)
_MALE_EN = (
    "Adam,Alan,Andrew,Ben,Charles,Daniel,David,Edward,Eric,Frank,George,Harry,Henry,Ian,Jack,"
    "James,John,Leo,Luke,Mark,Martin,Noah,Oliver,Oscar,Paul,Peter,Robert,Samuel,Thomas,William"
)


def draw_people(
    rng: np.random.Generator, n: int, language: str = "en", gender: str | None = None
) -> pd.DataFrame:
    """Draw ``n`` made-up people, to fill the direct identifiers of a customers table.

    Nobody is meant: names are combined at random, mobile numbers begin with 154, which no
    Chinese operator gives out, and addresses end in ``example.com``, which is kept free for
    such uses (RFC 2606).

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        People, at least 0.
    language : {"en", "zh"}
        Of names and of the words for gender.
    gender : {"female", "male"} or None
        Everybody's gender; drawn half and half by default.

    Returns
    -------
    pandas.DataFrame
        Text columns ``name``, ``gender`` (``female``, ``male``; 女, 男), ``phone``, ``email``;
        index 0 to n - 1. Names and numbers may come twice, addresses do not.

    Raises
    ------
    ArgumentError
        If the language or the gender is unknown.

    Examples
    --------
    >>> people = draw_people(np.random.default_rng(7), 3, "zh", gender="female")
    >>> list(people.columns), set(people["gender"])
    (['name', 'gender', 'phone', 'email'], {'女'})
    """
    n = int(check_number(_WHO, "n", n, low=0, whole=True))
    check_choice(_WHO, "language", language, LANGUAGES)
    is_female = rng.random(n) < 0.5
    if gender is not None:
        check_choice(_WHO, "gender", gender, tuple(GENDERS["en"]))
        is_female = np.full(n, gender == "female")
    lists = (_SURNAMES_ZH, _FEMALE_ZH, _MALE_ZH)
    if language == "en":
        lists = (_SURNAMES_EN, _FEMALE_EN, _MALE_EN)
    surnames, female, male = (_pairs(text) for text in lists)
    surname = surnames[rng.integers(len(surnames), size=n)]
    given = np.where(
        is_female[:, None],
        female[rng.integers(len(female), size=n)],
        male[rng.integers(len(male), size=n)],
    )
    shown = surname[:, 0] + given[:, 0] if language == "zh" else given[:, 0] + " " + surname[:, 0]
    words = GENDERS[language]
    return pd.DataFrame(
        {
            "name": shown,
            "gender": np.where(is_female, words["female"], words["male"]),
            "phone": _phones(rng, n, language),
            "email": given[:, 1] + "." + surname[:, 1] + _numbered(n) + "@example.com",
        }
    )


def _pairs(text: str) -> np.ndarray:
    """Split a list into (written form, Latin form)."""
    items = [item.split(" ") for item in text.split(",")]
    return np.array([(item[0], item[-1].lower()) for item in items], dtype=object)


def _numbered(n: int) -> np.ndarray:
    return np.arange(1, n + 1).astype(str).astype(object)


def _phones(rng: np.random.Generator, n: int, language: str) -> np.ndarray:
    numbers = (15_400_000_000 + rng.integers(100_000_000, size=n)).astype(str).astype(object)
    return numbers if language == "zh" else "+86 " + numbers
