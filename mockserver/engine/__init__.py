"""When things happen: worlds, the clock, use cases, the runner of due timers, and the ports to the outside."""
