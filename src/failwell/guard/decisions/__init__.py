"""Decisions: what guards decide, as pure functions of entries and an instant, each with its twin in Lua.

A decision knows no guard, no store and no clock. Guards ask, and say what the result means; stores run it.
"""
