"""One file per group of `rapport` commands: words in, words out. The work is done elsewhere."""
