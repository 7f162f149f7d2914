"""The survey tool: one file of answers to "would you recommend us", with addresses as people typed them.

Belongs here: the file, its header and quirks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from orchestration.twin import phrases
from orchestration.twin.dirt import Dirt, Spoiler
from orchestration.twin.identifiers import survey_response_ids
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.surveys import Answers
from orchestration.twin.timeline import Timeline
from orchestration.twin.writers.export_file import ExportFile
from orchestration.twin.writers.instants import ISO, in_utc
from orchestration.twin.writers.typing_habits import typed

COLUMNS = ("Response ID", "Email", "Score", "Comment", "Submitted at")
_SPOILED_CELLS = (
    ("Score", "letter_in_number", "ten"),
    ("Submitted at", "impossible_date", "2026-13-04T08:00:00Z"),
)


class SurveyWriter:
    """Streams blocks into `nps_responses.csv`."""

    def __init__(self, landing: Path, timeline: Timeline, parameters: Parameters) -> None:
        self._timeline, self._parameters = timeline, parameters
        spoiler = Spoiler(parameters, COLUMNS[0], _SPOILED_CELLS, id_prefix="NPS-")
        self._file = ExportFile(landing, "nps_survey/nps_responses.csv", COLUMNS, spoiler=spoiler)

    def write(self, block: int, answers: Answers, people: People, rng: np.random.Generator) -> list[Dirt]:
        """Export one block's answers."""
        size = len(answers.person)
        share = self._parameters.typed_email_share
        emails = zip(answers.person.tolist(), rng.random(size).tolist(), strict=True)
        comments = zip(answers.score.tolist(), answers.comment_draw.tolist(), strict=True)
        frame = pl.DataFrame(
            {
                "Response ID": survey_response_ids(block, size),
                "Email": [typed(people.email[person], draw, share) for person, draw in emails],
                "Score": answers.score,
                "Comment": [phrases.survey_comment(score, draw) for score, draw in comments],
                "Submitted at": in_utc(self._timeline.epoch(answers.day), ISO),
            },
            schema_overrides={"Response ID": pl.String, "Email": pl.String, "Comment": pl.String},
        )
        return self._file.append(frame, rng)

    def close(self) -> dict[str, int]:
        """Close the file; data rows by table."""
        self._file.close()
        return {"nps_survey.responses": self._file.rows}
