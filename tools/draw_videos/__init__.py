"""Draws the films that the simulator serves. It needs numpy. Run it by hand and commit the results."""
