"""Vendor shapes: one module per system, each the only home of its file names, headers and quirks."""
