"""A bay with hills, a lighthouse and a sailing boat: at sunrise, and by moonlight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .paint import Array, Noise, colour, grid, line, mix, polygon, ramp, ridge, smooth

HORIZON = 0.60


@dataclass(frozen=True)
class Light:
    """What differs between the two hours."""

    sky: tuple[tuple[str, ...], tuple[str, ...]]
    """Zenith to horizon, at the film's beginning and at its end."""
    disc: str
    glow: str
    land: tuple[str, str]
    """The farthest hills and the nearest."""
    cloud: str
    path: tuple[float, float, float, float]
    """Where the disc goes: x and y at the beginning, x and y at the end."""
    radius: float
    stars: float
    beam: float


SUNRISE = Light(
    sky=(("#1d2b53", "#5b4b7d", "#c8698a", "#f6a26b"), ("#3f77b4", "#7fa9cf", "#f4c7a0", "#ffdc9c")),
    disc="#fff3cf",
    glow="#ff9a4d",
    land=("#b47a8c", "#1b1f33"),
    cloud="#ffb48a",
    path=(0.74, 0.635, 0.80, 0.40),
    radius=0.052,
    stars=0.25,
    beam=0.0,
)
MOONLIGHT = Light(
    sky=(("#050b1f", "#0c1b3d", "#1c3a63", "#3d6a8c"), ("#060c22", "#0e1f45", "#21426e", "#467699")),
    disc="#f3f6ff",
    glow="#7fb0e6",
    land=("#2b4d6d", "#050a18"),
    cloud="#7e9cc4",
    path=(0.60, 0.25, 0.66, 0.20),
    radius=0.043,
    stars=1.0,
    beam=1.0,
)


class Bay:
    """Paints one frame after the other; `t` runs from 0 to 1."""

    def __init__(self, width: int, height: int, light: Light) -> None:
        self.light = light
        self.x, self.y = grid(width, height)
        self.right = width / height
        self.soft = 1.2 / height
        self.noise = Noise(7)
        self._stars = self._make_stars(width, height)
        self._hills = [ridge(self.noise, self.x, 3.0 + 11 * i, (1.1, 1.7, 2.6)[i]) for i in range(3)]

    def frame(self, t: float) -> Array:
        """Return the picture at `t`."""
        # The keeper puts the lamp out as the day comes.
        self._lamp = 1.0 if self.light.beam else float(1 - smooth(0.35, 0.8, np.array(t)))
        above = self._above(t)
        return self._birds(self._boat(self._sea(above, t), t), t)

    def _make_stars(self, width: int, height: int) -> Array:
        random = np.random.default_rng(3)
        stars = np.zeros((height, width))
        for _ in range(150):
            sx, sy = random.random() * self.right, random.random() ** 1.4 * HORIZON * 0.85
            size, bright = 0.0011 + 0.0013 * random.random() ** 3, 0.25 + 0.75 * random.random() ** 2
            stars += bright * np.exp(-((self.x - sx) ** 2 + (self.y - sy) ** 2) / (2 * size**2))
        return np.clip(stars, 0, 1)

    def _sun(self, t: float) -> tuple[float, float]:
        x0, y0, x1, y1 = self.light.path
        rise = t * (2 - t) * 0.6 + t * 0.4
        return (x0 + (x1 - x0) * t) * self.right / 1.5, y0 + (y1 - y0) * rise

    def _above(self, t: float) -> Array:
        """Sky and land, and under the horizon the sky's own lowest colour."""
        x, y, light = self.x, self.y, self.light
        begin, end = ([colour(c) for c in stops] for stops in light.sky)
        tints = [a + (b - a) * t for a, b in zip(begin, end, strict=True)]
        sky = ramp(list(zip((0.0, 0.28, 0.48, HORIZON), tints, strict=True)), np.minimum(y, HORIZON))

        sx, sy = self._sun(t)
        away = np.hypot(x - sx, y - sy)
        twinkle = 0.7 + 0.3 * np.sin(40 * x + 25 * y + 12 * t)
        sky = sky + (self._stars * twinkle * light.stars * (1 - t * (1 - light.beam)))[..., None]
        warmth = colour(light.glow)
        sky = sky + warmth * (0.55 * np.exp(-away * 5.0) + 0.55 * np.exp(-away * 16))[..., None]

        drift = x * 1.6 + 0.16 * t
        cover = self.noise.cloudy(drift, y * 9 + 0.3 * self.noise.at(drift * 3, y * 6) + 2.0)
        cover = smooth(0.50, 0.78, cover) * smooth(0.02, 0.16, y) * smooth(HORIZON + 0.02, HORIZON - 0.16, y)
        lit = mix(tints[1] * 0.92, colour(light.cloud) * 1.05, np.clip(1.25 - 1.3 * away, 0, 1))
        sky = mix(sky, lit, 0.75 * cover)
        disc = smooth(light.radius + self.soft, light.radius - self.soft, away) * (1 - 0.35 * cover)
        seas = 1 - 0.16 * light.beam * smooth(
            0.45, 0.62, self.noise.cloudy((x - sx) * 38 + 4, (y - sy) * 38 + 8, 3)
        )
        sky = mix(sky, colour(light.disc) * 1.25 * seas[..., None], disc)
        return self._land(sky, tints[3], away)

    def _land(self, sky: Array, haze: Array, away: Array) -> Array:
        x, y, light, picture = self.x, self.y, self.light, sky
        far, near = (colour(c) for c in light.land)
        shapes = ((0.035, 0.19), (0.012, 0.13), (-0.028, 0.11))
        for i, (base, tall) in enumerate(shapes):
            # The hills part where the light comes from, so that it stands over open water.
            gap = 0.25 + 0.75 * np.abs(np.clip((x - 0.82) / 0.75, -1, 1)) ** 1.3
            top = HORIZON - base - tall * (self._hills[i] - 0.28) * gap
            body = mix(far, near, (0.12, 0.42, 0.72)[i])
            mist = smooth(top.mean(), HORIZON + 0.03, y) * (0.55, 0.4, 0.2)[i]
            shade = mix(np.broadcast_to(body, picture.shape), haze * 0.9, mist)
            shade = shade + colour(light.glow) * (0.22 * np.exp(-away * 6))[..., None]
            picture = mix(picture, shade, smooth(-self.soft, self.soft, y - top) * (y < HORIZON))
        return self._lighthouse(picture, near)

    def _lighthouse(self, picture: Array, near: Array) -> Array:
        x, y, soft = self.x, self.y, self.soft
        cx = self.right - 0.27
        ground = (
            HORIZON
            - 0.085 * smooth(cx - 0.20, cx + 0.16, x)
            - 0.012 * self.noise.cloudy(x * 14, x * 0 + 5, 3)
        )
        rock = smooth(-soft, soft, y - ground) * smooth(cx - 0.215, cx - 0.19, x)
        picture = mix(picture, near * 0.9, rock * (y < HORIZON + 0.004))
        foot, top = HORIZON - 0.055, HORIZON - 0.255
        tower = polygon(x, y, [(cx - 0.014, top), (cx + 0.014, top), (cx + 0.022, foot), (cx - 0.022, foot)])
        gallery = polygon(
            x,
            y,
            [
                (cx - 0.020, top - 0.004),
                (cx + 0.020, top - 0.004),
                (cx + 0.020, top + 0.004),
                (cx - 0.020, top + 0.004),
            ],
        )
        room = polygon(
            x, y, [(cx - 0.010, top - 0.030), (cx + 0.010, top - 0.030), (cx + 0.010, top), (cx - 0.010, top)]
        )
        roof = polygon(x, y, [(cx, top - 0.048), (cx + 0.014, top - 0.030), (cx - 0.014, top - 0.030)])
        side = smooth(cx - 0.02, cx + 0.02, x)
        stripe = (np.floor((y - top) / 0.04) % 2 == 0) & (y > top)
        paint = mix(near * 1.0 + 0.30, near * 0.9 + 0.02, side)
        paint = np.where(stripe[..., None], paint, paint * np.array([0.75, 0.42, 0.45]))
        picture = mix(picture, paint, smooth(soft, -soft, tower))
        for part in (gallery, roof):
            picture = mix(picture, near * 0.8, smooth(soft, -soft, part))
        lamp = np.hypot(x - cx, y - top + 0.015)
        picture = mix(picture, mix(near + 0.35, colour("#ffd98a"), self._lamp), smooth(soft, -soft, room))
        return (
            picture
            + colour("#ffca7a")
            * ((0.35 + 0.5 * self.light.beam) * np.exp(-lamp * 34))[..., None]
            * self._lamp
        )

    def _sea(self, above: Array, t: float) -> Array:
        """Return the water: a mirror broken by waves that grow towards us, and the light's path."""
        x, y, light = self.x, self.y, self.light
        depth = np.clip(y - HORIZON, 1e-4, None)
        far = 0.10 / (depth + 0.09)
        swell = self.noise.cloudy(x * 3.5 * far + 1.2 * t, far * 18 + 2.2 * t, 4) - 0.5
        ripple = self.noise.cloudy(x * 30 * far - 1.8 * t, far * 78 + 4.6 * t, 3) - 0.5
        reach = depth * 0.75 + (swell * 0.22 + ripple * 0.12) * np.sqrt(depth)
        height = above.shape[0]
        rows = np.clip(((HORIZON - np.abs(reach)) * height).astype(int), 0, height - 1)
        shift = (ripple * 0.05 * np.sqrt(depth) * height).astype(int)
        columns = np.clip(np.arange(above.shape[1])[None, :] + shift, 0, above.shape[1] - 1)
        water = above[rows, columns]
        deep = colour("#0d2338") if light.beam == 0 else colour("#030a18")
        water = mix(water * 0.86, deep, 0.15 + 0.55 * smooth(0.0, 0.5, depth))

        sx, sy = self._sun(t)
        up = smooth(HORIZON + 0.05, HORIZON - 0.06, np.array(sy))
        width = 0.035 + 0.42 * depth
        column = np.exp(-(((x - sx) / width) ** 2))
        spark = smooth(0.06, 0.24, ripple + swell * 0.35 + 0.08 * column)
        water = water + colour(light.glow) * (up * column * (0.30 * np.exp(-depth * 5) + 0.12))[..., None]
        water = (
            water
            + colour(light.disc)
            * (up * column * spark * (0.85 * np.exp(-depth * 2.2) * smooth(0.40, 0.22, depth)))[..., None]
        )
        edge = np.exp(-depth * 90) * 0.25
        water = water + colour(light.glow) * edge[..., None] * 0.5
        return mix(above, water, smooth(HORIZON - self.soft / 2, HORIZON + self.soft / 2, y))

    def _boat(self, picture: Array, t: float) -> Array:
        near = colour(self.light.land[1])
        bob = 0.0025 * np.sin(2 * np.pi * (1.7 * t))
        cx, deck = 0.40 + 0.07 * t, 0.715 + bob
        for flip in (-1, 1):
            y = self.y if flip > 0 else 2 * (deck + 0.020) - self.y
            wobble = (
                0.0 if flip > 0 else 0.006 * np.sin(self.y * 190 + 22 * t) * smooth(deck, deck + 0.16, self.y)
            )
            x = self.x - cx + wobble - 0.12 * (y - deck) * np.sin(2 * np.pi * 0.9 * t) * 0.25
            strength = 1.0 if flip > 0 else 0.42 * smooth(deck + 0.22, deck + 0.02, self.y)
            hull = polygon(
                x, y, [(-0.052, deck), (0.060, deck - 0.004), (0.040, deck + 0.020), (-0.038, deck + 0.020)]
            )
            sail = polygon(x, y, [(0.004, deck - 0.150), (0.006, deck - 0.010), (-0.058, deck - 0.012)])
            jib = polygon(x, y, [(0.012, deck - 0.128), (0.056, deck - 0.012), (0.013, deck - 0.012)])
            mast = line(x, y, (0.007, deck - 0.158), (0.007, deck)) - 0.0014
            cloth = near + (0.16 if self.light.beam == 0 else 0.10) + 0.1 * colour(self.light.glow)
            for part, tint in ((sail, cloth), (jib, cloth * 0.9), (mast, near), (hull, near * 0.75)):
                picture = mix(picture, tint, strength * smooth(self.soft, -self.soft, part))
        return picture

    def _birds(self, picture: Array, t: float) -> Array:
        if self.light.beam:
            return picture
        for dx, dy, size, phase in (
            (0.0, 0.0, 1.0, 0.0),
            (0.055, 0.022, 0.8, 1.3),
            (0.085, -0.012, 0.7, 2.1),
        ):
            bx, by = 0.28 + 0.30 * t + dx, 0.235 - 0.05 * t + dy
            flap = 0.010 * np.sin(2 * np.pi * 7 * t + phase) * size
            wings = np.minimum(
                line(self.x, self.y, (bx - 0.020 * size, by - flap), (bx, by)),
                line(self.x, self.y, (bx + 0.020 * size, by - flap), (bx, by)),
            )
            picture = mix(picture, colour("#2a2440"), 0.8 * smooth(0.0036, 0.0008, wings))
        return picture
