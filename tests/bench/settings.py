"""The settings of made-up cameras; captions of a library depend on their order."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench.indoors import HOME, KITCHEN, OFFICE, SHOP, STATION, WAREHOUSE
from tests.bench.outdoors import CAR_PARK, PARK, SPORTS, STREET
from tests.bench.wording import Setting

SETTINGS: Mapping[str, Setting] = {
    "shop": SHOP,
    "street": STREET,
    "office": OFFICE,
    "kitchen": KITCHEN,
    "sports": SPORTS,
    "car park": CAR_PARK,
    "station": STATION,
    "park": PARK,
    "warehouse": WAREHOUSE,
    "home": HOME,
}
