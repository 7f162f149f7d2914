"""Mailboxes: every message is a row with its people and its moment, or is set aside with its bytes."""

from __future__ import annotations

import base64
import json
from datetime import datetime

import pytest

from orchestration.intake.readers import mbox

HEADERS = "Message-ID: <m1@mail.example>\nDate: Tue, 01 Sep 2026 10:00:00 +0200\nFrom: Ada <Ada@Mail.example>\n"


@pytest.fixture
def post(house):
    """A house whose table `messages` is read from mailboxes."""
    house.declare(
        [
            {"name": "message_id", "required": True},
            {"name": "sent_at", "data_type": "timestamp", "required": True},
            {"name": "from_email"},
            {"name": "from_name"},
            {"name": "recipients", "data_type": "json"},
            {"name": "subject"},
            {"name": "text"},
            {"name": "is_automatic", "data_type": "boolean"},
            {"name": "is_text_cut", "data_type": "boolean"},
            {"name": "count_attachments", "data_type": "bigint"},
        ],
        table="messages",
        pattern="*.mbox",
        format="mbox",
        encoding="latin-1",
    )
    return house


def message(headers: str = HEADERS, body: str = "Hello\n", start: str = "From - Tue Sep  1 08:00:00 2026") -> str:
    return f"{start}\n{headers}\n{body}\n"


def only(post) -> dict:
    rows = post.rows("messages")
    assert rows.height == 1, rows
    return rows.row(0, named=True)


def test_a_message_is_a_row_with_sender_recipients_and_moment_in_utc(post) -> None:
    people = 'To: "Park, Cleo" <cleo@shop.example>, bo@mail.example\nCc: Desk <desk@shop.example>\nSubject: Tea\n'
    post.take("a.mbox", message(HEADERS + people))
    row = only(post)
    assert (row["message_id"], row["sent_at"]) == ("m1@mail.example", datetime(2026, 9, 1, 8))
    assert (row["from_email"], row["from_name"], row["subject"]) == ("ada@mail.example", "Ada", "Tea")
    assert json.loads(row["recipients"]) == [
        {"email": "cleo@shop.example", "name": "Park, Cleo", "field": "to"},
        {"email": "bo@mail.example", "name": None, "field": "to"},
        {"email": "desk@shop.example", "name": "Desk", "field": "cc"},
    ]
    assert (row["text"], row["is_automatic"], row["count_attachments"]) == ("Hello", False, 0)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?" + base64.b64encode("Tee für zwei 🫖".encode()).decode() + "?=", "Tee für zwei 🫖"),
        ("=?iso-8859-1?Q?Caf=E9?= =?iso-8859-1?Q?_noir?=", "Café noir"),
        ("=?gb18030?B?" + base64.b64encode("客户".encode("gb18030")).decode() + "?=", "客户"),
        ("a very\n long subject", "a very long subject"),
        ("Zoë", "Zoë"),
    ],
)
def test_headers_are_read_however_they_are_encoded(post, written: str, read: str) -> None:
    text = message(HEADERS + f"Subject: {written}\n")
    post.take("a.mbox", text.encode())
    assert only(post)["subject"] == read


def test_bytes_that_stand_in_a_header_as_they_are_are_read_too(post) -> None:
    text = message(HEADERS.replace("Ada <Ada@", "Zoë <zoë@") + "Subject: Café\n")
    post.take("a.mbox", text.encode("latin-1"))
    assert (only(post)["from_name"], only(post)["from_email"]) == ("Zoë", "zoë@mail.example")
    assert only(post)["subject"] == "Café"


def test_an_encoded_name_with_a_comma_is_one_person(post) -> None:
    name = "=?utf-8?Q?Moreau=2C_Ada?="
    post.take("a.mbox", message(HEADERS.replace("From: Ada", f"From: {name}")))
    assert (only(post)["from_name"], only(post)["from_email"]) == ("Moreau, Ada", "ada@mail.example")


def test_the_text_of_a_multipart_message_is_its_plain_part_and_attachments_are_counted(post) -> None:
    body = (
        "--x\nContent-Type: multipart/alternative; boundary=y\n\n"
        "--y\nContent-Type: text/html; charset=utf-8\n\n<p>Hi <b>Ada</b></p>\n"
        "--y\nContent-Type: text/plain; charset=iso-8859-1\n"
        "Content-Transfer-Encoding: quoted-printable\n\nCaf=E9\n--y--\n"
        "--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n"
        "Content-Transfer-Encoding: base64\n\nQUJD\n--x--\n"
    )
    post.take("a.mbox", message(HEADERS + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n", body))
    assert (only(post)["text"], only(post)["count_attachments"]) == ("Café", 1)


def test_a_message_in_html_alone_has_the_words_that_a_reader_sees(post) -> None:
    hidden = "<head><title>t</title><style>p {}</style></head>"
    html = f"<html>{hidden}<body><p>Hi&nbsp;Ada,</p><p>see\n you</p></body></html>\n"
    post.take("a.mbox", message(HEADERS + "Content-Type: text/html; charset=utf-8\n", html))
    assert only(post)["text"] == "Hi Ada,\nsee you"


def test_a_long_text_is_cut_and_says_so(post) -> None:
    post.take("a.mbox", message(body="x" * 30_000 + "\n"))
    assert (len(only(post)["text"]), only(post)["is_text_cut"]) == (mbox.LONGEST_TEXT, True)


def test_a_body_is_not_kept_where_the_contract_does_not_ask_for_it(house) -> None:
    columns = [{"name": "message_id", "required": True}, {"name": "subject"}]
    house.declare(columns, table="messages", pattern="*.mbox", format="mbox", encoding="latin-1")
    house.take("a.mbox", message(HEADERS + "Subject: Tea\nX-Secret: s\n", "private\n"))
    row = house.rows("messages").row(0, named=True)
    assert not [
        value for value in row.values() if isinstance(value, str) and ("private" in value or "X-Secret" in value)
    ]


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Unsubscribe: <mailto:out@list.example>", "List-Id: <l>"],
)
def test_machines_and_mailing_lists_are_told_apart(post, header: str) -> None:
    post.take("a.mbox", message(HEADERS + header + "\n"))
    assert only(post)["is_automatic"] is True


def test_sentences_that_begin_with_from_cut_no_message_and_quoted_ones_are_unquoted(post) -> None:
    body = "Hello\n\nFrom what I see, all is well.\n\n>From here on\n"
    load = post.take("a.mbox", message(body=body) + message(HEADERS.replace("m1", "m2")))
    assert load.rows_loaded == 2
    assert post.rows("messages")["text"][0] == "Hello\n\nFrom what I see, all is well.\n\nFrom here on"


@pytest.mark.parametrize("start", ["From 17@xxx Tue Sep 01 08:00:00 +0000 2026", "From MAILER-DAEMON"])
def test_messages_begin_as_every_product_writes_it_with_either_line_end(post, start: str) -> None:
    text = message(start=start) + message(HEADERS.replace("m1", "m2"), start=start)
    load = post.take("a.mbox", text.replace("\n", "\r\n"))
    assert (load.rows_loaded, post.column("message_id", "messages")) == (2, ["m1@mail.example", "m2@mail.example"])


@pytest.mark.parametrize(
    ("headers", "column", "reason"),
    [
        (HEADERS.replace("Tue, 01 Sep 2026 10:00:00 +0200", "soon"), "sent_at", "has the Date 'soon', which is none"),
        (
            HEADERS.replace("01 Sep", "31 Sep"),
            "sent_at",
            "has the Date 'Tue, 31 Sep 2026 10:00:00 +0200', which is none",
        ),
        ("Message-ID: <m1>\nFrom: a@mail.example\n", "sent_at", "has no Date"),
        (
            HEADERS + "Subject: =?utf-8?B?/w==?=\n",
            "subject",
            "has the header '=?utf-8?B?/w==?=', which cannot be decoded",
        ),
        (
            HEADERS + "Subject: =?no-such?Q?x?=\n",
            "subject",
            "has the header '=?no-such?Q?x?=', which cannot be decoded",
        ),
        ("", None, "has no headers"),
    ],
)
def test_a_message_that_cannot_be_read_is_set_aside_with_its_bytes(
    post, headers: str, column: str | None, reason: str
) -> None:
    bad = message(headers, "Café\n").encode("latin-1")
    load = post.take("a.mbox", message().encode() + bad + message(HEADERS.replace("m1", "m2")).encode())
    assert (load.rows_loaded, load.rows_quarantined) == (2, 1)
    (aside,) = post.quarantined("messages")
    assert aside["reason"].startswith(reason), aside["reason"]
    assert (aside["column"], aside["row"]) == (column, 2)
    assert base64.b64decode(aside["base64"]).strip() == bad.strip()


def test_a_message_without_an_id_is_known_by_its_headers_so_that_a_second_load_is_the_same_one(post) -> None:
    text = message(HEADERS.split("\n", 1)[1])
    post.take("a.mbox", text)
    post.take("b.mbox", text + message(HEADERS.replace("m1", "m2")))
    ids = post.column("message_id", "messages")
    assert len(ids) == 3
    assert len({one for one in ids if one.startswith("md5:")}) == 1


def test_a_message_longer_than_a_record_may_be_does_not_take_the_mailbox_with_it(post, monkeypatch) -> None:
    monkeypatch.setattr(mbox, "LONGEST_RECORD", 1000)
    load = post.take("a.mbox", message(body="y" * 50 + "\n" + "x\n" * 2000) + message(HEADERS.replace("m1", "m2")))
    assert (load.rows_loaded, load.rows_quarantined) == (1, 1)
    assert post.quarantined("messages")[0]["reason"] == mbox.TOO_LONG


def test_a_file_that_is_no_mailbox_is_refused(post) -> None:
    assert post.take("a.mbox", "<html>\n").reason == "is not a mailbox: it does not begin with a line 'From …'"
