"""What a column's name says of persons: telephone, e-mail, address, name …"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

#: Kinds of personal data in the order in which they are looked for: an e-mail address is no
#: address, and the telephone of a recipient no name.
KINDS = (
    "email", "id_number", "bank_card", "vehicle", "online_account", "phone", "birth_date",
    "address", "name",
)  # fmt: skip

#: Latin names are held against these word by word, from the end: the last noun says what a
#: column is. So an open of an e-mail is no e-mail, and a hotel no "tel".
_LATIN = {
    "email": r"emails?( (address|addr|id|account))?",
    "id_number": r"national ?id|(national )?(id|identity)( card| number)+|id ?card|citizen id"
    r"|passport|ssn|social security|driv(er|ers|ing) (license|licence)",
    "bank_card": r"(credit|debit|bank|payment) ?card|card (no|num|number)|iban|bank ?account"
    r"|account number iban|pan",
    "vehicle": r"(license|licence|number|car) plate|plate (no|num|number)|vin",
    "online_account": r"(we ?chat|weixin|wx|qq|alipay|whatsapp)( (id|account|openid))?"
    r"|(open|union|device|cookie|advertising) ?id|imei|idfa|oaid|ip( ?addr| ?address)?"
    r"|mac (addr|address)",
    "phone": r"(cell|mobile|tele|home|work)?phone|cell|mobile|tel|fax|msisdn|phone ?(no|num|number)"
    r"|mobile ?(no|num|number)",
    "birth_date": r"birth ?date|birth ?day|dob|(date|day) of birth|date birth|born on",
    "address": r"addr|address|(street|house) ?(name|number|address)?",
    "name": r"(first|middle|last|full|sur|fore|family|given|customer|member|client|contact|guest"
    r"|buyer|user|nick|recipient|receiver|consignee|shipping|billing|ship to|bill to|delivery"
    r"|card ?holder|holder|passenger|patient|owner|maiden|legal|login|display|real|person) ?name"
    r"|[fl]name|surname|recipient|consignee|addressee|card ?holder"
    r"|name of (the )?(customer|client|guest|member|buyer|recipient)",
}
#: What may stand behind without making something else of it.
_TAIL = (
    r"\d+|no|num|number|line|primary|secondary|home|work|office|private|personal|other|main"
    r"|original|raw|full|current|english|chinese|pinyin|en|cn|zh"
)
#: Says whether, how often or by which way; such a column holds no address or number.
_WHETHER = re.compile(
    r"\b(do|dont|not|has|have|is|can|may|allows?|accepts?|prefers|wants?|via|by|opt|valid|wrong"
    r"|orders?|visits?|sessions?|revenue|sales|clicks?|opens?(?! id)|sent|count|total|share"
    r"|rate|days)\b"
    r"|是否|有无|能否|可否|不要|拒绝|退订"
)
#: Of things and companies; their names, telephones and addresses are nobody's own …
_THINGS = re.compile(
    r"\b(company|corporate|firm|stores?|shop|product|item|sku|supplier|vendor|manufacturer"
    r"|warehouse|brand|campaign|branch|merchant|hotel|restaurant|site|website|web|file|host|event"
    r"|category|bank|school|organi[sz]ation|employer|department)\b"
    r"|公司|企业|单位|门店|店铺|商家|商户|供应商|经销商|商品|产品|品牌|活动|仓库|网点|分行|酒店"
)
#: … unless a person is named beside them.
_PERSONS = re.compile(
    r"\b(contact|customer|client|guest|person|recipient|manager|buyer|owner|user)\b"
    r"|联系人|收件人|收货人|寄件人|负责人|法人|经办人|店长|客户|会员|用户|顾客|客人|住客|买家|手机"
)
_OF_THINGS = ("email", "phone", "address", "name")
#: Cards with a number that are no bank's.
_SHOP_CARDS = re.compile(
    r"\b(gift|member(ship)?|loyalty|store|points?) card\b|会员卡|礼品卡|储值卡|积分卡"
)

#: Chinese names are held against these terms, from the end too: 微信支付金额 is an amount.
_CHINESE = {
    "email": r"(邮箱|电子邮件|电邮|email)(地址|账号)?",
    "id_number": r"(身份证|证件|护照|驾驶证|驾照|社保|社保卡|军官证|通行证)(id|号|号码)"
    r"|身份证|护照",
    "bank_card": r"(银行卡|信用卡|借记卡|储蓄卡)(号|号码)?|银行(账号|账户|帐号)|开户账号",
    "vehicle": r"车牌(号|号码)?|车架号",
    "online_account": r"(微信|qq|支付宝|微博|抖音|小红书)(号|号码|账号|帐号|id|openid)?"
    r"|openid|unionid|(ip|mac)地址|ip|设备(号|id|编号|标识)",
    "phone": r"(手机|电话|座机|固话|传真)(号|号码)?|联系方式",
    "birth_date": r"出生(日期|年月日|日)|生日(日期)?",
    "address": r"(地址|住址)(详情|明细)?|详细地址|门牌号|街道",
    "name": r"姓名|昵称|名字|称呼"
    r"|(收货|收件|寄件|联系|持卡|入住|签收|购买|付款|经办|负责)人(姓名|名称)?"
    r"|法人(代表)?(姓名)?|(客户|会员|用户|顾客|买家|真实)名",
}
#: Only as the whole of a header: 名称 may be that of anything.
_WHOLE = {"name": re.compile(r"name|姓|名|客户名称|客户姓氏|contact person")}

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_BOUNDS = (
    (re.compile(r"([a-z0-9])([A-Z])"), r"\1 \2"),
    (re.compile(r"([A-Z]+)([A-Z][a-z])"), r"\1 \2"),
    (re.compile(r"([A-Za-z])([0-9])"), r"\1 \2"),
    (re.compile(r"([A-Za-z0-9])([^\x00-\x7f])"), r"\1 \2"),
    (re.compile(r"([^\x00-\x7f])([A-Za-z0-9])"), r"\1 \2"),
    (re.compile(r"[\W_]+"), " "),
)
#: Names that are one word, although a capital or a sign stands within.
_ONE_WORD = ((re.compile(r"\be mail"), "email"), (re.compile(r"\bi phone\b"), "iphone"))


@cache
def kind_by_header(name: str) -> str | None:
    """Tell which kind of personal data a column holds by its name; None where it says none.

    Latin letters are read word by word (``ShippingName``, ``shipping_name``), Chinese by its
    terms, both from the end, where the noun stands that says what a column is.

    Examples
    --------
    >>> [kind_by_header(name) for name in ("Shipping Name", "公司联系人手机", "登录IP")]
    ['name', 'phone', 'online_account']
    >>> [kind_by_header(name) for name in ("hotel", "email_open", "do_not_email", "微信支付金额")]
    [None, None, None, None]
    """
    words = _words(name)
    if _WHETHER.search(words):
        return None
    squeezed = words.replace(" ", "")
    of_thing = bool(_THINGS.search(words)) and not _PERSONS.search(words)
    for kind in KINDS:
        if of_thing and kind in _OF_THINGS:
            continue
        if kind == "bank_card" and _SHOP_CARDS.search(words):
            continue
        if _fits(kind, words, squeezed):
            return kind
    return None


def _words(name: str) -> str:
    """Write a name in small letters with a space between its words; brackets fall away."""
    wide = unicodedata.normalize("NFKC", name)
    # What is all brackets is kept.
    text = _BRACKETS.sub(" ", wide).strip() or wide
    for bound, spaced in _BOUNDS:
        text = bound.sub(spaced, text)
    text = text.casefold().strip()
    for several, one in _ONE_WORD:
        text = several.sub(one, text)
    return text


def _fits(kind: str, words: str, squeezed: str) -> bool:
    if kind in _WHOLE and _WHOLE[kind].fullmatch(words):
        return True
    latin = rf"(?:^| )(?:{_LATIN[kind]})(?: (?:{_TAIL}))*$"
    if re.search(latin, words):
        return True
    has_chinese = any(ord(letter) > 0x2E7F for letter in squeezed)
    return has_chinese and bool(re.search(rf"(?:{_CHINESE[kind]})\d*$", squeezed))
