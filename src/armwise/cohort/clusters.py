"""Clusters: what was drawn together, or belongs to one person."""

import ibis
import ibis.expr.types as ir


def cluster_of(cluster: ir.StringValue, person: ir.StringValue) -> ir.StringValue:
    """Return the cluster as given; who has none is one alone, by a name that no given cluster has."""
    some_given = cluster.notnull().any().over(ibis.window())
    return cluster.fill_null(ibis.ifelse(some_given, "alone: " + person, person))
