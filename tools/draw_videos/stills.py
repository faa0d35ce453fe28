"""Pictures of image projects: the bay in several lights and shapes, and a planet cut out of its sky."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .bay import MOONLIGHT, SUNRISE, Bay, Light
from .paint import Array, finish, grid
from .planet import Planet


@dataclass(frozen=True)
class Still:
    """One moment of the bay."""

    width: int
    height: int
    light: Light
    moment: float


STILLS = {
    "dawn": Still(384, 384, SUNRISE, 0.12),
    "noon": Still(384, 384, SUNRISE, 1.0),
    "dusk": Still(384, 384, SUNRISE, 0.46),
    "night": Still(384, 384, MOONLIGHT, 0.5),
    "wide": Still(640, 360, SUNRISE, 0.7),
    "tall": Still(288, 512, MOONLIGHT, 0.8),
}
CUTOUT_SIDE = 224


def still(name: str) -> tuple[Still, bytes]:
    """One of `STILLS`, as RGB bytes."""
    plan = STILLS[name]
    x, y = grid(plan.width, plan.height)
    grain = np.full((plan.height, plan.width), 0.5)  # noise would double the size of a JPEG
    return plan, finish(Bay(plan.width, plan.height, plan.light).frame(plan.moment), x, y, grain).tobytes()


def cutout() -> bytes:
    """Return the planet as RGBA bytes: what differs between a black and a white sky is transparent."""
    black, white = (_planet_on(sky) for sky in (0.0, 1.0))
    alpha = np.clip(1 - (white - black).mean(axis=2), 0, 1)
    tint = np.clip(black / np.maximum(alpha, 1e-3)[..., None], 0, 1)
    tint[alpha < 1 / 255] = 0
    picture = np.concatenate([tint, alpha[..., None]], axis=2)
    return (picture * 255 + 0.5).astype(np.uint8).tobytes()


def _planet_on(sky: float) -> Array:
    planet = Planet(CUTOUT_SIDE, CUTOUT_SIDE)
    planet.empty_sky(sky)
    return planet.frame(0.3)
