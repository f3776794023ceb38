"""Certificates: an authority of our own, what it vouches for, and the authorities that a machine trusts already."""
