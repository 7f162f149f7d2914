"""What can go wrong with a pull, in words that never hold a secret."""

from __future__ import annotations

import requests

SAID = ("message", "error_description", "error", "errors", "detail", "title", "description")
"""Members in which the vendors' APIs say what is wrong."""
LONGEST = 200


class PullFailed(Exception):
    """A table could not be pulled; nothing of it has landed since the last part, and its cursor has not moved."""


class CredentialsRefused(PullFailed):
    """The system does not accept the credentials: no other table of it can be pulled either."""


class NotOffered(PullFailed):
    """The system does not offer this list, or not to these credentials (403, 404, 410)."""


def in_words(fault: requests.RequestException, place: str) -> PullFailed:
    """A failed request as a PullFailed: what was asked for, the status, and what the API says about it.

    Leaves out addresses with parameters, headers and bodies: they may hold secrets and personal data.
    """
    response = fault.response
    if response is None:
        return PullFailed(f"{place}: {_kind(fault)}")
    words = f"{place}: answered {response.status_code} {response.reason}"
    said = _said(response)
    if response.status_code == 401:
        return CredentialsRefused(f"{words}: the credentials are wrong or have expired{said}")
    # A daily limit, which Salesforce and HubSpot answer with 403, too, is no matter of what is on offer.
    if response.status_code in (404, 410) or (response.status_code == 403 and "limit" not in said.lower()):
        return NotOffered(words + said)
    return PullFailed(words + said)


def _kind(fault: requests.RequestException) -> str:
    if isinstance(fault, requests.Timeout):
        return "no answer in time"
    if isinstance(fault, requests.exceptions.InvalidSchema):
        return "points to another host, which is not followed"
    if isinstance(fault, requests.exceptions.JSONDecodeError):
        return "the answer is not JSON"
    if isinstance(fault, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
        return "the connection was cut in the middle of an answer"
    if isinstance(fault, requests.ConnectionError):
        return "no connection, or it was cut"
    return type(fault).__name__


def _said(response: requests.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return ""
    if isinstance(body, list) and body:  # Salesforce answers with a list of errors
        body = body[0]
    words = next((body[name] for name in SAID if body.get(name)), None) if isinstance(body, dict) else None
    return f" ({str(words)[:LONGEST]})" if words else ""
