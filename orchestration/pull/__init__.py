"""Pull: exports that nobody has to drop. What a system's API or database holds is written as files into `landing/`.

Belongs here: what to ask for (one small file per system in `vendors/`), asking for it, and remembering how far one got.
Stays out: Dagster, reading the environment, and everything after the file has landed: that is intake's.
"""
