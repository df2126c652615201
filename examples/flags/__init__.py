"""Flags: feature flags with approvals. A contract in files: flat dialect, redirects to browsers."""
