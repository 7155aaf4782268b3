"""Claims: who is looking at an image, and what others may do meanwhile."""

import pytest

from lambdas.common.records.items import to_item
from lambdas.common.review.claims import CLAIM_SECONDS, Claims
from lambdas.common.review.decisions import ConflictError, UnknownImageError
from lambdas.common.status import Status
from tests.unit.lambdas.desk import ADA, BOB, Desk

pytestmark = pytest.mark.usefixtures("aws_account")


def claims_at(desk: Desk) -> Claims:
    return Claims(desk.client("dynamodb"), desk.table, now=desk.clock.now)


class TestClaiming:
    def test_an_image_is_claimed_for_a_quarter_of_an_hour(self) -> None:
        desk = Desk()

        claim = claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        assert claim.by == ADA
        assert claim.until == desk.clock.now() + CLAIM_SECONDS
        assert desk.record["claimed_by"] == ADA

    def test_another_is_told_who_has_it_and_until_when(self) -> None:
        desk = Desk()
        claim = claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        with pytest.raises(ConflictError, match=f"claimed by {ADA} until {claim.until_text[:16]}"):
            claims_at(desk).claim(desk.id, by=BOB, who=BOB)

    def test_claiming_again_keeps_it_longer(self) -> None:
        desk = Desk()
        first = claims_at(desk).claim(desk.id, by=ADA, who=ADA)
        desk.clock.time += 600

        again = claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        assert again.until == first.until + 600

    def test_a_claim_that_is_over_keeps_nobody_away(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)
        desk.clock.time += CLAIM_SECONDS + 1

        assert claims_at(desk).claim(desk.id, by=BOB, who=BOB).by == BOB

    def test_what_is_not_in_review_cannot_be_claimed(self) -> None:
        desk = Desk(review_rule="never")

        with pytest.raises(ConflictError, match="is done by now, not in review"):
            claims_at(desk).claim(desk.id, by=ADA, who=ADA)

    def test_there_must_be_an_image(self) -> None:
        desk = Desk()

        with pytest.raises(UnknownImageError):
            claims_at(desk).claim("0" * 32, by=ADA, who=ADA)
        with pytest.raises(UnknownImageError):
            claims_at(desk).release("0" * 32, who=ADA)
        key = to_item({"image_id": "0" * 32, "item": "image"})
        answer = desk.client("dynamodb").get_item(TableName=desk.table, Key=key)
        assert "Item" not in answer  # a record of nothing


class TestGivingBack:
    def test_a_claim_is_given_back(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        claims_at(desk).release(desk.id, who=ADA)

        assert claims_at(desk).claim(desk.id, by=BOB, who=BOB).by == BOB

    def test_giving_back_what_is_not_claimed_changes_nothing(self) -> None:
        desk = Desk()
        before = desk.record

        claims_at(desk).release(desk.id, who=ADA)

        assert desk.record == before

    def test_nobody_gives_back_what_another_has(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        with pytest.raises(ConflictError, match="is claimed by"):
            claims_at(desk).release(desk.id, who=BOB)
        assert desk.record["claimed_by"] == ADA

    def test_an_administrator_may(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        claims_at(desk).release(desk.id, who=BOB, anybodys=True)

        assert "claimed_by" not in desk.record


class TestDecidingOnWhatIsClaimed:
    def test_whoever_claimed_it_decides_and_the_claim_ends(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        desk.reviews().approve(desk.id, by=ADA)

        assert desk.status is Status.DONE
        assert "claimed_by" not in desk.record
        assert desk.agrees()

    def test_nobody_else_does(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)

        with pytest.raises(ConflictError, match=f"is claimed by {ADA}"):
            desk.reviews().approve(desk.id, by=BOB)
        assert desk.status is Status.IN_REVIEW

    def test_a_claim_that_came_between_looking_and_deciding_holds(self) -> None:
        desk = Desk()
        reviews = desk.reviews()
        table = reviews._table
        add = table.add

        def claimed_meanwhile(*arguments: object, **named: object) -> bool:
            claims_at(desk).claim(desk.id, by=ADA, who=ADA)
            return add(*arguments, **named)  # type: ignore[arg-type]

        table.add = claimed_meanwhile  # type: ignore[method-assign]

        with pytest.raises(ConflictError, match=f"is claimed by {ADA}"):
            reviews.approve(desk.id, by=BOB)
        assert desk.status is Status.IN_REVIEW

    def test_once_it_is_over_anybody_decides(self) -> None:
        desk = Desk()
        claims_at(desk).claim(desk.id, by=ADA, who=ADA)
        desk.clock.time += CLAIM_SECONDS + 1

        desk.reviews().approve(desk.id, by=BOB)

        assert desk.status is Status.DONE
