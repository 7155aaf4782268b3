"""The requests that an image makes, one line each: what the bill and the hot keys come from.

For a JPEG that Rekognition takes as it is, with 10 labels and, if it is read, 10 words, and no
faults; uploads are those of the API, whose owners have lists of their own. The requests of the
functions are counted in tests/unit/benchmarks/test_requests_made.py; sizes, and what services do
among each other, are from reading the code. Write units: an item's size in KB, rounded up, larger
of before and after; a changed key of an index is two writes there, and a failed condition is paid
as well (DynamoDB Developer Guide, Read and write operations, and Global secondary indexes; read
November 2026).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.model.parameters import MAX_CALLS

LABELS_AN_IMAGE = 10
WORDS_AN_IMAGE = 10
"""Different words of an image that is read; at most 50 (lambdas/common/records/terms.py)."""


class Per(StrEnum):
    """What a request is made for."""

    IMAGE = "image"
    READ = "image that is read"
    CALL = "paid call"
    LABEL = "label"
    WORD = "word of an image that is read"
    UPLOAD = "uploaded image"
    UPLOADED_WORD = "word of an uploaded image that is read"
    BATCHED = "image of a batch"
    PUT_OFF = "message put off"
    RETRY = "further attempt"


class Service(StrEnum):
    """Who is asked, in the units of the bill."""

    WRITE = "DynamoDB write units"
    READ = "DynamoDB read units"
    S3_PUT = "S3 PUT and LIST"
    S3_GET = "S3 GET"
    SQS = "SQS requests"
    SNS = "SNS messages"


@dataclass(frozen=True)
class Request:
    """One line: `count` units for each of `per`, and those of the table's indexes in addition.

    `keys` are the writes to partition keys that many images share, by the key's name.
    """

    name: str
    per: Per
    service: Service
    count: float
    indexes: float = 0.0
    keys: Mapping[str, float] = field(default_factory=dict)

    @property
    def units(self) -> float:
        """Units that are paid, those of the indexes included."""
        return self.count + self.indexes


RECEIVED, LABELLED, DONE = "by_status: received", "by_status: labelled", "by_status: done"
DAY, LABEL = "by_day: today", "by_term: the most frequent label"
WORD = "by_term: the most frequent word"
PACER, BATCH = "pacer: one shard", "batch: one batch"

_W, _R, _S3, _GET, _SQS = (
    *(Service.WRITE, Service.READ, Service.S3_PUT, Service.S3_GET),
    Service.SQS,
)
REQUESTS = (
    # lambdas/common/records/attempts.py: the record of less than 1 KB is made; two indexes have it.
    Request("begin the attempt, make the record", Per.IMAGE, _W, 1, 2, {RECEIVED: 1, DAY: 1}),
    # The record then has labels, and between 1 and 2 KB.
    Request("begin the attempt at the text", Per.READ, _W, 2),
    Request("claim the answer", Per.CALL, _W, 1),
    Request("keep the answer", Per.CALL, _W, 2),
    Request("look for a newer model", Per.CALL, _R, 0.03),  # once a minute and container
    # While there is a backlog; a call after a pause may take a second write (pacer.py).
    Request("take a turn", Per.CALL, _W, 1, keys={PACER: 1}),
    Request("item of a label", Per.LABEL, _W, 1, 1, {LABEL: 1 / LABELS_AN_IMAGE}),
    Request("item of a word", Per.WORD, _W, 1, 1, {WORD: 1 / WORDS_AN_IMAGE}),
    # In `by_owner`: the record and its labels, then its words.
    Request("owner's list: the image, its labels", Per.UPLOAD, _W, 0, 1 + LABELS_AN_IMAGE),
    Request("owner's list: its words", Per.UPLOADED_WORD, _W, 0, 1),
    Request("record labelled", Per.READ, _W, 2, 2, {RECEIVED: 1, LABELLED: 1}),
    Request("record ended", Per.IMAGE, _W, 2, 2, {DONE: 1}),  # and one leaves where it was
    Request("mark as announced", Per.IMAGE, _W, 2),
    Request("count the end in the batch", Per.BATCHED, _W, 1.0101, keys={BATCH: 1.0101}),
    Request("is the batch cancelled", Per.BATCHED, _R, 0.06),  # twice a minute and container
    Request("put off", Per.PUT_OFF, _W, 1),
    Request("begin again", Per.PUT_OFF, _W, 1),
    Request("claim and release again", Per.PUT_OFF, _W, 2),
    Request("ask for a turn in vain", Per.PUT_OFF, _W, 1, keys={PACER: 1}),
    Request("attempt failed", Per.RETRY, _W, 1),
    Request("begin the next attempt", Per.RETRY, _W, 1),
    Request("claim and release for an attempt that fails", Per.RETRY, _W, 2),
    Request("turns of its calls", Per.RETRY, _W, MAX_CALLS, keys={PACER: MAX_CALLS}),
    Request("the upload", Per.UPLOAD, _S3, 1),
    Request("read the original", Per.IMAGE, _GET, 1),
    Request("Rekognition reads the image", Per.CALL, _GET, 1),
    Request("write the processed copy", Per.IMAGE, _S3, 1),
    Request("write the thumbnail", Per.IMAGE, _S3, 1),
    Request("write the copy for Rekognition", Per.BATCHED, _S3, 1),  # of other buckets
    Request("write the result", Per.IMAGE, _S3, 1),
    Request("write the labels into a result", Per.READ, _S3, 1),
    Request("read the result", Per.READ, _GET, 1),
    Request("list, write and read manifests", Per.BATCHED, _S3, 0.002),
    Request("write both copies again", Per.PUT_OFF, _S3, 2),
    Request("read again", Per.PUT_OFF, _GET, 1),
    Request("write both copies again for an attempt", Per.RETRY, _S3, 2),
    Request("read the original again, look for a result", Per.RETRY, _GET, 2),
    Request("S3 announces the upload", Per.UPLOAD, _SQS, 1),
    Request("send ten images of a batch", Per.BATCHED, _SQS, 0.1),
    Request("receive", Per.IMAGE, _SQS, 1),
    Request("delete", Per.IMAGE, _SQS, 1),
    Request("send, receive, delete the text request", Per.READ, _SQS, 3),
    Request("put off and receive again", Per.PUT_OFF, _SQS, 2),
    Request("set the pause and receive again", Per.RETRY, _SQS, 2),
    Request("SNS sends to the digest", Per.IMAGE, _SQS, 1),
    Request("receive and delete ten for the digest", Per.IMAGE, _SQS, 0.2),
    Request("announce the end", Per.IMAGE, Service.SNS, 1),
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How often each of `Per` there is for one image, on average."""

    text_share: float
    is_batch: bool
    put_off: float = 0.0
    retries: float = 0.0

    def times(self, per: Per) -> float:
        """Return how often a request of this kind is made for one image."""
        return {
            Per.IMAGE: 1.0,
            Per.READ: self.text_share,
            Per.CALL: 1 + self.text_share,
            Per.LABEL: float(LABELS_AN_IMAGE),
            Per.WORD: WORDS_AN_IMAGE * self.text_share,
            Per.UPLOAD: float(not self.is_batch),
            Per.UPLOADED_WORD: WORDS_AN_IMAGE * self.text_share * (not self.is_batch),
            Per.BATCHED: float(self.is_batch),
            Per.PUT_OFF: self.put_off,
            Per.RETRY: self.retries,
        }[per]


def units(shape: Shape, *, table_only: bool = False) -> Mapping[Service, float]:
    """Return the units of each service that one image takes."""
    total: defaultdict[Service, float] = defaultdict(float)
    for request in REQUESTS:
        count = request.count if table_only else request.units
        total[request.service] += count * shape.times(request.per)
    return total


def key_writes(shape: Shape) -> Mapping[str, float]:
    """Return how many write units one image puts on each shared key, all shards together."""
    total: defaultdict[str, float] = defaultdict(float)
    for request in REQUESTS:
        for key, writes in request.keys.items():
            total[key] += writes * shape.times(request.per)
    # The record leaves `received` or, when it is read, `labelled` for its end.
    total[RECEIVED] += 1 - shape.text_share
    total[LABELLED] += shape.text_share
    return total
