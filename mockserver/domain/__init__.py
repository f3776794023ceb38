"""What a call is and how it moves: pure values and one step function, without I/O, HTTP or wire words."""
