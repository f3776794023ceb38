"""Everything that leaves the process, behind the engine's Sender port."""
