"""A ringed planet that turns among the stars, with a moon that passes; a square picture."""

from __future__ import annotations

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .paint import Array, Noise, colour, grid, mix, ramp, smooth

RADIUS = 0.235
TILT = 0.42
"""How far the rings open: the ratio of their short axis to the long one."""
ROLL = -0.38
"""How the system leans, in radians."""
INNER, OUTER = 1.28, 2.12
"""The rings' edges, in planet radii."""
LIGHT = np.array([-0.62, -0.42, 0.66])


class Planet:
    """Paints one frame after the other; `t` runs from 0 to 1."""

    def __init__(self, width: int, height: int) -> None:
        self.x, self.y = grid(width, height)
        self.soft = 1.3 / height
        self.noise = Noise(33)
        self._space, self._stars, self._phase = self._paint_space()
        self._bands = [
            colour(c) for c in ("#8d5a4a", "#e8c39a", "#c98d66", "#f6e3c3", "#b5775a", "#efcf9f", "#93604f")
        ]

    def frame(self, t: float) -> Array:
        """Return the picture at `t`."""
        twinkle = 0.75 + 0.25 * np.sin(2 * np.pi * 2 * t + self._phase)
        picture = self._space + (self._stars * twinkle)[..., None]
        x, y = self.x - 0.5, self.y - 0.5
        c, s = np.cos(ROLL), np.sin(ROLL)
        u, v = (c * x + s * y) / RADIUS, (-s * x + c * y) / RADIUS
        rings, shade, dark = self._rings(u, v, t)
        picture = self._moon(picture, t, behind=True)
        picture = mix(picture, shade, rings * (v < 0))
        picture = self._ball(picture, u, v, t, dark)
        picture = mix(picture, shade, rings * (v >= 0))
        return self._moon(picture, t, behind=False)

    def empty_sky(self, brightness: float) -> None:
        """Take stars and clouds away, and leave a sky of one grey."""
        self._space = np.full_like(self._space, brightness)
        self._stars = np.zeros_like(self._stars)

    def _paint_space(self) -> tuple[Array, Array, Array]:
        x, y, noise = self.x, self.y, self.noise
        space = ramp(
            [(0.0, colour("#050716")), (0.55, colour("#0b1030")), (1.0, colour("#170c2e"))], (x + y) / 2
        )
        warp = noise.cloudy(x * 3 + 5, y * 3 + 1)
        cloud = noise.cloudy(x * 2.6 + 1.6 * warp, y * 2.6 + 1.2 * warp + 4)
        arm = np.exp(-(((y - 0.80 + 0.75 * x) / 0.33) ** 2))
        space = space + colour("#5a3fa8") * (0.75 * smooth(0.40, 0.85, cloud) * arm)[..., None]
        space = space + colour("#1e7f9c") * (0.55 * smooth(0.52, 0.90, 1 - warp) * arm)[..., None]
        space = space + colour("#d0608a") * (0.50 * smooth(0.58, 0.85, cloud) * arm**2)[..., None]
        stars = np.zeros_like(x)
        random = np.random.default_rng(8)
        for i in range(300):
            sx, sy = random.random(), random.random()
            size = 0.0009 + 0.0013 * random.random() ** 4
            bright = 0.15 + 0.85 * random.random() ** 2.5
            away = (x - sx) ** 2 + (y - sy) ** 2
            stars += bright * np.exp(-away / (2 * size**2))
            if i % 43 == 0:
                stars += 0.10 * np.exp(-np.sqrt(away) * 70)
                for dx, dy in ((1.0, 0.0), (0.0, 1.0)):
                    across = np.abs((x - sx) * dy + (y - sy) * dx)
                    along = np.abs((x - sx) * dx + (y - sy) * dy)
                    stars += 0.55 * np.exp(-across * 900 - along * 90)
        return space, stars, noise.at(x * 30, y * 30) * 12

    def _ball(self, picture: Array, u: Array, v: Array, t: float, ring_shadow: Array) -> Array:
        away = np.hypot(u, v)
        z = np.sqrt(np.clip(1 - away**2, 0, 1))
        # The planet's axis leans towards us by as much as the rings open.
        lean = np.arcsin(TILT)
        up = v * np.cos(lean) - z * np.sin(lean)
        toward = v * np.sin(lean) + z * np.cos(lean)
        longitude, latitude = np.arctan2(u, toward) + 1.1 * t, np.arcsin(np.clip(up, -1, 1))
        # Faster near the equator, as on the real ones; the noise is sampled on a circle, so that there is no
        # seam.
        turn = longitude + 0.5 * t * np.cos(latitude) ** 2
        ax, ay = np.cos(turn) * 1.7, np.sin(turn) * 1.7
        swirl = self.noise.cloudy(ax * 1.5 + 6 * latitude, ay * 1.5 + 2 * latitude + 30, 5) - 0.5
        fine = self.noise.cloudy(ax * 3 + 40, ay * 3 + latitude * 26, 4) - 0.5
        band = (latitude + 0.10 * swirl * np.cos(latitude)) * 2.35 + 0.16 * fine
        stripes = 0.5 + 0.5 * np.sin(band * 4.1)
        skin = ramp(
            [(i / 6, tint) for i, tint in enumerate(self._bands)],
            np.clip(0.5 + 0.36 * band + 0.12 * fine, 0, 1),
        )
        skin = mix(skin, colour("#fff1d8"), 0.26 * stripes) * (1 + 0.30 * fine)[..., None]
        spot = np.hypot(
            (np.mod(longitude - 0.35 + np.pi, 2 * np.pi) - np.pi) * np.cos(latitude) / 1.7, latitude - 0.30
        )
        skin = mix(skin, colour("#b4513a"), 0.85 * smooth(0.15, 0.08, spot))
        skin = mix(skin, colour("#ffe2c0"), 0.55 * smooth(0.035, 0.0, np.abs(spot - 0.155)))
        x, y = u * np.cos(ROLL) - v * np.sin(ROLL), u * np.sin(ROLL) + v * np.cos(ROLL)
        day = np.clip(x * LIGHT[0] + y * LIGHT[1] + z * LIGHT[2], -0.2, 1)
        lit = smooth(-0.10, 0.95, day) * 1.20 * (1 - 0.62 * ring_shadow)
        skin = skin * (0.02 + lit)[..., None]
        rim = smooth(0.72, 1.0, away) * smooth(-0.05, 0.7, day)
        skin = skin + colour("#8fc4ff") * (0.34 * rim)[..., None]
        glow = np.exp(-np.clip(away - 1, 0, None) * 13) * smooth(
            -0.35, 0.8, (x * LIGHT[0] + y * LIGHT[1]) / (away + 1e-6)
        )
        picture = picture + colour("#6aa8ff") * (0.34 * glow * (away > 0.98))[..., None]
        edge = self.soft / RADIUS
        return mix(picture, skin, smooth(1 + edge, 1 - edge, away))

    def _rings(self, u: Array, v: Array, t: float) -> tuple[Array, Array, Array]:
        """How dense the rings are at each point, their colour, and the shadow that they throw on the planet."""
        radius = np.hypot(u, v / TILT)
        density = self._density(radius)
        angle = np.arctan2(v / TILT, u)
        sparkle = 0.90 + 0.20 * self.noise.at(radius * 55, np.mod(angle + 0.9 * t, 2 * np.pi) * 9)
        shade = ramp([(1.2, colour("#8f7a6b")), (1.6, colour("#ead7b7")), (2.2, colour("#b9a68f"))], radius)
        shade = shade * (sparkle * (0.62 + 0.42 * self._density(radius + 0.004)))[..., None]
        # The planet's shadow falls to the far right of the rings: away from the light.
        px, py = u, v / TILT
        lx, ly = 0.86, 0.50
        along, across = px * lx + py * ly, np.abs(px * ly - py * lx)
        shadow = smooth(1.03, 0.93, across) * (along > 0) * smooth(2.4, 1.6, along * 0.9)
        shade = shade * (1 - 0.90 * shadow)[..., None]
        cast = self._density(np.hypot(u + 0.05, (v + 0.30) / TILT)) * smooth(-0.8, -0.6, v)
        return np.clip(density, 0, 1) * 0.94, shade, np.clip(cast, 0, 1) * smooth(0.55, 0.15, v)

    def _density(self, radius: Array) -> Array:
        soft = self.soft / RADIUS * 1.5
        ripples = 0.70 + 0.30 * self.noise.cloudy(radius * 16, np.full_like(radius, 3.3), 4)
        shape = smooth(INNER - soft, INNER + 0.10, radius) * smooth(OUTER + soft, OUTER - soft, radius)
        gap = smooth(0.012, 0.012 + 2 * soft, np.abs(radius - 1.78) - 0.022)
        thin = 1 - 0.55 * smooth(0.05, 0.0, np.abs(radius - 1.46))
        return shape * (0.12 + 0.88 * gap) * thin * ripples * (0.55 + 0.45 * smooth(1.3, 1.6, radius))

    def _moon(self, picture: Array, t: float, *, behind: bool) -> Array:
        angle = 2 * np.pi * (0.14 + 0.20 * t)
        if (np.sin(angle) < 0) != behind:
            return picture
        ux, uy = 2.55 * np.cos(angle), 2.55 * np.sin(angle) * 0.30
        c, s = np.cos(ROLL), np.sin(ROLL)
        cx, cy = 0.5 + RADIUS * 0.80 * (c * ux - s * uy), 0.5 + RADIUS * 0.80 * (s * ux + c * uy)
        size = 0.026
        x, y = (self.x - cx) / size, (self.y - cy) / size
        away = np.hypot(x, y)
        z = np.sqrt(np.clip(1 - away**2, 0, 1))
        day = smooth(-0.1, 1.0, x * LIGHT[0] + y * LIGHT[1] + z * LIGHT[2])
        ground = colour("#cfd6e2") * (0.75 + 0.35 * self.noise.cloudy(x * 1.8 + 9, y * 1.8, 4))[..., None]
        edge = self.soft / size
        return mix(picture, ground * (0.03 + 1.05 * day)[..., None], smooth(1 + edge, 1 - edge, away))
