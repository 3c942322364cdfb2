# Everything that the results rest on, for the rules that know them by content.


def every_file(wildcards):
    """The files of all sources."""
    return [file for source in config["data"] for file in source_files(source)]


def every_line():
    """All adapters and the package files that they reach."""
    steps = glob_wildcards(f"{workflow.basedir}/workflow/scripts/{{step}}.py").step
    return sorted({file for step in steps for file in code(step)})
