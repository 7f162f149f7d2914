"""When, and in what order: the nightly job, the `rapport` command, intake, delivery and the demo twin."""
