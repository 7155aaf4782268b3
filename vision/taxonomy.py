"""The parts of Rekognition's label taxonomy that the recognisers here can meet.

The entries are those of Rekognition's documentation and of published answers of its label model
3.0. A label without an entry, such as a class of a user's own detector, is answered with no
parents, aliases and categories: none is guessed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Where a label stands in the taxonomy; `parents` are all its ancestors, in alphabetical order.

    `implies_parents` says whether the thing found is also a sight of its ancestors. A face shows a
    person; a plate was recognised by its writing alone, which does not show a vehicle.
    """

    category: str | None = None
    parents: tuple[str, ...] = ()
    alias: str | None = None
    implies_parents: bool = True


UNKNOWN = Entry()
_PERSON = "Person Description"
_VEHICLES = "Vehicles and Automotive"

TAXONOMY = {
    "Text": Entry("Text and Documents"),
    "Person": Entry(_PERSON, alias="Human"),
    "Head": Entry(_PERSON, ("Person",)),
    "Face": Entry(_PERSON, ("Head", "Person")),
    "Transportation": Entry(_VEHICLES),
    "Vehicle": Entry(_VEHICLES, ("Transportation",)),
    "Car": Entry(_VEHICLES, ("Transportation", "Vehicle"), alias="Automobile"),
    "License Plate": Entry(_VEHICLES, ("Transportation", "Vehicle"), implies_parents=False),
    "Animal": Entry("Animals and Pets"),
    "Mammal": Entry("Animals and Pets", ("Animal",)),
    "Pet": Entry("Animals and Pets", ("Animal",)),
    "Canine": Entry("Animals and Pets", ("Animal", "Mammal")),
    "Dog": Entry("Animals and Pets", ("Animal", "Canine", "Mammal", "Pet")),
    "Furniture": Entry("Furniture and Furnishings"),
    "Chair": Entry("Furniture and Furnishings", ("Furniture",)),
}


def entry_of(name: str) -> Entry:
    """Answer the entry of a label, or one without parents, alias and category."""
    return TAXONOMY.get(name, UNKNOWN)
