"""The first draft of a source from a sample of its exports: `rapport sources new`.

Belongs here: sniffing files, guessing types, keys, dates, personal data and entities, writing the folder of a source.
Stays out: loading anything (orchestration.intake); what a guess gets wrong is mended in the YAML and SQL it wrote.
"""
