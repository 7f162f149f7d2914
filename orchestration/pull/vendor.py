"""A system that can be pulled, as its file in `vendors/` declares it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.auth import AuthBase

from orchestration.pull.arrivals import Arrivals
from orchestration.pull.context import Pull
from orchestration.pull.lists import land_list


@dataclass(frozen=True)
class Vendor:
    """`auth` makes the authentication of requests from the credentials of the settings; `land` lands one endpoint."""

    source: str
    auth: Callable[[Mapping[str, str], requests.Session], AuthBase]
    endpoints: tuple[Any, ...]
    land: Callable[[Any, Pull, Arrivals], None] = land_list
