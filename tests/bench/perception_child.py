"""One part of the section ``perception`` in a process of its own, so that its peak memory is its
own: ``python -m tests.bench.perception_child PART [quick]`` prints one JSON document.

The configuration (CLIPOPS_CONFIG) names the server of the library and the models.
"""

from __future__ import annotations

import importlib
import json
import sys

PARTS = {
    "pass": "perception_pass:make_library",
    "look": "perception_look:look",
    "caption": "perception_stages:caption",
    "clips": "perception_stages:clips",
    "clothes": "perception_stages:clothes",
    "words": "perception_stages:words",
    "rt-detr": "perception_look:rt_detr",
    "blip2": "perception_gpu:blip2",
}
"""In this order: the first makes the library the others are measured on."""


def main(part: str, *, quick: bool) -> None:
    from core import logging
    from core.config import load
    from tests.bench.perception_library import Library

    logging.configure()
    module, _, function = PARTS[part].partition(":")
    measure = getattr(importlib.import_module(f"tests.bench.{module}"), function)
    figures = measure(Library(load()), quick=quick)
    print(json.dumps(figures.document()))


if __name__ == "__main__":
    main(sys.argv[1], quick=sys.argv[2:] == ["quick"])
