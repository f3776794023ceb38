"""The outer application: what every request passes, and where it goes."""
