"""The state of the account's projects, shared by all kernels through SQLite or Redis."""
