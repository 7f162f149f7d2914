"""Delivery: segments of a release → destinations, one folder each, with what changed since the last delivery.

A destination has one `write(release, home)` that returns counts per segment. Nothing here knows the scheduler.
"""
