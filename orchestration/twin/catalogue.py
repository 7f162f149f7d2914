"""What the generated shop sells: 60 products in 8 categories, some of which call for a companion later.

Belongs here: the products, their prices and which product follows which.
Stays out: who buys what (baskets).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

VENDOR = "Fernhollow"


class Product(NamedTuple):
    """`price` in dollars; `companion` names the product that tends to be bought next, or is empty."""

    name: str
    category: str
    price: float
    companion: str = ""


_SHELVES: dict[str, tuple[tuple[str, float, str], ...]] = {
    "coffee": (
        ("Burr coffee grinder", 64.0, "Whole beans 1 kg"),
        ("Whole beans 1 kg", 22.5, ""),
        ("Pour-over kettle", 48.0, "Paper filters 200"),
        ("Paper filters 200", 7.5, ""),
        ("Moka pot", 34.0, "Ground espresso 500 g"),
        ("Ground espresso 500 g", 13.0, ""),
        ("Stoneware mug", 12.0, ""),
        ("Milk frother", 26.0, ""),
    ),
    "kitchen": (
        ("Chef's knife", 58.0, "Whetstone"),
        ("Whetstone", 24.0, ""),
        ("Cast-iron skillet", 42.0, "Chain-mail scrubber"),
        ("Chain-mail scrubber", 14.0, ""),
        ("Walnut cutting board", 39.0, "Board oil"),
        ("Board oil", 9.5, ""),
        ("Linen tea towels", 18.0, ""),
        ("Mixing bowl set", 31.0, ""),
    ),
    "garden": (
        ("Raised bed kit", 79.0, "Potting soil 40 l"),
        ("Potting soil 40 l", 16.0, ""),
        ("Secateurs", 29.0, ""),
        ("Watering can", 27.5, ""),
        ("Herb seed box", 15.0, "Plant markers"),
        ("Plant markers", 6.5, ""),
        ("Garden gloves", 11.0, ""),
        ("Bird feeder", 23.0, "Bird seed 5 kg"),
    ),
    "bath": (
        ("Waffle bath towel", 28.0, ""),
        ("Cotton bath mat", 21.0, ""),
        ("Soap dish", 9.0, "Olive soap bar"),
        ("Olive soap bar", 6.0, ""),
        ("Shower brush", 13.5, ""),
        ("Laundry basket", 36.0, ""),
        ("Bathrobe", 62.0, ""),
    ),
    "bedding": (
        ("Percale duvet cover", 84.0, "Percale pillowcase"),
        ("Percale pillowcase", 19.0, ""),
        ("Wool throw", 69.0, ""),
        ("Down pillow", 44.0, ""),
        ("Fitted sheet", 38.0, ""),
        ("Sleep mask", 12.5, ""),
        ("Lavender sachets", 8.0, ""),
    ),
    "lighting": (
        ("Desk lamp", 55.0, "Warm bulb 3-pack"),
        ("Warm bulb 3-pack", 13.5, ""),
        ("Pillar candles", 17.0, ""),
        ("Paper lantern", 20.0, ""),
        ("Solar path light", 25.0, ""),
        ("Brass candlestick", 33.0, "Taper candles"),
        ("Taper candles", 10.0, ""),
    ),
    "storage": (
        ("Pantry jar set", 35.0, "Jar labels"),
        ("Jar labels", 5.5, ""),
        ("Seagrass basket", 30.0, ""),
        ("Shoe rack", 52.0, ""),
        ("Drawer dividers", 18.5, ""),
        ("Garment bags", 15.5, ""),
        ("Wall hooks", 12.0, ""),
    ),
    "pets": (
        ("Bird seed 5 kg", 19.5, ""),
        ("Dog bed", 59.0, ""),
        ("Rope dog toy", 10.5, ""),
        ("Cat scratcher", 32.0, "Catnip pouch"),
        ("Catnip pouch", 6.0, ""),
        ("Pet bowl", 16.5, ""),
        ("Grooming brush", 14.5, ""),
        ("Collar", 17.5, ""),
    ),
}

PRODUCTS = tuple(
    Product(name, category, price, companion)
    for category, shelf in _SHELVES.items()
    for name, price, companion in shelf
)
SKUS = tuple(f"{product.category[:3].upper()}-{number:03d}" for number, product in enumerate(PRODUCTS, start=1))
CATEGORIES = tuple(_SHELVES)

_POSITION = {product.name: number for number, product in enumerate(PRODUCTS)}

PRICE_CENTS = np.array([round(product.price * 100) for product in PRODUCTS], dtype=np.int64)
COMPANION = np.array([_POSITION.get(product.companion, -1) for product in PRODUCTS], dtype=np.int64)
"""Index of each product's companion, -1 where there is none."""
CATEGORY_OF = np.array([CATEGORIES.index(product.category) for product in PRODUCTS], dtype=np.int64)
