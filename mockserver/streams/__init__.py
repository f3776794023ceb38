"""Talks with a voicebot: frames, sound, the conversation as a state machine, and what can be measured of it."""
