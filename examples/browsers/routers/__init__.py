"""The HTTP side: one router per part of the contract."""
