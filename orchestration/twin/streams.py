"""Random streams: one independent generator per block and topic.

Belongs here: deriving generators, so that a change to one topic's draws leaves every other topic's numbers alone.
Stays out: drawing anything.
"""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, block: int, topic: str) -> np.random.Generator:
    """The generator of (seed, block, topic); equal arguments give equal draws, whatever else exists."""
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(block, zlib.crc32(topic.encode())))
    return np.random.Generator(np.random.PCG64(sequence))
