"""Tokens that expire: fetched when first needed, and once more when the system says 401. Kept in memory only."""

from __future__ import annotations

from typing import Any

import requests
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials


class RenewedToken(OAuth2ClientCredentials):
    """dlt's client-credentials flow, which also renews a token that was revoked before its time.

    The token is sent in `header`, after `prefix`.
    """

    header = "Authorization"
    prefix = "Bearer "

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.access_token is None or self.is_token_expired():
            self.obtain_token()
        self._put(request)
        request.register_hook("response", self._renew)
        return request

    def _put(self, request: requests.PreparedRequest) -> None:
        request.headers[self.header] = f"{self.prefix}{self.access_token}"

    def _renew(self, response: requests.Response, **how: Any) -> requests.Response:
        if response.status_code != 401:
            return response
        response.close()
        self.obtain_token()
        self._put(response.request)
        return response.connection.send(response.request, **how)
