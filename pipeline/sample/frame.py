"""One picture of a clip: the empty shop, shadows, people, the camera's label and its noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.sample import shadow
from pipeline.sample.aisle import aisle
from pipeline.sample.backdrop import Backdrop, Scene, render_backdrop
from pipeline.sample.counter import counter
from pipeline.sample.drawing import Layer, face_colours, layer, reflect
from pipeline.sample.figure import figure
from pipeline.sample.front_door import front_door
from pipeline.sample.mesh import Mesh
from pipeline.sample.motion import Motion
from pipeline.sample.people import PEOPLE
from pipeline.sample.script import CLOCK, VISITS
from pipeline.sample.skeleton import Pose, pose

SCENES = {"front-door": front_door, "aisle": aisle, "counter": counter}
NOISE_LEVELS = 1.1
NOISE_FIELDS = 8

Sighting = tuple[Motion, Layer | None]
"""A person on the set, and the figure as drawn; None where hidden altogether."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Everything needed to draw any moment of one camera's footage."""

    scene: Scene
    backdrop: Backdrop
    motions: tuple[Motion, ...]

    @classmethod
    def of(cls, camera: str, *, fineness: int = 2, scale: float = 1.0) -> Clip:
        """Set the scene of ``camera`` up: seconds of work, once. ``scale`` makes the picture
        smaller, ``fineness`` 1 rougher: enough for a look."""
        scene = SCENES[camera]()
        scene = replace(scene, lens=scene.lens.scaled(scale))
        return cls(
            scene=scene,
            backdrop=render_backdrop(scene, fineness=fineness),
            motions=tuple(Motion.of(visit) for visit in VISITS if visit.camera == camera),
        )

    def people_at(self, at_ms: float) -> list[tuple[Motion, Pose]]:
        """Who is on the set at a moment, farthest from the camera first."""
        present = []
        for motion in self.motions:
            stance = motion.at(at_ms)
            if stance is not None:
                present.append((motion, pose(PEOPLE[motion.visit.person].body, stance)))
        lens = self.scene.lens
        return sorted(present, key=lambda entry: -float((entry[1].hips - lens.eye) @ lens.axes[2]))

    def layers_at(self, at_ms: float) -> list[Sighting]:
        """The figure of each person at a moment, farthest first, without drawing the picture."""
        return [
            (motion, self._layer(*self._dressed(entry, motion)))
            for motion, entry in self.people_at(at_ms)
        ]

    def picture(self, at_ms: float, number: int) -> tuple[np.ndarray, list[Sighting]]:
        """Picture ``number`` of the clip, at ``at_ms``: uint8 (h, w, 3) RGB, and who is in it."""
        result = self.backdrop.picture.copy()
        people = self.people_at(at_ms)
        shadow.cast(result, [entry for _, entry in people], self.backdrop, self.scene.lighting)
        dressed = [(motion, *self._dressed(entry, motion)) for motion, entry in people]
        for _, mesh, colours in dressed:
            reflect(result, mesh, colours, self.backdrop)
        seen: list[Sighting] = []
        for motion, mesh, colours in dressed:
            figure_layer = self._layer(mesh, colours)
            if figure_layer is not None:
                figure_layer.over(result)
            seen.append((motion, figure_layer))
        self._label(at_ms).over(result)
        return self._with_noise(result, number), seen

    def _dressed(self, entry: Pose, motion: Motion) -> tuple[Mesh, np.ndarray]:
        """A person's mesh and the colours of its faces in this light."""
        mesh = figure(entry, PEOPLE[motion.visit.person].outfit)
        return mesh, face_colours(mesh, self.scene.lighting)

    def _layer(self, mesh: Mesh, colours: np.ndarray) -> Layer | None:
        return layer(
            mesh,
            colours,
            self.scene.lens,
            fineness=self.backdrop.fineness,
            scene_depth=self.backdrop.depth,
        )

    def _label(self, at_ms: float) -> Layer:
        """The camera's name and the shop's clock in the bottom left corner."""
        now = CLOCK + timedelta(seconds=int(at_ms // 1000))
        colour, cover = _lettering(f"{self.scene.title}   {now:%Y-%m-%d  %H:%M:%S}")
        return Layer(left=12, top=self.scene.lens.height - 30, colour=colour, cover=cover)

    @cached_property
    def _noise(self) -> np.ndarray:
        """int16 (fields, h, w, 3): what a small sensor adds, mostly the same in all channels."""
        lens = self.scene.lens
        random = np.random.Generator(np.random.PCG64(len(self.scene.name)))
        shape = (NOISE_FIELDS, lens.height, lens.width)
        grey = random.standard_normal((*shape, 1), np.float32)
        colour = random.standard_normal((*shape, 3), np.float32)
        return np.rint((grey * 0.85 + colour * 0.5) * NOISE_LEVELS).astype(np.int16)

    def _with_noise(self, picture: np.ndarray, number: int) -> np.ndarray:
        field = self._noise[(number * 5) % NOISE_FIELDS]
        shifted = np.roll(field, ((number * 97) % 211, (number * 53) % 307), axis=(0, 1))
        return np.clip(picture + shifted, 0, 255).astype(np.uint8)


@lru_cache(maxsize=4)
def _lettering(text: str) -> tuple[np.ndarray, np.ndarray]:
    """White letters with a dark rim: colour (22, 420, 3) times cover, and cover (22, 420)."""
    strip = Image.new("L", (420, 22), 0)
    font = ImageFont.load_default(14)
    ImageDraw.Draw(strip).text((2, 3), text, fill=255, font=font, stroke_width=1, stroke_fill=110)
    ink = np.asarray(strip, np.float32)
    cover = np.minimum(ink / 110.0, 1.0) * 0.9
    white = np.maximum(ink - 110.0, 0.0) / 145.0 * 235.0
    return np.repeat((white * cover)[..., None], 3, 2), cover
