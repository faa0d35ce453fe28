"""What the account's projects looked like, remembered for all kernels: SQLite at home, Redis between machines."""
