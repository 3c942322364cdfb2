"""A synthetic trial with a known truth: the design of CommunityConnect, invented people, realistic claim lines.

Nothing here is copied from that trial but its design and its published ratios; baseline rates are ours.
The package imports no room of the analysis, so that the two can disagree.
"""
