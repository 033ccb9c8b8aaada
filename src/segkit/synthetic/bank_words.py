"""The words of the made-up bank's tables, by code and language."""

from __future__ import annotations

#: Codes of the truth stay the same in each language; tables speak the client's.
OCCUPATIONS = {
    "executive": ("executive", "企业高管"),
    "owner": ("business owner", "私营业主"),
    "professional": ("professional", "专业技术人员"),
    "civil_servant": ("civil servant", "公务员"),
    "office": ("office worker", "公司职员"),
    "services": ("service worker", "服务业人员"),
    "manufacturing": ("factory worker", "生产工人"),
    "self_employed": ("self-employed", "个体户"),
    "retired": ("retired", "退休人员"),
    "student": ("student", "学生"),
}
EDUCATIONS = {
    "secondary": ("secondary school", "高中及以下"),
    "college": ("college", "大专"),
    "bachelor": ("bachelor", "本科"),
    "postgraduate": ("postgraduate", "研究生及以上"),
}
FAMILIES = {
    "single": ("living alone", "单身"),
    "couple": ("couple", "夫妻二人"),
    "family": ("couple with children", "已婚有子女"),
    "generations": ("three generations", "三代同堂"),
}
#: The first four hold a balance and so have an account; the rest are services.
PRODUCTS = {
    "savings": ("savings account", "活期储蓄"),
    "time_deposit": ("time deposit", "定期存款"),
    "wealth": ("wealth management", "理财产品"),
    "fund": ("fund", "基金"),
    "credit_card": ("credit card", "信用卡"),
    "insurance": ("insurance", "保险"),
    "mortgage": ("mortgage", "住房贷款"),
    "mobile_bank": ("mobile banking", "手机银行"),
    "guarantee": ("guarantee for a loan", "贷款担保"),
}
CATEGORIES = {
    "groceries": ("groceries", "超市日用"),
    "dining": ("dining", "餐饮"),
    "online": ("online shopping", "网上购物"),
    "entertainment": ("entertainment", "娱乐"),
    "travel": ("travel", "旅行"),
    "fuel": ("fuel and car", "加油养车"),
    "health": ("health", "医疗健康"),
    "education": ("education", "教育"),
    "home": ("home", "家居"),
}
CARD_CHANNELS = {
    "terminal": ("card terminal", "POS 刷卡"),
    "web": ("web shop", "网上支付"),
    "mobile": ("mobile payment", "移动支付"),
}
CONTACT_KINDS = {
    "app_login": ("app login", "登录手机银行"),
    "service_call": ("service call", "致电客服"),
    "failed_payment": ("failed payment", "交易失败"),
    "fee_charged": ("fee charged", "扣收费用"),
}
CONTACT_CHANNELS = {
    "app_login": ("app", "手机银行"),
    "service_call": ("phone", "电话"),
    "failed_payment": ("card", "银行卡"),
    "fee_charged": ("account", "账户"),
}
COMPLAINT_KINDS = {
    "complaint": ("complaint", "投诉"),
    "survey": ("satisfaction survey", "满意度调查"),
    "sms": ("SMS rating", "短信评价"),
    "branch": ("branch rating", "网点评价"),
}
COMPLAINT_CHANNELS = {
    "complaint": ("phone", "电话"),
    "survey": ("online", "线上"),
    "sms": ("SMS", "短信"),
    "branch": ("branch", "网点"),
}
#: Canonical words of the complaints table, the same in each language.
OUTCOMES = ("settled", "refused", "open")
CAMPAIGNS = {"wealth": ("wealth management offer", "理财产品推广")}
CAMPAIGN_CHANNELS = {"sms": ("SMS", "短信"), "phone": ("phone", "电话")}


def labels(words: dict[str, tuple[str, str]], language: str) -> list[str]:
    """Give the words of one list in the order of their codes."""
    return [pair[language == "zh"] for pair in words.values()]
