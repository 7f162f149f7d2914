"""How a customer words a ticket: in which language, whether the topic comes out at once, and how annoyed it sounds.

Belongs here: choosing phrases for the steps of a ticket, and the desk's tag. Stays out: the steps (ticket_history), the
phrases themselves (phrases), the JSON (writers.zendesk_records).
"""

from __future__ import annotations

from typing import NamedTuple

from orchestration.twin import names, phrases
from orchestration.twin.parameters import Parameters
from orchestration.twin.service import TOPICS
from orchestration.twin.ticket_history import Step

DRAWS = 4
"""Uniform numbers a voice may use."""
_ABROAD = {"DE": ("German", 1.0), "CA": ("French", 0.5)}
_SCATTER = 7_919


class Voice(NamedTuple):
    """One customer's way of telling one ticket; `draws` are DRAWS uniform numbers in [0, 1)."""

    topic: str
    language: str
    is_unhappy: bool
    draws: list[float]

    def tags(self, parameters: Parameters) -> list[str]:
        """The desk tags most tickets, and a few of them wrongly."""
        if self.draws[0] < parameters.untagged_share:
            return []
        is_slip = self.draws[1] < parameters.mistagged_share
        return [TOPICS[(TOPICS.index(self.topic) + 1) % len(TOPICS)] if is_slip else self.topic]

    def subject(self, steps: list[Step], draw: float, parameters: Parameters) -> str:
        return phrases.subject(None if self._is_vague(steps, parameters) else self.topic, draw, self.language)

    def bodies(self, steps: list[Step], draws: list[float], parameters: Parameters) -> list[str]:
        """The text of each step that has one. Who opens without saying why is asked, and then tells."""
        is_vague, is_told, texts = self._is_vague(steps, parameters), False, []
        for step, draw in zip(steps, draws, strict=True):
            if step.comment == "description":
                texts.append(phrases.description(None if is_vague else self.topic, draw, self.language))
            elif step.comment == "customer_reply" and is_vague and not is_told:
                is_told = True
                texts.append(phrases.description(self.topic, draw, self.language))
            else:
                texts.append(phrases.comment(self._kind(step.comment), draw, self.language))
        return texts

    def _kind(self, kind: str) -> str:
        is_annoyed = kind == "customer_reply" and self.is_unhappy and self.draws[3] < 0.9
        return "unhappy_reply" if is_annoyed else kind

    def _is_vague(self, steps: list[Step], parameters: Parameters) -> bool:
        kinds = {step.comment for step in steps}
        return {"description", "customer_reply"} <= kinds and self.draws[2] < parameters.vague_opening_share


def language_of(country: int, person: int) -> str:
    """What somebody of a country (position in names.COUNTRIES) writes; always the same for one person."""
    language, share = _ABROAD.get(names.COUNTRIES[country][1], ("English", 1.0))
    return language if person * _SCATTER % 1_000 < share * 1_000 else "English"
