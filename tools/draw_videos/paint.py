"""Brushes: noise, soft edges, colours. A picture is an array of (height, width, 3) floats; 1.0 is the picture's height.

`Array` is numpy's ndarray; it is spelled `Any` so that the type checker passes where numpy isn't installed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np  # type: ignore[import-not-found,unused-ignore]

Array = Any


def grid(width: int, height: int) -> tuple[Array, Array]:
    """Return the pixel centres: x from the left, y from the top, both in picture heights."""
    x = (np.arange(width) + 0.5) / height
    y = (np.arange(height) + 0.5) / height
    across, down = np.meshgrid(x, y)
    return across, down


def colour(text: str) -> Array:
    """`#rrggbb` as three floats."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def smooth(low: float, high: float, x: Array) -> Array:
    """0 below `low`, 1 above `high`, and a soft step between (either way round)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a: Array, b: Array, t: Array) -> Array:
    """From colour or picture `a` to `b`; `t` is a number or a mask."""
    t = np.asarray(t)[..., None]
    return a + (b - a) * t


def ramp(stops: list[tuple[float, Array]], t: Array) -> Array:
    """Return a gradient through (position, colour), smooth at each stop."""
    picture = np.broadcast_to(stops[0][1], (*np.shape(t), 3))
    for (low, _), (high, tint) in pairwise(stops):
        picture = mix(picture, tint, smooth(low, high, t))
    return picture


class Noise:
    """Value noise with a seed; the same everywhere, so that the films can be drawn again."""

    def __init__(self, seed: int) -> None:
        self._lattice = np.random.default_rng(seed).random((256, 256)).astype(np.float32)

    def at(self, x: Array, y: Array) -> Array:
        """Smooth noise in 0..1, with features one unit apart."""
        left, top = np.floor(x).astype(int), np.floor(y).astype(int)
        u, v = x - left, y - top
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        a, b, c, d = (self._lattice[(top + j) & 255, (left + i) & 255] for j in (0, 1) for i in (0, 1))
        return (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v

    def cloudy(self, x: Array, y: Array, octaves: int = 5) -> Array:
        """Return the same with finer and finer detail on top (fractal noise), in 0..1."""
        total, weight, sum_of_weights = 0.0, 1.0, 0.0
        for octave in range(octaves):
            total = total + weight * self.at(x * 2**octave + 17.3 * octave, y * 2**octave + 9.1 * octave)
            sum_of_weights += weight
            weight *= 0.5
        return total / sum_of_weights


def ridge(noise: Noise, x: Array, offset: float, roughness: float, octaves: int = 5) -> Array:
    """Return a mountain line over x, in 0..1."""
    return noise.cloudy(x * roughness + offset, np.full_like(x, offset), octaves)


def line(x: Array, y: Array, a: tuple[float, float], b: tuple[float, float]) -> Array:
    """Return the distance from the line between two points."""
    px, py, bx, by = x - a[0], y - a[1], b[0] - a[0], b[1] - a[1]
    h = np.clip((px * bx + py * by) / (bx * bx + by * by), 0, 1)
    return np.hypot(px - bx * h, py - by * h)


def polygon(x: Array, y: Array, corners: list[tuple[float, float]]) -> Array:
    """Return the signed distance from a convex polygon, corners clockwise on the screen; negative inside."""
    inside = np.full_like(x, -1e9)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        length = np.hypot(bx - ax, by - ay)
        inside = np.maximum(inside, ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length)
    return inside


def finish(picture: Array, x: Array, y: Array, grain: Array) -> Array:
    """Roll off the highlights, darken the corners a little, dither against banding; bytes."""
    aspect = float(x.max())
    corner = np.hypot((x / aspect - 0.5) * 1.1, y - 0.5)
    picture = picture * (1 - 0.35 * smooth(0.35, 0.85, corner))[..., None]
    picture = np.where(picture > 0.7, 0.7 + 0.3 * (1 - np.exp(-(picture - 0.7) / 0.3)), picture)
    return (np.clip(picture * 255 + grain[..., None], 0, 255)).astype(np.uint8)
