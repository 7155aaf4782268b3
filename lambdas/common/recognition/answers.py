"""Answers that were paid for, kept by content, so that no picture is paid for twice.

An item of the record table for each content and call: `image_id` is `content#DIGEST`, `item` is
the call with a digest of its parameters. While a call is under way the item is a claim with a
lease; afterwards it holds the answer and the model that gave it. `model#CALL` items hold the
newest model version seen: an answer of an older one counts no longer.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambdas.common.errors import NotYetError
from lambdas.common.records.items import from_item, refused_update, to_item
from lambdas.common.result import JsonObject
from lambdas.common.telemetry import logger

MAX_ANSWER_BYTES = 380_000
"""Compressed; a DynamoDB item holds 400 KB. Answers of 1,000 labels or 100 words are far below."""
MODEL_SECONDS = 60.0
"""How long a container trusts what it knows of the newest model version."""
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class PaidCall:
    """A paid call on a content: what makes its answer reusable, and the image that pays."""

    name: str
    content: str
    parameters: Mapping[str, Any]
    payer: str

    @property
    def key(self) -> dict[str, str]:
        """The key of its item."""
        text = json.dumps(self.parameters, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return {"image_id": f"content#{self.content}", "item": f"{self.name}#{digest}"}


@dataclass(frozen=True)
class Answer:
    """What a call answered, which model, and the id of the image that paid."""

    document: JsonObject
    model: str
    payer: str


@dataclass(kw_only=True)
class Answers:
    """Keeps answers, and sees to it that only one function at a time pays for one.

    `owner` tells this container from all others, `lease_seconds` must outlast the function's
    timeout, `now` is in seconds since the epoch, `days` is how long an answer is kept (0: for
    ever).
    """

    dynamodb: Any
    table: str
    owner: str
    lease_seconds: float
    days: int
    now: Callable[[], float]
    _models: dict[str, tuple[str, float]] = field(default_factory=dict, init=False)

    def find_or_claim(self, call: PaidCall) -> Answer | None:
        """Return the kept answer, or None: the call is then this container's to make.

        Raises NotYetError while another container makes it.
        """
        refused = self._claim(call, "attribute_not_exists(answer)", {})
        if refused is None:
            return None
        if "answer" not in refused:
            raise self._not_yet(refused)
        model = str(refused["model"])
        if _version(model) >= _version(self._newest(call.name)):
            document = json.loads(zlib.decompress(bytes(refused["answer"])))
            return Answer(document, model, str(refused["payer"]))
        refused = self._claim(call, "#model = :outdated", {":outdated": model})
        if refused is None:
            return None
        raise self._not_yet(refused)

    def keep(self, call: PaidCall, answer: Answer) -> None:
        """Keep an answer that has just been paid for, and end the claim."""
        body = zlib.compress(json.dumps(answer.document, separators=(",", ":")).encode())
        if len(body) > MAX_ANSWER_BYTES:
            logger.warning("the answer is too large to be kept", bytes=len(body), call=call.name)
            self.release(call)
            return
        expires = int(self.now()) + self.days * SECONDS_A_DAY if self.days else None
        # Not conditional: whoever paid has the newest answer, whatever became of the claim.
        self.dynamodb.put_item(
            TableName=self.table,
            Item=to_item(
                {
                    **call.key,
                    "answer": body,
                    "model": answer.model,
                    "payer": answer.payer,
                    "expires_at": expires,
                }
            ),
        )
        self._saw(call.name, answer.model)

    def release(self, call: PaidCall) -> None:
        """End a claim without an answer, so that the next need not wait for its lease."""
        # Refused when the claim is another's now.
        refused_update(
            self.dynamodb,
            TableName=self.table,
            Key=to_item(call.key),
            UpdateExpression="REMOVE lease_until, lease_by",
            ConditionExpression="lease_by = :owner",
            ExpressionAttributeValues=to_item({":owner": self.owner}),
        )

    def _claim(
        self, call: PaidCall, condition: str, values: Mapping[str, object]
    ) -> dict[str, Any] | None:
        """Claim a call; return the item that stands against it, None when it is claimed."""
        now = self.now()
        # A claim that nobody follows up must not stay for ever.
        expires = int(now) + (self.days or 1) * SECONDS_A_DAY
        refused = refused_update(
            self.dynamodb,
            TableName=self.table,
            Key=to_item(call.key),
            UpdateExpression="SET lease_until = :until, lease_by = :owner, "
            "expires_at = if_not_exists(expires_at, :expires)",
            ConditionExpression=f"{condition} AND "
            "(attribute_not_exists(lease_until) OR lease_until < :now)",
            **({"ExpressionAttributeNames": {"#model": "model"}} if values else {}),
            ExpressionAttributeValues=to_item(
                {
                    ":now": now,
                    ":until": now + self.lease_seconds,
                    ":owner": self.owner,
                    ":expires": expires,
                    **values,
                }
            ),
        )
        # Our own claim: its answer was lost, and the SDK asked a second time.
        is_ours = refused is not None and refused.get("lease_by") == self.owner
        return None if is_ours else refused

    def _not_yet(self, item: Mapping[str, Any]) -> NotYetError:
        left = float(item.get("lease_until", 0)) - self.now()
        return NotYetError("the same picture is being analysed", seconds=max(left, 1.0))

    def _newest(self, name: str) -> str:
        model, seen_at = self._models.get(name, ("", 0.0))
        if self.now() - seen_at < MODEL_SECONDS:
            return model
        answer = self.dynamodb.get_item(TableName=self.table, Key=to_item(_model_key(name)))
        if "Item" in answer:
            model = max(model, str(from_item(answer["Item"])["version"]), key=_version)
        self._models[name] = (model, self.now())
        return model

    def _saw(self, name: str, model: str) -> None:
        known = self._newest(name)
        if _version(model) <= _version(known):
            return
        self._models[name] = (model, self.now())
        refused = refused_update(
            self.dynamodb,
            TableName=self.table,
            Key=to_item(_model_key(name)),
            UpdateExpression="SET version = :model",
            ConditionExpression="attribute_not_exists(version) OR version = :known",
            ExpressionAttributeValues=to_item({":model": model, ":known": known}),
        )
        if refused is not None:
            # Another container saw a newer one as well; whoever sees it next writes it again.
            del self._models[name]


def _model_key(name: str) -> dict[str, str]:
    return {"image_id": f"model#{name}", "item": "model"}


def _version(model: str) -> tuple[tuple[int, str], ...]:
    """Return a version such as `3.0` or `local-labels-2.1` as something that can be ordered."""
    parts = model.replace("-", ".").split(".") if model else []
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
