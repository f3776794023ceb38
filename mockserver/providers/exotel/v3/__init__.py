"""Exotel voice v3 (beta): connect two numbers, call details, legs, status callbacks."""
