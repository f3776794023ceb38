"""The audio of recorded calls: made when somebody listens, stored never."""
