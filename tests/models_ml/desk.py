"""Small helpdesks with texts whose topic is known, in several languages; the same arguments give the same tickets."""

from __future__ import annotations

import random

import polars as pl

WORDS = {
    "English": {
        "delivery": "parcel tracking carrier courier shipment doorstep",
        "billing": "invoice charged payment statement creditcard refund",
        "account": "password login locked username browser reset",
    },
    "German": {
        "delivery": "paket sendungsverfolgung paketdienst lieferung haustür versand",
        "billing": "rechnung abgebucht zahlung kontoauszug kreditkarte erstattung",
        "account": "passwort anmeldung gesperrt benutzername browser zurücksetzen",
    },
}
COMMON = {
    "English": "hello please the have with still need know could thank order today",
    "German": "hallo bitte habe mit noch brauche wissen könnte danke bestellung heute ich",
}
# Written without blanks, as people do.
CHINESE = {
    "delivery": ("我的包裹还没有到请查一下物流", "快递说已经签收但是没有收到包裹", "物流信息三天没有更新了"),
    "billing": ("重复扣款了请退回一笔付款", "请开一张公司抬头的发票", "付款金额和订单不一样需要发票"),
    "account": ("登录不了提示密码错误", "忘记密码收不到重置邮件", "账号被锁定无法登录"),
}
SCHEMA = {
    "ticket_id": pl.String,
    "customer": pl.String,
    "label": pl.String,
    "is_good": pl.Boolean,
    "text": pl.String,
    "customer_text": pl.String,
}


def ticket(number: int, text: str | None, label: str | None = None, **more: object) -> dict:
    row = {"ticket_id": f"desk:{number:05d}", "customer": f"c{number % 97}", "label": label, "is_good": None}
    return row | {"text": text, "customer_text": text} | more


def words_about(topic: str, draw: random.Random, language: str = "English") -> str:
    """A few words of the topic among the common ones of the language."""
    said = draw.sample(WORDS[language][topic].split(), 3) + draw.choices(COMMON[language].split(), k=6)
    draw.shuffle(said)
    return " ".join(said)


def desk(count: int = 300, language: str = "English", labelled: float = 0.0, seed: int = 1) -> pl.DataFrame:
    """Tickets of three topics in turn; `topic` is the truth, `label` what part of them carry."""
    draw, rows = random.Random(seed), []
    for number in range(count):
        topic = tuple(WORDS[language])[number % 3]
        label = topic if draw.random() < labelled else None
        rows.append(ticket(number, words_about(topic, draw, language), label) | {"topic": topic})
    return frame(rows)


def frame(rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA | ({"topic": pl.String} if "topic" in rows[0] else {}))
