"""A synthetic trial with a known truth: a published design, invented people, realistic claim lines.

Nothing is copied from that trial (CommunityConnect, NCT04000074) but its design and its published ratios;
baseline rates are ours. The package imports no room of the analysis, so that the two can disagree.
"""
