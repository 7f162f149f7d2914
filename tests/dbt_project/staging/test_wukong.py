"""Wukong CRM: Chinese headers in GBK or UTF-8, wide letters, two spellings of a date, records without ids."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest

ACCOUNTS, CONTACTS, DEALS = "stg_wukong__accounts", "stg_wukong__contacts", "stg_wukong__opportunities"


@pytest.fixture
def company(exported):
    return exported("wukong")


@pytest.fixture
def customers(company) -> dict[str, str]:
    """Name of the customer → id."""
    return dict(company.rows(ACCOUNTS, "account_name, account_id"))


def test_gbk_and_utf_8_with_a_mark_are_both_read_and_a_day_that_does_not_exist_is_set_aside(company) -> None:
    assert {load.source_file: (load.status, load.rows_loaded, load.rows_quarantined) for load in company.loads} == {
        "商机信息.csv": ("loaded", 4, 0),
        "客户信息.csv": ("loaded", 2, 0),  # GBK
        "客户信息_2.csv": ("loaded", 2, 0),  # UTF-8 with a byte order mark
        "线索信息.csv": ("loaded", 1, 0),
        "联系人信息.csv": ("loaded", 4, 1),
    }
    [load] = [load for load in company.loads if load.rows_quarantined]
    aside = (company.home / "quarantine" / "wukong").rglob("*.ndjson*")
    assert load.source_file == "联系人信息.csv"
    assert any("2026-02-30 10:00:00" in path.read_text(encoding="utf-8") for path in aside)


def test_the_newest_export_of_customers_replaces_the_one_before(company) -> None:
    assert company.rows(ACCOUNTS, "account_name, industry, owner_id, created_at") == [
        # Midnight and 09:15 in Shanghai; 已删客户 is in the older file alone.
        ("KITE(上海)贸易有限公司", "商业服务", "wukong:刘洋", datetime(2025, 3, 3, 16)),
        ("海港面粉厂", "生产", "wukong:陈静", datetime(2025, 1, 6, 1, 15)),
    ]


def test_ids_are_made_of_what_a_record_says_and_show_nothing_of_it(company, customers) -> None:
    ids = [*customers.values(), *(row[0] for row in company.rows(CONTACTS, "contact_id"))]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("wukong:[0-9a-f]{32}(-2)?", one) for one in ids)


def test_wide_letters_are_plain_and_find_the_same_customer(company, customers) -> None:
    mills, kite = customers["海港面粉厂"], customers["KITE(上海)贸易有限公司"]
    columns = "full_name, email, phone, account_id, lifecycle_stage, lead_source, created_at"
    assert company.rows(CONTACTS, columns) == [
        ("张伟", "zhang.wei@mail.example", None, kite, "未成交", "搜索引擎", datetime(2025, 3, 4, 2, 6)),
        # Two records that say the same stay two.
        ("张伟", None, "13900000002", kite, "未成交", "搜索引擎", datetime(2025, 3, 4, 2, 5)),
        ("张伟", None, "13900000002", kite, "未成交", "搜索引擎", datetime(2025, 6, 1, 1)),
        ("林薇", "lin.wei@mail.example", "13800000001", mills, "已成交", "转介绍", datetime(2025, 1, 6, 1, 20)),
        ("运河烘焙", "ana@mail.example", "13600000003", None, "线索", "线上注册", datetime(2026, 9, 10, 5, 20)),
    ]


def test_a_lead_is_a_contact_of_its_own(company) -> None:
    [lead] = company.rows("stg_wukong__leads", "contact_id, full_name, status, lead_source, is_converted, updated_at")
    contacts = dict(company.rows(CONTACTS, "full_name, contact_id"))
    moment = datetime(2026, 9, 12)  # 08:00 in Shanghai
    assert lead == (contacts["运河烘焙"], "运河烘焙", "C（非优先客户）", "线上注册", False, moment)


def test_a_deal_belongs_to_the_customers_only_contact_and_ends_in_the_products_own_words(company) -> None:
    wei = dict(company.rows(CONTACTS, "full_name, contact_id"))["林薇"]
    columns = "opportunity_name, stage_name, status, contact_id, amount, close_date"
    assert company.rows(DEALS, columns) == [
        ("全年面粉", "方案/报价", "Pipeline", wei, Decimal(20_000), date(2027, 6, 30)),
        ("全年面粉", "赢单", "Won", wei, Decimal("18000.50"), date(2026, 9, 5)),
        ("招牌", "无效", "Other", None, None, None),
        ("烤箱", "输单", "Lost", None, Decimal(4200), None),
    ]


def test_deals_of_one_name_are_numbered_by_age_so_that_a_new_one_leaves_the_old_id_alone(estate) -> None:
    old = {"opportunity_name": "全年面粉", "customer_name": "海港面粉厂", "create_time": datetime(2026, 6, 24)}
    estate.land("wukong.opportunities", [old], load="a", night=0)
    [(before,)] = estate.rows(DEALS, "opportunity_id")
    new = old | {"create_time": datetime(2026, 9, 6)}
    estate.land("wukong.opportunities", [new, old], load="b", night=1)
    assert estate.rows(DEALS, "created_at, opportunity_id") == [
        (datetime(2026, 6, 24), before),
        (datetime(2026, 9, 6), f"{before}-2"),
    ]


def test_every_wide_sign_is_made_plain(estate) -> None:
    wide = "".join(chr(code + 65248) for code in range(33, 127)) + "　"
    estate.land("wukong.customers", [{"customer_name": f"{wide}。"}])
    assert estate.row(ACCOUNTS, "account_name") == ("".join(map(chr, range(33, 127))) + " 。",)
