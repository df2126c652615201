"""Drops: publish files to a URL. A small, whole service that shows a contract of 22 errors being kept."""
