"""What stands in one e-mail: addresses, subject, date and readable text, decoded strictly.

Stays out: files and messages (mbox), who is a colleague (staging).
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

CELLS = (
    "message_id",
    "sent_at",
    "from_email",
    "from_name",
    "subject",
    "recipients",
    "is_automatic",
    "text",
    "is_text_cut",
    "count_attachments",
)
DEFECTS = (TypeError, ValueError, LookupError, AttributeError, AssertionError, RecursionError)
"""What the standard library raises on headers that are broken in ways it does not foresee."""
RECIPIENTS = ("to", "cc", "bcc")
_UNQUOTED = re.compile("^>(>*From )", re.MULTILINE)


class Unreadable(ValueError):
    """A message cannot be read; the message of the error is the reason, `column` the cell at fault."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.column = column


def cells(message: Message, longest_text: int) -> dict[str, str | list | None]:
    """Name → cell of one message (CELLS). Raises Unreadable with the first thing that is wrong."""
    if not message.keys():
        raise Unreadable("has no headers: it is no message, or a line that begins with 'From' cut one in two")
    try:
        return _cells(message, longest_text)
    except Unreadable:
        raise
    except DEFECTS as fault:
        raise Unreadable(f"cannot be parsed: {fault}") from fault


def _cells(message: Message, longest_text: int) -> dict[str, str | list | None]:
    senders = _people(message, "from", "from_email")
    sender = senders[0] if senders else {"email": None, "name": None}
    text = _text(message)
    return {
        "message_id": _message_id(message),
        "sent_at": _date(message),
        "from_email": sender["email"],
        "from_name": sender["name"],
        "subject": _header(message, "subject", "subject"),
        "recipients": [
            person | {"field": field} for field in RECIPIENTS for person in _people(message, field, "recipients")
        ],
        "is_automatic": "true" if _is_automatic(message) else "false",
        "text": text[:longest_text] or None,
        "is_text_cut": "true" if len(text) > longest_text else "false",
        "count_attachments": str(sum(1 for part in message.walk() if _is_attachment(part))),
    }


def _message_id(message: Message) -> str:
    said = (_raw(message, "message-id") or "").strip().strip("<>").strip()
    if said:
        return said
    headers = "\n".join(f"{name}: {value}" for name, value in message.raw_items())
    return "md5:" + hashlib.md5(headers.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _date(message: Message) -> str:
    said = _raw(message, "date")
    if not said:
        raise Unreadable("has no Date", "sent_at")
    try:
        moment = parsedate_to_datetime(said)
        # "-0000" says: in UTC, from an unknown place.
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, TypeError, IndexError, OverflowError) as fault:
        raise Unreadable(f"has the Date {said!r}, which is none", "sent_at") from fault
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _people(message: Message, field: str, column: str) -> list[dict[str, str | None]]:
    """Everybody whom the headers of a field name, with an address in small letters."""
    headers = [_unfolded(value) for name, value in message.raw_items() if name.lower() == field]
    # An address list is parsed before its names are decoded: a decoded name may hold a comma.
    people = [(name, address) for name, address in getaddresses(headers) if "@" in address]
    return [{"email": address.strip().lower(), "name": _decoded(name, column) or None} for name, address in people]


def _header(message: Message, name: str, column: str) -> str | None:
    said = _raw(message, name)
    return _decoded(said, column) if said else None


def _raw(message: Message, name: str) -> str | None:
    """A header as it was written, its folded lines joined."""
    return next((_unfolded(value) for key, value in message.raw_items() if key.lower() == name), None)


def _unfolded(value: str) -> str:
    """A header on one line; bytes that stand in it as they are are UTF-8, else Latin-1."""
    written = value.encode("utf-8", "surrogateescape")
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError:
        text = written.decode("latin-1")
    return re.sub(r"\r?\n(?=[ \t])", "", text).strip()


def _decoded(said: str, column: str) -> str:
    """The text of a header with its encoded words in letters."""
    if "=?" not in said:
        return said
    try:
        pieces = decode_header(said)
        text = "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "strict") for piece, charset in pieces
        )
    except (HeaderParseError, LookupError, ValueError) as fault:
        raise Unreadable(f"has the header {said!r}, which cannot be decoded: {fault}", column) from fault
    return " ".join(text.split())


def _is_automatic(message: Message) -> bool:
    """Whether a machine or a list sent it, by the headers that exist to say so (RFC 3834, RFC 2369, RFC 2919)."""
    is_answer = (_raw(message, "auto-submitted") or "no").split(";")[0].strip().lower() != "no"
    is_bulk = (_raw(message, "precedence") or "").lower() in ("bulk", "list", "junk", "auto_reply")
    return is_answer or is_bulk or any(_raw(message, name) for name in ("list-id", "list-unsubscribe"))


def _is_attachment(part: Message) -> bool:
    return not part.is_multipart() and (part.get_content_disposition() == "attachment" or bool(part.get_filename()))


def _text(message: Message) -> str:
    """The first plain text of a message, else the words of its first HTML."""
    shown = [part for part in message.walk() if not part.is_multipart() and not _is_attachment(part)]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            if part.get_content_type() == kind:
                text = _part_text(part).replace("\r\n", "\n")
                return (text if kind == "text/plain" else _words_of_html(text)).strip()
    return ""


def _part_text(part: Message) -> str:
    """Text in its charset; bytes that are not of it are shown as \\xNN, never dropped."""
    payload = part.get_payload(decode=True) or b""
    try:
        text = payload.decode(part.get_content_charset() or "utf-8", "backslashreplace")
    except LookupError:
        text = payload.decode("utf-8", "backslashreplace")
    return _UNQUOTED.sub(r"\1", text)


def _words_of_html(html: str) -> str:
    words = _Words()
    try:
        words.feed(html)
        words.close()
    except AssertionError:
        return html  # a declaration that the parser does not know; nothing of the text is lost
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", "".join(words.found)))


class _Words(HTMLParser):
    """Collects what a reader sees."""

    _HIDDEN = ("script", "style", "head", "title")
    _BREAKS = ("p", "br", "div", "tr", "li", "h1", "h2", "h3")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag in self._BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data.replace("\n", " "))
