# What the settings say of blinding, for the rules that keep a trial blind and open it.

from armwise.settings.blinded import NotBlind, refuse_no_more_blind


def blinding_of(wildcards):
    """What is done with assignments before anything is made of them."""
    trial = config["trial"]
    return {
        "blinded": BLINDED,
        "seed": trial["blinding"]["seed"],
        "unit": trial["assignment"]["unit"],
    }


def checks_before_unblinding():
    """The checks that are made while no arm is known: of what was read, and across sources."""
    return [
        *expand(f"{INTERIM}/extracts/{{source}}.checks.csv", source=config["data"]),
        *expand(f"{INTERIM}/across/{{source}}.checks.csv", source=HELD_AGAINST),
    ]


try:
    refuse_no_more_blind(declared, INTERIM, RESULTS)
except NotBlind as error:
    sys.exit(str(error))
