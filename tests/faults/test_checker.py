"""The checker finds nothing in a clean world, and each planted fault, and nothing else."""

import pytest

from tests.faults.checker import Fault, figures, mail_violations, violations
from tests.faults.clean import clean_world
from tests.faults.clean_bulk import bulk_world
from tests.faults.planted import PLANTED
from tests.faults.planted_bulk import PLANTED_BULK


def test_nothing_is_found_in_a_clean_world() -> None:
    assert violations(clean_world()) == []


def test_nothing_is_found_in_a_clean_world_of_mail_in_bulk() -> None:
    assert mail_violations(bulk_world()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(name: str) -> None:
    plant, faults = PLANTED[name]

    assert {violation.fault for violation in violations(plant(clean_world()))} == faults


@pytest.mark.parametrize("name", PLANTED_BULK)
def test_a_fault_planted_in_bulk_is_found_and_nothing_else(name: str) -> None:
    plant, faults = PLANTED_BULK[name]

    assert {violation.fault for violation in mail_violations(plant(bulk_world()))} == faults


def test_every_kind_of_violation_is_planted() -> None:
    planted = [*PLANTED.values(), *PLANTED_BULK.values()]

    assert {fault for _, faults in planted for fault in faults} == set(Fault)


def test_doubtful_mails_are_counted() -> None:
    counted = figures(clean_world())

    assert (counted["mails once in doubt"], counted["mails delivered twice"]) == (1, 1)
    assert (counted["acknowledged sign_up"], counted["acknowledged confirm"]) == (6, 5)
