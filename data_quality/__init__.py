"""What may be seen: contracts, gates, audit and releases. The lowest layer; imports no other Rapport package."""
