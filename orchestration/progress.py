"""Progress: what a person sees while a run works, one short line per step and per file.

Stays out: Dagster's own event log, which keeps everything.
"""

import logging
import sys
import time

import dagster as dg

SHOWN_EVENTS = {"STEP_START": "starts", "STEP_SUCCESS": "done", "STEP_FAILURE": "FAILED", "STEP_SKIPPED": "skipped"}


class ProgressHandler(logging.Handler):
    """Prints `[  12.3 s] stage  words` for step events, our own messages, and every error."""

    def __init__(self) -> None:
        super().__init__()
        self._start = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        words = self._words(record)
        if words:
            elapsed = time.monotonic() - self._start
            print(f"[{elapsed:6.1f} s] {words}", file=sys.stderr, flush=True)

    @staticmethod
    def _words(record: logging.LogRecord) -> str | None:
        meta = getattr(record, "dagster_meta", {})
        stage = meta.get("step_key") or "run"
        event = meta.get("dagster_event")
        if event is None:
            message = meta.get("orig_message") or record.getMessage()
            if message.startswith("Dependencies for step"):
                return f"{stage:14} not run: a stage before it failed"
            return f"{stage:14} {message}" if record.levelno >= logging.INFO else None
        shown = SHOWN_EVENTS.get(event.event_type_value)
        return f"{stage:14} {shown}" if shown else None


@dg.logger(description="One short line per step and file.")
def progress_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("rapport")
    logger.addHandler(ProgressHandler())
    return logger
