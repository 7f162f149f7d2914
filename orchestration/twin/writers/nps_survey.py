"""The survey tool: one file of answers to "would you recommend us", with addresses as people typed them.

Belongs here: the file, its header and quirks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import phrases
from orchestration.twin.dirt import Dirt, Spoiling, spoil
from orchestration.twin.identifiers import BLOCK_STRIDE
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.surveys import Answers
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile, blank
from orchestration.twin.writers.instants import ISO, in_utc

COLUMNS = ("Response ID", "Email", "Score", "Comment", "Submitted at")

_SPOILING = Spoiling(
    id_column="Response ID",
    id_prefix="NPS-",
    cells=(("Score", "letter_in_number", "ten"), ("Submitted at", "impossible_date", "2026-13-04T08:00:00Z")),
)


class SurveyWriter:
    """Streams blocks into `nps_responses.csv`."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        self._file = ExportFile(landing, "nps_survey/nps_responses.csv", COLUMNS)

    def write(self, block: int, answers: Answers, people: People, rng: np.random.Generator) -> list[Dirt]:
        draws = rng.random(len(answers.person)).tolist()
        share = self._parameters.typed_email_share
        frame = pl.DataFrame(
            {
                "Response ID": [
                    f"NPS-{BLOCK_STRIDE * block + number + 1:06d}" for number in range(len(answers.person))
                ],
                "Email": [
                    typed_email(people.email[person], draw, share)
                    for person, draw in zip(answers.person.tolist(), draws, strict=True)
                ],
                "Score": answers.score,
                "Comment": [
                    phrases.survey_comment(score, draw)
                    for score, draw in zip(answers.score.tolist(), answers.comment_draw.tolist(), strict=True)
                ],
                "Submitted at": in_utc(self._timeline.epoch(answers.day), ISO),
            },
            schema_overrides={"Response ID": pl.String, "Email": pl.String, "Comment": pl.String},
        ).with_columns(blank(pl.col("Comment")).alias("Comment"))
        return self._file.append(frame, spoil(frame, _SPOILING, block, self._parameters, rng))

    def close(self) -> dict[str, int]:
        """Close the file; data rows by table."""
        self._file.close()
        return {"nps_survey.responses": self._file.rows}


def typed_email(email: str, draw: float, share: float) -> str:
    """The address as a hurried person types it: mostly right, else with capitals or stray blanks."""
    if draw >= share:
        return email
    return (email.upper(), email.title(), f"{email} ", f" {email}")[int(draw / share * 4)]
