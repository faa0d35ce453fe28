"""A voice without words: pulses of the larynx through the resonances of a mouth that changes its vowel."""

from __future__ import annotations

from itertools import pairwise

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .paint import Array

RATE = 16_000
"""Samples a second."""
#: (second, frequency in Hz) of the melody.
MELODY = [(0.0, 174.6), (0.55, 196.0), (0.95, 220.0), (1.45, 196.0), (1.95, 146.8), (2.4, 146.8)]
#: The first three resonances of each vowel, in Hz, and when it is reached.
VOWELS = [
    (0.0, (320, 800, 2240)),
    (0.6, (700, 1150, 2500)),
    (1.1, (500, 1750, 2450)),
    (1.6, (320, 2200, 2900)),
    (2.4, (450, 800, 2500)),
]


def hum(seconds: float) -> Array:
    """Mono 16-bit samples of a voice that hums."""
    time = np.arange(int(seconds * RATE)) / RATE
    glide = _glide(MELODY)
    notes = np.interp(time, [when for when, _ in glide], [pitch for _, pitch in glide])
    pitch = notes * (1 + 0.012 * np.sin(2 * np.pi * 5.2 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    resonances = [
        np.interp(time, [when for when, _ in VOWELS], [vowel[i] for _, vowel in VOWELS]) for i in range(3)
    ]
    voice = np.zeros_like(time)
    for overtone in range(1, 24):
        frequency = overtone * pitch
        gain = sum(
            weight / (1 + ((frequency - at) / width) ** 2)
            for at, weight, width in zip(resonances, (1.0, 0.5, 0.22), (80, 110, 170), strict=True)
        )
        voice += np.where(frequency < RATE * 0.45, gain, 0) / overtone**0.6 * np.sin(overtone * phase)
    breath = np.minimum(1, np.minimum(time / 0.12, (seconds - time) / 0.35)) * (
        0.8 + 0.2 * np.sin(2 * np.pi * time / 1.2) ** 2
    )
    voice = voice / np.abs(voice).max() * 0.45 * breath
    return (voice * 32767).astype("<i2")


def _glide(melody: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Hold each note until shortly before the next one."""
    held = []
    for (when, pitch), (after, _) in pairwise(melody):
        held += [(when, pitch), (after - 0.08, pitch)]
    return [*held, melody[-1]]
