"""The quarterly recommendation survey (NPS): who is asked, who answers, and what they say.

Belongs here: drawing answers from each person's loyalty at that moment.
Stays out: the export format (writers.nps_survey).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchestration.twin.lives import Lives
from orchestration.twin.parameters import Parameters
from orchestration.twin.people import People
from orchestration.twin.timeline import WEEK_DAYS, YEAR_DAYS, Timeline


@dataclass(frozen=True)
class Answers:
    """Parallel arrays over answers before the as-of date, in order of time; scores 0..10."""

    person: np.ndarray
    day: np.ndarray
    score: np.ndarray
    comment_draw: np.ndarray


def ask_people(
    lives: Lives, people: People, timeline: Timeline, parameters: Parameters, rng: np.random.Generator
) -> Answers:
    """One round every quarter among customers of a month or longer; those who have left seldom answer."""
    persons, days, scores = [], [], []
    usual = parameters.dropout_rate / YEAR_DAYS
    for week in range(parameters.survey_every_weeks - 1, parameters.history_weeks, parameters.survey_every_weeks):
        sent = week * WEEK_DAYS + 1.5
        known = np.flatnonzero(people.is_shopper & (people.acquired_day < sent - 30))
        is_here = lives.dropped_out_day[known] > sent
        answers = rng.random(len(known)) < parameters.survey_share * parameters.survey_response * np.where(
            is_here, 1.0, 0.3
        )
        person = known[answers]
        # Base loyalty and fresh grievances both show in the score: low scores foretell leaving.
        grievance = lives.log_dropout[person, week]
        loyalty = -0.5 * np.log((people.dropout_rate[person] + 0.1 * usual) / usual)
        feeling = 8.2 + loyalty - 1.6 * grievance - 1.5 * ~is_here[answers] + rng.normal(0.0, 1.4, len(person))
        persons.append(person)
        days.append(sent + rng.exponential(1.5, len(person)))
        scores.append(np.clip(np.rint(feeling), 0, 10).astype(np.int64))
    person, day, score = np.concatenate(persons), np.concatenate(days), np.concatenate(scores)
    comment_draw = rng.random(len(person))
    by_time = np.argsort(day, kind="stable")
    by_time = by_time[day[by_time] < timeline.as_of_day]
    return Answers(person[by_time], day[by_time], score[by_time], comment_draw[by_time])
