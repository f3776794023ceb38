"""NectarDesk: read a call by id, and the "Call Ended" webhook."""
