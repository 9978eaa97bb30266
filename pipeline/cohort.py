"""Texts to judge nearness by: what films show in general, and what a library hardly shows.

Cosines of one model, or of one query, say nothing about those of another. So a query is compared
with a cohort of general descriptions first, and a hit is judged by how far it stands out of those:
the test normalisation (t-norm) of speaker verification (Auckenthaler, Carey and Lloyd-Thomas,
"Score normalization for text-independent speaker verification systems", 2000).
"""

from __future__ import annotations

from itertools import product

_WHO = (
    "A chef", "Two children", "An old man", "A dog", "A cyclist", "A politician", "A goalkeeper",
    "A surgeon", "A fisherman", "A dancer", "A horse", "A pilot", "A teacher", "A mechanic",
    "A bride",
)  # fmt: skip
_DOES = (
    "slices onions in a kitchen", "plays on a beach", "reads a newspaper on a bench",
    "swims across a lake", "rides up a mountain road", "speaks to journalists",
    "waits in the rain", "paints a wall", "climbs a ladder", "dances on a stage",
    "drinks coffee at a table", "looks at a map", "sleeps in the grass", "drives through a tunnel",
    "sings to a crowd", "opens a parcel", "writes on a blackboard", "carries boxes",
    "repairs an engine", "feeds birds",
)  # fmt: skip

COHORT: tuple[str, ...] = tuple(
    f"{who} {does}." for index, (who, does) in enumerate(product(_WHO, _DOES)) if index % 3 == 0
)
"""A hundred descriptions in the manner of captions."""

NOT_THERE: tuple[str, ...] = (
    "quarterly sales report", "tomato soup recipe", "violin concerto",
    "helicopter landing on a roof",
    "snowboarding down a mountain", "kubernetes cluster", "birthday cake with candles",
    "surgeon operating on a heart", "submarine under the ice", "typing on a typewriter",
    "giraffe in the savannah", "rocket launch", "coral reef with fish", "volcano erupting",
    "medieval castle siege", "chess tournament final", "wheat harvest", "opera singer",
    "penguins on an iceberg", "oil painting of a queen", "bullfight", "tax declaration form",
    "weather forecast map", "northern lights", "sumo wrestling", "camel caravan in the desert",
    "formula one pit stop", "parliament debate", "dinosaur skeleton", "wine tasting",
    "knitting a sweater", "hot air balloon", "glass blowing", "beekeeper with bees",
    "origami crane", "astronaut in space", "pizza oven", "ice hockey goal", "ballet rehearsal",
    "crocodile in a river",
    "asdf qwer zxcv", "xyzzy plugh", "blorp snarf wibble", "qqqq wwww", "1234567 890",
    "lorem ipsum",
    "grmpf tsk hnng", "zxy zyx yxz", "foo bar baz", "abc def ghi", "vbnm hjkl", "dfgh erty",
)  # fmt: skip
"""Queries a library of somebody's own footage hardly answers; where it does answer some, the
median of all does not mind."""
