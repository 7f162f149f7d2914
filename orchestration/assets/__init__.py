"""One file per stage of the walk, in the order of the walk."""
