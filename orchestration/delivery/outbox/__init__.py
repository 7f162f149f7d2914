"""The outbox: segments as files for whoever picks files up: another system's import, a shared drive, a person."""

from orchestration.delivery.outbox.write import write

__all__ = ["write"]
