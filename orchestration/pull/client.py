"""Asking an API, politely: dlt's REST client with retries, Retry-After, and no other host than the declared one.

Stays out: what is asked for (vendors), what becomes of the answers (runner).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.requests import Client as Retrying
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from tenacity import RetryCallState, stop_after_attempt, stop_any

from orchestration.pull.failures import PullFailed, in_words

ATTEMPTS = 8
"""With waits of 1, 2, 4 … seconds, two minutes of trouble heal by themselves."""
LONGEST_WAIT = 900
"""Seconds. Who asks us to wait longer is asked again tomorrow: a night has other sources."""

Row = dict[str, Any]
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Page:
    """The rows of one answer, and the server's own clock when it gave it (aware; None when it does not say)."""

    rows: list[Row]
    at: datetime | None


def polite_session(url: str, sleep: Sleep) -> requests.Session:
    """A session that repeats what may heal (429, 5xx, cut connections) and reaches no host but that of `url`."""
    session = Retrying(
        raise_for_status=False, request_max_attempts=ATTEMPTS, request_max_retry_delay=LONGEST_WAIT
    ).session
    session.send.retry.sleep = sleep
    session.send.retry.stop = stop_any(stop_after_attempt(ATTEMPTS), _asked_to_wait_too_long)
    # A link to the next page that leads elsewhere would carry the credentials there.
    session.adapters.clear()
    session.mount(url.rstrip("/") + "/", HTTPAdapter())
    return session


def _asked_to_wait_too_long(state: RetryCallState) -> bool:
    fault = state.outcome.exception()
    response = state.outcome.result() if fault is None else getattr(fault, "response", None)
    asked = "" if response is None else response.headers.get("Retry-After", "").strip()
    return asked.isdigit() and int(asked) > LONGEST_WAIT


class Api:
    """One system's API. Every failure is a PullFailed that names the path."""

    def __init__(self, url: str, session: requests.Session, auth: AuthBase) -> None:
        self._client = RESTClient(url, auth=auth, session=session, config=RuntimeConfiguration())

    def pages(
        self, path: str, rows: str, paginator: BasePaginator, params: Mapping[str, Any] | None = None
    ) -> Iterator[Page]:
        """The pages below a path; `rows` is the member of an answer that holds its list of rows."""
        # The whole answer is selected: dlt takes a list that is not there for an empty one.
        answers = self._client.paginate(path, params=dict(params or {}), paginator=paginator, data_selector="$")
        while True:
            try:
                answer = next(answers, None)
            except requests.RequestException as fault:
                raise in_words(fault, path) from fault
            except ValueError as fault:  # dlt's paginators, when the member that leads to the next page is gone
                raise PullFailed(f"{path}: the answer does not say whether there are more pages") from fault
            if answer is None:
                return
            body = answer[0] if len(answer) == 1 else answer
            if not isinstance(body, dict) or not isinstance(body.get(rows), list):
                raise PullFailed(f"{path}: the answer has no list {rows!r}")
            yield Page(body[rows], server_time(answer.response))

    def request(self, method: str, path: str, **details: Any) -> requests.Response:
        """One request whose answer is not paged JSON."""
        try:
            response = self._client.request(path, method=method, **details)
            response.raise_for_status()
        except requests.RequestException as fault:
            raise in_words(fault, path) from fault
        return response


def server_time(response: requests.Response) -> datetime | None:
    """The clock of the server, which is the one that its rows are stamped by."""
    try:
        return parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return None
