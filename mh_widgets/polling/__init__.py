"""Polling: when to ask about a project, and who is notified of the answer."""
