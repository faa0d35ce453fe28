"""Draws the films that the simulator serves. It needs numpy and runs by hand only; the results are committed."""
