"""What names of columns say of persons, and what they only seem to say."""

from __future__ import annotations

import pytest

from segkit.collect.privacy.headers import KINDS, kind_by_header

PERSONAL = {
    "name": [
        "Name", "name", "First Name", "LastName", "customer_name", "Contact Name", "full-name",
        "Shipping Name", "Billing Name", "Ship To Name", "Recipient", "Consignee Name", "fname",
        "Surname", "UserName", "nick_name", "Hotel Guest Name", "Name of Customer",
        "customer name en",
        "姓名", "客户姓名", "昵称", "微信昵称", "收件人", "收货人姓名", "联系人", "公司联系人",
        "持卡人",
        "客户名称", "会员名", "法人代表", "酒店客人姓名", "入住人",
    ],
    "phone": [
        "Phone", "phone_number", "Mobile Phone", "mobileNo", "Tel", "TEL.", "Cell", "Cellphone",
        "Shipping Phone", "Phone 1", "home phone", "Phone (work)", "Company Contact Phone", "Fax",
        "手机", "手机号", "手机号码", "联系电话", "公司联系人手机", "收件人电话", "手机（必填）",
        "座机",
        "联系方式", "客户手机号1", "客户Mobile", "企业负责人电话",
    ],
    "email": [
        "email", "E-mail", "eMail", "Email Address", "e_mail_addr", "Contact Email", "Email ID",
        "Email - Primary", "customerEmail", "邮箱", "电子邮箱", "电子邮件地址", "联系人邮箱",
        "客户Email",
    ],
    "address": [
        "Address", "Address1", "Address Line 2", "Shipping Address", "Billing Street", "Street",
        "Street Address", "customer_addr", "Delivery Address", "收货地址", "收件地址", "家庭住址",
        "详细地址",
        "客户公司地址",
    ],
    "birth_date": [
        "birth_date", "Date of Birth", "DOB", "Birthday", "birthdate", "出生日期", "生日",
        "会员生日",
    ],
    "id_number": [
        "身份证号", "身份证", "证件号码", "护照号", "Passport No", "passport", "SSN", "National ID",
        "ID Card", "ID Card Number", "Identity Number",
    ],
    "bank_card": ["银行卡号", "Card Number", "Credit Card No", "IBAN", "bank_account", "信用卡号"],
    "vehicle": ["车牌号", "车牌", "License Plate", "Plate No", "VIN", "车架号"],
    "online_account": [
        "微信号", "微信", "WeChat ID", "openid", "OpenID", "wx_openid", "unionid", "QQ", "QQ号",
        "IP",
        "ip", "IP Address", "ip_addr", "登录IP", "IP地址", "last_login_ip", "设备号", "device_id",
        "IMEI",
        "支付宝账号", "MAC地址",
    ],
}  # fmt: skip
OTHERS = [
    # Letters that only stand inside another word.
    "hotel", "hotel_id", "motel", "automobile", "telling", "telemetry", "intelligence", "cellar",
    "VIP", "VIP等级", "vip_level", "ship", "zip", "trip", "tip", "equipment", "recipients",
    "namespace", "renamed", "unnamed: 0", "addressable", "dobro", "ssnapshot", "pancake",
    # Whether, how often, by which way.
    "do_not_email", "Do Not Call Phone", "email_open", "email_opens", "Email Opened At",
    "email_clicks", "has_phone", "is_email_valid", "email_opt_in", "Email Opt Out",
    "phone_verified",
    "email_count", "contact_by_phone", "Accepts Email", "via mobile", "orders_mobile", "email_sent",
    "是否有手机", "手机品牌", "手机型号", "手机归属地", "电话次数", "电话回访结果",
    "手机端下单金额", "邮箱类型",
    "微信支付金额", "微信渠道", "是否关注微信", "微信订单数", "联系人数", "联系人数量",
    "收件人ID", "是否退订邮箱",
    # Things and companies.
    "product_name", "Product Name", "item name", "Company Name", "store_name", "brand name",
    "campaign_name", "file_name", "category_name", "Store Phone", "Warehouse Address", "hostname",
    "Hotel Name", "商品名称", "公司名称", "产品名称", "门店电话", "仓库地址", "活动名称",
    "门店地址", "品类名称",
    "会员卡号", "Membership Card Number", "Gift Card Number", "Loyalty Card No", "网址", "URL",
    "web address",
    # Coarse already, or of something else.
    "birth_year", "Birth Month", "出生年份", "生日月份", "生日优惠券", "city", "城市", "省份",
    "Shipping City",
    "Shipping Method", "Billing Zip", "证件类型", "Payment Card Type", "passport country", "身份",
    "member_level", "会员等级", "customer_id", "客户编号", "order_id", "amount", "实付金额",
    "campaign",
    "ordered_at", "gender", "年龄", "channel", "content", "备注", "address_id", "phone_model",
    "IPO", "ip_count",
    "名次", "姓氏笔画", "地址类型", "收货方式", "车牌归属地", "QQ音乐时长", "line_total",
    "Order Line", "online",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for kind, names in PERSONAL.items() for name in names]
)
def test_a_header_that_names_a_person_is_seen(name, kind):
    assert kind_by_header(name) == kind


@pytest.mark.parametrize("name", OTHERS)
def test_a_header_that_does_not_is_left_alone(name):
    assert kind_by_header(name) is None


def test_each_kind_has_its_headers():
    assert set(PERSONAL) == set(KINDS)


@pytest.mark.parametrize("write", [str.upper, str.lower, lambda name: f"  {name} "])
def test_letter_case_and_spaces_do_not_matter(write):
    names = {
        "Shipping Name": "name",
        "Phone Number": "phone",
        "收货地址": "address",
        "E-mail": "email",
    }
    assert {name: kind_by_header(write(name)) for name in names} == names


@pytest.mark.parametrize("name", ["", " ", "()", "12", "_", "\n", "🙂", "\x00", "(" * 2000])
def test_odd_names_say_nothing(name):
    assert kind_by_header(name) is None


def test_a_name_that_is_all_brackets_is_read():
    assert kind_by_header("（手机）") == kind_by_header("[Phone]") == "phone"
