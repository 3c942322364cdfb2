# What all steps name: where results go, the environment, and the code that a step reaches.

from armwise.provenance.code import closure

INTERIM = f"data/interim/{config['trial']['id']}"
RESULTS = f"results/{config['trial']['id']}"
ENVIRONMENT = f"{workflow.basedir}/environment.yml"


def code(step):
    """The adapter of a step and the package files that it reaches."""
    return closure(f"{workflow.basedir}/workflow/scripts/{step}.py")
