"""The grammar of quotes in delimited text (RFC 4180), as pure functions on strings.

A cell is quoted as a whole or not at all; inside, a quote is written twice. Nothing else is accepted, and that
strictness is what keeps good rows safe from bad ones: a line that opens a quote without closing it has an odd number
of quotes, a well-formed line an even one, so joining a broken line with the well-formed lines after it always ends in
a contradiction: the broken line alone is set aside, and reading resumes on the very next one.

Stays out: reading, decoding, counting rows.
"""

from __future__ import annotations

from orchestration.intake.decoding import LONGEST_RECORD

NEVER_CLOSED = "a quote is opened and never closed"
MISPLACED = "a quote stands inside a cell"


def is_well_quoted(parts: list[str], delimiter: str) -> bool:
    """Whether text cut at its quotes (`text.split('"')`) has every quote in its place, up to where it ends.

    Every second part lies outside quotes: it must be empty (two quotes in a row: one quote as data) or begin and end
    with the delimiter where a quote adjoins it. An even number of parts means the text ends inside quotes.
    """
    last = len(parts) - 1
    for at in range(0, last + 1, 2):
        part = parts[at]
        if part and ((at > 0 and part[0] != delimiter) or (at < last and part[-1] != delimiter) or "\r" in part):
            return False
    return True


def cells_of(parts: list[str], delimiter: str) -> list[str]:
    """The cells of a whole, well-quoted record that was cut at its quotes."""
    last = len(parts) - 1
    if last == 0:
        return parts[0].split(delimiter)
    cells = parts[0][:-1].split(delimiter) if parts[0] else []
    current = ""
    for at in range(1, last, 2):
        current += parts[at]
        outside = parts[at + 1]
        if not outside and at + 1 < last:
            current += '"'
            continue
        cells.append(current)
        current = ""
        if at + 1 == last and outside:
            cells += outside[1:].split(delimiter)
        elif len(outside) > 1:
            cells += outside[1:-1].split(delimiter)
    return cells


def parse_record(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record, or None when a quote stands where none may."""
    parts = text.split('"')
    return cells_of(parts, delimiter) if len(parts) % 2 and is_well_quoted(parts, delimiter) else None


def join_records(
    lines: list[str], delimiter: str, newline: str, is_end: bool
) -> tuple[list[str], dict[int, str], list[str]]:
    """Joins lines into records: a cell in quotes may hold line breaks.

    Returns the texts of the records (blank lines are none), the reasons of the broken ones by position, and the lines
    of a last record that is not over yet (none at the end of the file).
    """
    texts: list[str] = []
    broken: dict[int, str] = {}
    at = 0
    for start in [number for number, line in enumerate(lines) if line.count('"') % 2]:
        if start < at:
            continue
        texts += [line for line in lines[at:start] if line not in ("", "\r")]
        end, reason = _end_of_record(lines, start, delimiter)
        if end is None and reason is None:
            if not is_end and sum(map(len, lines[start:])) <= LONGEST_RECORD:
                return texts, broken, lines[start:]
            reason = NEVER_CLOSED
        if end is None:
            broken[len(texts)] = reason
            texts.append(lines[start])
            at = start + 1
        else:
            texts.append(newline.join(lines[start:end]))
            at = end
    texts += [line for line in lines[at:] if line not in ("", "\r")]
    return texts, broken, []


def _end_of_record(lines: list[str], start: int, delimiter: str) -> tuple[int | None, str | None]:
    """Where a record that opens a quote on line `start` is over: (line after it, None).

    (None, reason) when its quotes contradict each other, (None, None) when the lines end before it does.
    """
    for at in range(start, len(lines)):
        if at > start and '"' not in lines[at]:
            continue
        # Further lines begin inside the quotes that the first one opened.
        text = lines[at] if at == start else '"' + lines[at]
        parts = text.removesuffix("\r").split('"')
        if not is_well_quoted(parts, delimiter):
            return None, MISPLACED if at == start else NEVER_CLOSED
        if len(parts) % 2:
            return at + 1, None
    return None, None
