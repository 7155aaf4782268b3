"""The two rules of the pipeline: which images are read, and which a person looks at.

A rule is written in settings as text (`always`, `never`, `Car:90,Bus:80`), travels to a function
in one environment variable, and is parsed here on both sides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lambdas.common.result import Label


@dataclass(frozen=True)
class TextRule:
    """Decides whether an image goes to the text stage.

    `thresholds` maps a label's name, in any case, to the confidence, from 0 to 100, from which it
    counts; any one label suffices. Without thresholds, `always` decides.
    """

    always: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "TextRule":
        """Read `always`, `never` or `Label:confidence[,Label:confidence…]`.

        Raises ValueError with a sentence that says what to write instead.
        """
        words = text.strip()
        if words.lower() in ("always", "never"):
            return cls(always=words.lower() == "always")
        thresholds: dict[str, float] = {}
        for part in words.split(","):
            name, _, confidence = part.rpartition(":")
            thresholds[name.strip()] = _confidence(confidence, part)
            if not name.strip():
                raise ValueError(
                    f"'{part.strip()}' names no label: write always, never, or labels with "
                    "confidences such as Car:90,Bus:80"
                )
        return cls(thresholds=thresholds)

    def __str__(self) -> str:
        if self.thresholds:
            return ",".join(f"{name}:{value:g}" for name, value in self.thresholds.items())
        return "always" if self.always else "never"

    def matches(self, labels: Iterable[Label]) -> bool:
        """Return whether an image with these labels is to be read."""
        if not self.thresholds:
            return self.always
        thresholds = {name.casefold(): value for name, value in self.thresholds.items()}
        return any(
            label.confidence >= thresholds[label.name.casefold()]
            for label in labels
            if label.name.casefold() in thresholds
        )

    @property
    def expects_text(self) -> bool:
        """True when a match means that there should be text; `always` only looks for some."""
        return bool(self.thresholds)


@dataclass(frozen=True)
class ReviewRule:
    """Decides whether a person looks at an image.

    `min_confidence`, from 0 to 100, is what the best label must reach (0 switches this off);
    `missing_text` sends images there whose labels made text expected and that have none.
    """

    min_confidence: float
    missing_text: bool

    @classmethod
    def parse(cls, text: str) -> "ReviewRule":
        """Read `never`, or parts of `labels:confidence,missing-text`.

        Raises ValueError with a sentence that says what to write instead.
        """
        words = text.strip().lower()
        if words == "never":
            return cls(min_confidence=0, missing_text=False)
        min_confidence, missing_text = 0.0, False
        for part in (word.strip() for word in words.split(",")):
            name, _, confidence = part.partition(":")
            if name == "labels":
                min_confidence = _confidence(confidence, part)
            elif part == "missing-text":
                missing_text = True
            else:
                raise ValueError(
                    f"'{part}' is no review rule: write never, or labels:60,missing-text"
                )
        return cls(min_confidence=min_confidence, missing_text=missing_text)

    def __str__(self) -> str:
        parts = [f"labels:{self.min_confidence:g}"] if self.min_confidence else []
        parts += ["missing-text"] if self.missing_text else []
        return ",".join(parts) or "never"

    def reasons(
        self, labels: Iterable[Label], *, text_expected: bool, text_found: bool
    ) -> tuple[str, ...]:
        """Return why a person should look, in plain words; empty when nobody needs to."""
        best = max((label.confidence for label in labels), default=None)
        reasons = []
        if self.min_confidence and best is None:
            reasons.append("no label was found")
        elif best is not None and best < self.min_confidence:
            reasons.append(
                f"the best label has a confidence of {best:.1f}, below {self.min_confidence:g}"
            )
        if self.missing_text and text_expected and not text_found:
            reasons.append("its labels made text likely, and none was found")
        return tuple(reasons)


def _confidence(text: str, part: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise ValueError(f"'{part.strip()}' needs a confidence from 0 to 100, such as Car:90")
    return value
