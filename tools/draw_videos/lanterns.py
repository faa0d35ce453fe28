"""Paper lanterns that rise from a mountain lake at night; an upright picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .paint import Array, Noise, colour, grid, line, mix, ramp, ridge, smooth

SHORE = 0.70


@dataclass(frozen=True)
class Lantern:
    """One lantern: `size` is its height in picture heights, and how near it is with that."""

    x: float
    y: float
    size: float
    rise: float
    sway: float
    phase: float
    tint: float


class Lanterns:
    """Paints one frame after the other; `t` runs from 0 to 1."""

    def __init__(self, width: int, height: int) -> None:
        self.x, self.y = grid(width, height)
        self.right = width / height
        self.soft = 1.2 / height
        self.noise = Noise(21)
        random = np.random.default_rng(12)
        self.lanterns = sorted((self._lantern(random, i) for i in range(34)), key=lambda each: each.size)
        self._sky = self._paint_sky(random)
        self._front = self._paint_front()

    def frame(self, t: float) -> Array:
        """Return the picture at `t`."""
        air = self._sky.copy()
        for each in self.lanterns:
            self._light(air, each, t)
        picture = self._lake(air, t)
        return mix(picture, colour("#070818"), self._front)

    def _lantern(self, random: np.random.Generator, index: int) -> Lantern:
        near = (index / 33) ** 2.2
        size = 0.012 + 0.075 * near
        return Lantern(
            x=float(random.uniform(0.02, 0.98) * self.right),
            y=float(random.uniform(0.10, 0.66) if near < 0.4 else random.uniform(0.16, 0.60)),
            size=size,
            rise=0.04 + 0.13 * near,
            sway=0.004 + 0.010 * near,
            phase=float(random.uniform(0, 6.3)),
            tint=float(random.uniform(0, 1)),
        )

    def _paint_sky(self, random: np.random.Generator) -> Array:
        x, y = self.x, self.y
        tints = [colour(c) for c in ("#070b24", "#131a48", "#3a2c6b", "#8a4a78", "#d4816f")]
        sky = ramp(list(zip((0.0, 0.22, 0.42, 0.58, SHORE), tints, strict=True)), np.minimum(y, SHORE))
        band = np.exp(-(((x - 0.12 - 0.55 * (0.5 - y)) / 0.11) ** 2))
        dust = self.noise.cloudy(x * 5 + 3, y * 5) * band * smooth(0.55, 0.1, y)
        sky = sky + colour("#6f7fd0") * (0.42 * dust)[..., None]
        for _ in range(260):
            sx, sy = random.uniform(0, self.right), random.random() ** 1.3 * 0.5
            size, bright = 0.0008 + 0.0010 * random.random() ** 3, 0.2 + 0.8 * random.random() ** 2
            sky = sky + (bright * np.exp(-((x - sx) ** 2 + (y - sy) ** 2) / (2 * size**2)))[..., None]
        for i, (base, tall, shade) in enumerate(
            ((0.08, 0.30, "#5d3f6e"), (0.03, 0.22, "#33295a"), (0.0, 0.10, "#151534"))
        ):
            top = SHORE - base - tall * (ridge(self.noise, x, 4.0 + 7 * i, (3.2, 4.5, 9.0)[i], 6) - 0.35)
            body = np.broadcast_to(colour(shade), sky.shape)
            body = mix(body, colour("#c77a78"), smooth(0.56, SHORE + 0.02, y) * (0.55, 0.35, 0.10)[i])
            sky = mix(sky, body, smooth(-self.soft, self.soft, y - top))
        return sky

    def _light(self, picture: Array, each: Lantern, t: float) -> None:
        """Add one lantern to the picture in place, within its own window only: there are many of them."""
        height, width = picture.shape[:2]
        cx = each.x + each.sway * np.sin(2 * np.pi * 0.7 * t + each.phase)
        cy = each.y - each.rise * (t - 0.5)
        reach = each.size * 4.2
        rows = slice(max(int((cy - reach) * height), 0), max(min(int((cy + reach) * height), height), 0))
        columns = slice(max(int((cx - reach) * height), 0), max(min(int((cx + reach) * height), width), 0))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        tilt = 0.10 * np.cos(2 * np.pi * 0.7 * t + each.phase)
        y = (self.y[rows, columns] - cy) / each.size
        x = (self.x[rows, columns] - cx) / each.size + tilt * y
        soft = self.soft / each.size
        flicker = 1 + 0.06 * np.sin(31 * t + each.phase * 5)
        waist = 0.36 - 0.13 * smooth(-0.1, 0.5, y) - 0.30 * smooth(-0.30, -0.52, y) * 0.6
        shape = np.maximum(np.abs(x) - waist, np.abs(y) - 0.5)
        body = smooth(soft, -soft, shape)
        warm, deep = colour("#ffd27d"), mix(colour("#f0732a"), colour("#f2555a"), each.tint)
        flame = np.exp(-((x / 0.30) ** 2 + ((y - 0.34) / 0.42) ** 2))
        paper = mix(deep * 0.80, warm * 1.22, np.clip(flame * 1.05, 0, 1)) * flicker
        ribs = 1 - 0.10 * smooth(0.80, 1.0, np.cos(np.arcsin(np.clip(x / waist, -1, 1)) * 6))
        paper = paper * ribs[..., None]
        paper = mix(
            paper, colour("#fff6d8") * 1.2, 0.9 * np.exp(-((x / 0.08) ** 2 + ((y - 0.40) / 0.10) ** 2))
        )
        away = np.hypot(x, y)
        halo = (0.30 * np.exp(-away * 1.5) + 0.10 * np.exp(-away * 0.7)) * smooth(4.2, 2.6, away) * flicker
        window = picture[rows, columns] + deep * halo[..., None]
        near = 0.55 + 0.45 * smooth(0.012, 0.04, np.array(each.size))
        picture[rows, columns] = mix(window, paper, body * near)

    def _lake(self, air: Array, t: float) -> Array:
        x, y = self.x, self.y
        depth = np.clip(y - SHORE, 1e-4, None)
        far = 0.10 / (depth + 0.09)
        swell = self.noise.cloudy(x * 5 * far + 0.8 * t, far * 20 + 1.8 * t, 4) - 0.5
        ripple = self.noise.cloudy(x * 34 * far - 1.0 * t, far * 84 + 3.6 * t, 3) - 0.5
        reach = depth * 1.5 + (swell * 0.30 + ripple * 0.16) * np.sqrt(depth)
        height, width = air.shape[:2]
        rows = np.clip(((SHORE - np.abs(reach)) * height).astype(int), 0, height - 1)
        shift = ((ripple * 0.05 + swell * 0.03) * np.sqrt(depth) * height).astype(int)
        columns = np.clip(np.arange(width)[None, :] + shift, 0, width - 1)
        water = mix(air[rows, columns] * 0.80, colour("#070a20"), 0.12 + 0.45 * smooth(0.02, 0.32, depth))
        glint = smooth(0.12, 0.30, ripple + 0.3 * swell) * np.exp(-depth * 7)
        water = water + colour("#e8957e") * (0.22 * glint)[..., None]
        mist = np.exp(-(((y - SHORE) / 0.022) ** 2)) * (
            0.4 + 0.6 * self.noise.cloudy(x * 4 + 0.4 * t, y * 6, 3)
        )
        picture = mix(air, water, smooth(SHORE - self.soft / 2, SHORE + self.soft / 2, y))
        return mix(picture, colour("#d79a93"), 0.42 * mist)

    def _paint_front(self) -> Array:
        """Return the mask of reeds and a jetty with somebody who watches, dark against the lake."""
        x, y, soft = self.x, self.y, self.soft
        away = np.full_like(x, 1.0)
        random = np.random.default_rng(5)
        for _ in range(46):
            side = random.random() < 0.62
            foot = (
                random.uniform(-0.02, 0.13) if side else random.uniform(self.right - 0.09, self.right + 0.02)
            )
            tall, lean = random.uniform(0.05, 0.20), random.uniform(-0.035, 0.045)
            bend = (foot + lean * 0.35, 1.0 - tall * 0.6)
            tip = (foot + lean, 1.0 - tall)
            away = np.minimum(away, line(x, y, (foot, 1.02), bend) - 0.0016)
            away = np.minimum(away, line(x, y, bend, tip) - 0.0010)
            if random.random() < 0.4:
                away = np.minimum(away, line(x, y, tip, (tip[0] + lean * 0.1, tip[1] + 0.022)) - 0.0036)
        deck = 0.905
        away = np.minimum(away, line(x, y, (0.30, deck), (self.right + 0.05, deck + 0.006)) - 0.0055)
        for post in (0.315, 0.39, 0.47):
            away = np.minimum(away, line(x, y, (post, deck - 0.012), (post, 1.05)) - 0.0050)
        sx, seat = 0.365, deck - 0.006
        person = [
            ((sx + 0.004, seat - 0.062), (sx + 0.005, seat - 0.060), 0.0105),
            ((sx + 0.007, seat - 0.052), (sx + 0.008, seat - 0.040), 0.0050),
            ((sx + 0.008, seat - 0.036), (sx + 0.012, seat - 0.006), 0.0120),
            ((sx + 0.010, seat - 0.004), (sx - 0.018, seat - 0.006), 0.0075),
            ((sx - 0.018, seat - 0.004), (sx - 0.020, seat + 0.030), 0.0055),
            ((sx + 0.008, seat - 0.036), (sx + 0.026, seat - 0.004), 0.0042),
        ]
        for begin, end, thick in person:
            away = np.minimum(away, line(x, y, begin, end) - thick)
        return smooth(soft, -soft, away)
