"""The block `checks`, and that the settings know the checks that the rooms make."""

from armwise.extracts.catalogue import CATALOGUE
from armwise.settings.known import CHECKS


def test_the_settings_know_every_check_and_what_it_may_be():
    assert {name: set(may_be) for name, may_be in CHECKS.items()} == {
        name: set(check.may_be) for name, check in CATALOGUE.items()
    }
    assert {name: may_be[0] for name, may_be in CHECKS.items()} == {
        name: check.severity for name, check in CATALOGUE.items()
    }
    assert list(CHECKS) == list(CATALOGUE)
