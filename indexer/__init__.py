"""Offline: documents become an index generation on disk; also the only reader of that format."""
