"""Devspace: a project workspace with AI generation. A contract in files, in two languages."""
