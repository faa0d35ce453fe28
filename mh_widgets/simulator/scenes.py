"""The well-known projects. Their names say what they show; `mh-widgets simulate` lists them."""

from __future__ import annotations

from .faults import Fault
from .scenarios import FILMS, PRESENT, Scenario

_BUSY = Fault(status=503, headers={"Retry-After": "2"}, body='{"message":"Service Unavailable"}')
_GATEWAY = Fault(status=502, body="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="sunrise-text-to-video",
        name="Sunrise over the bay",
        shows="a usual render, landscape; done after 20 s",
    ),
    Scenario(
        id="portrait-face-swap",
        name="Lanterns on the night lake",
        shows="a usual render, portrait; done after 30 s",
        type="FACE_SWAP",
        width=512,
        height=960,
        timeline=((0, "queued"), (6, "rendering"), (30, "complete")),
        outputs=(FILMS / "lanterns.mp4",),
    ),
    Scenario(
        id="square-image-to-video",
        name="A ringed planet turns",
        shows="a usual render, square; done after 25 s",
        type="IMAGE_TO_VIDEO",
        width=480,
        height=480,
        timeline=((0, "queued"), (3, "rendering"), (25, "complete")),
        outputs=(FILMS / "planet.mp4",),
    ),
    Scenario(
        id="talking-photo",
        name="The lighthouse tells its story (talking photo)",
        shows="a usual render with a long wait in the queue; done after 45 s",
        type="TALKING_PHOTO",
        timeline=((0, "queued"), (20, "rendering"), (45, "complete")),
        outputs=(FILMS / "moonlight.mp4",),
    ),
    Scenario(
        id="quick",
        name="Quick: done in three seconds",
        shows="done after 3 s",
        timeline=((0, "queued"), (1, "rendering"), (3, "complete")),
        outputs=(FILMS / "moonlight.mp4",),
    ),
    Scenario(
        id="finished",
        name="Finished yesterday",
        shows="complete from the first look, made a day ago",
        timeline=((0, "complete"),),
        age_s=26 * 3600,
    ),
    Scenario(
        id="longer-than-usual",
        name="Longer than usual: an animation that takes its time",
        shows="well past the usual time when first seen; done after 2 min",
        type="IMAGE_TO_VIDEO",
        width=480,
        height=480,
        timeline=((0, "rendering"), (120, "complete")),
        outputs=(FILMS / "planet.mp4",),
        age_s=150,
    ),
    Scenario(
        id="no-face",
        name="Fails: no face in the picture",
        shows="an error after 8 s, with code and message; credits refunded",
        type="FACE_SWAP",
        width=512,
        height=960,
        timeline=((0, "queued"), (2, "rendering"), (8, "error")),
        outputs=(FILMS / "lanterns.mp4",),
        error={"code": "no_source_face", "message": "Please use an image with a detectable face"},
    ),
    Scenario(
        id="canceled",
        name="Canceled in the middle of the render",
        shows="canceled after 10 s, as if in the web app",
        timeline=((0, "queued"), (3, "rendering"), (10, "canceled")),
    ),
    Scenario(
        id="deleted",
        name="Deleted elsewhere",
        shows="enabled is false from the first look",
        timeline=((0, "complete"),),
        enabled=False,
        age_s=3600,
    ),
    Scenario(
        id="flaky",
        name="Flaky: the API stumbles, the render goes on",
        shows="503 with Retry-After, 502 with HTML and resets between good answers; done after 30 s",
        timeline=((0, "queued"), (4, "rendering"), (30, "complete")),
        trouble=(PRESENT, _BUSY, PRESENT, Fault(reset=True), _GATEWAY, PRESENT),
    ),
    Scenario(
        id="short-link",
        name="A link that ends after ten seconds",
        shows="complete at once; its link ends after 10 s, each GET gives a fresh one",
        timeline=((0, "complete"),),
        link_life_s=10,
    ),
    Scenario(
        id="two-outputs",
        name="Two takes: sunrise and moonlight",
        shows="two films; done after 6 s",
        timeline=((0, "queued"), (2, "rendering"), (6, "complete")),
        outputs=(FILMS / "sunrise.mp4", FILMS / "moonlight.mp4"),
    ),
    Scenario(
        id="film-and-picture",
        name="A film and its poster",
        shows="a film and a PNG; done after 6 s",
        timeline=((0, "queued"), (2, "rendering"), (6, "complete")),
        outputs=(FILMS / "sunrise.mp4", FILMS / "poster.png"),
    ),
    Scenario(
        id="template",
        name="A template: it can't be deleted",
        shows="complete at once; DELETE answers 422",
        timeline=((0, "complete"),),
        deletable=False,
        age_s=40 * 86400,
    ),
    Scenario(
        id="draft",
        name="A draft: not submitted yet",
        shows="draft, and stays so",
        timeline=((0, "draft"),),
    ),
    Scenario(
        id="unknown-shape",
        name=None,
        shows="no name, width and height -1; done after 12 s",
        width=-1,
        height=-1,
        timeline=((0, "queued"), (3, "rendering"), (12, "complete")),
        outputs=(FILMS / "lanterns.mp4",),
    ),
    Scenario(
        id="unknown-status",
        name="A status that is new to everybody",
        shows="'upscaling' from 4 s to 60 s, a word that the document doesn't have; then complete",
        type="VIDEO_UPSCALER",
        timeline=((0, "queued"), (2, "rendering"), (4, "upscaling"), (60, "complete")),
    ),
    Scenario(
        id="hostile",
        # The override is written as an escape, so that it can't reorder this file in an editor.
        name="<img src=x onerror=\"document.title='owned'\"> \u202e4pm.exe <b>bold</b>",
        shows="markup and a right-to-left override in the name, a javascript: link beside a good one",
        type="<i>NEW_KIND</i>",
        timeline=((0, "complete"),),
        outputs=("javascript:document.title='owned'", FILMS / "sunrise.mp4"),
    ),
)
