"""One module per page; each has `show(release)`, and everything a user chose is passed on as an argument."""
