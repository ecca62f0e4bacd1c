"""Tightrope: small states between larger powers."""
