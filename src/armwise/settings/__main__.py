"""Say what is wrong with settings files and exit with 1: `python -m armwise.settings FILE ...`.

Snakemake reads the files before the Snakefile can, and says of a broken one only that it is not valid.
"""

import sys

from armwise.settings import SettingsError, load

try:
    load(sys.argv[1:] or ["config.yaml"])
except SettingsError as error:
    sys.exit(str(error))
