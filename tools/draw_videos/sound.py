"""Quiet sounds to go with the films: water, air, a chord that swells, and a few soft notes with a long echo."""

from __future__ import annotations

import numpy as np  # type: ignore[import-not-found,unused-ignore]

from .paint import Array

RATE = 44_100
"""Samples a second."""


def ambience(
    seconds: float, chord: list[float], notes: list[tuple[float, float]], water: float, seed: int
) -> Array:
    """Stereo 16-bit samples, (samples, 2).

    Args:
        seconds: how long.
        chord: the frequencies that swell through the whole film, in Hz.
        notes: (second, frequency) of the soft notes.
        water: how loud the water is, 0..1.
        seed: of the noise.
    """
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    sides = [_side(time, chord, notes, water, random=random, offset=offset) for offset in (0.0, 0.37)]
    # A little of each side in the other: headphones like it better.
    left, right = sides[0] * 0.8 + sides[1] * 0.2, sides[1] * 0.8 + sides[0] * 0.2
    mixed = np.stack([left, right], axis=1)
    fade = np.minimum(1, np.minimum(time / 0.6, (seconds - time) / 0.9))
    mixed = mixed / np.abs(mixed).max() * 0.5 * (np.sin(fade * np.pi / 2) ** 2)[:, None]
    return (mixed * 32767).astype("<i2")


def _side(
    time: Array,
    chord: list[float],
    notes: list[tuple[float, float]],
    water: float,
    *,
    random: np.random.Generator,
    offset: float,
) -> Array:
    pad = np.zeros_like(time)
    for i, pitch in enumerate(chord):
        breath = 0.65 + 0.35 * np.sin(2 * np.pi * (0.11 + 0.03 * i) * time + 2 * i + offset * 9)
        for detune in (-0.35, 0.0, 0.35):
            wave = 2 * np.pi * (pitch + detune + offset * 0.2) * time
            pad += (
                breath * (np.sin(wave) + 0.22 * np.sin(2 * wave) + 0.06 * np.sin(3 * wave)) / (3 * len(chord))
            )
    bells = np.zeros_like(time)
    for begin, pitch in notes:
        since = np.clip(time - begin, 0, None)
        strike = (time >= begin) * np.minimum(since / 0.03, 1) * np.exp(-since * 1.6)
        bells += (
            strike * (np.sin(2 * np.pi * pitch * since) + 0.25 * np.sin(4 * np.pi * pitch * since)) * 0.22
        )
    waves = _dull(random.standard_normal(time.size), 520) * (
        0.55 + 0.45 * np.sin(2 * np.pi * time / 3.1 + offset * 5)
    )
    hiss = _dull(random.standard_normal(time.size), 2600) * (
        0.35 + 0.35 * np.sin(2 * np.pi * time / 3.1 - 0.7 + offset)
    )
    room = np.exp(-np.arange(int(1.8 * RATE)) / RATE * 2.6) * random.standard_normal(int(1.8 * RATE)) * 0.012
    tune = 0.40 * pad + bells
    return tune + _convolve(tune, room) * 0.6 + water * (0.30 * waves + 0.07 * hiss)


def _dull(noise: Array, corner_hz: float) -> Array:
    """Noise with its treble taken away, at a mean level of one."""
    spectrum = np.fft.rfft(noise)
    pitch = np.fft.rfftfreq(noise.size, 1 / RATE)
    spectrum = spectrum / (1 + (pitch / corner_hz) ** 2) * (pitch > 40)
    dull = np.fft.irfft(spectrum, noise.size)
    return dull / np.sqrt((dull**2).mean())


def _convolve(signal: Array, echo: Array) -> Array:
    size = signal.size + echo.size
    return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(echo, size), size)[: signal.size]
