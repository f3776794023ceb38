"""Exotel v2_beta: the account's ExoPhones."""
