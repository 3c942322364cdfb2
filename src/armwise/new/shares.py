"""Counts and shares in words that give no person away: no count from 1 to 10, and no share that tells one."""

FEW = 10  # the most rows that stay unsaid


def share_said(part: int, whole: int) -> str:
    """Return a share in words: "all", "nearly all", "97%", "few" or "none"."""
    if part == whole:
        return "all"
    if part == 0:
        return "none"
    if whole - part <= FEW:
        return "nearly all"
    if part <= FEW:
        return "few"
    return f"{min(max(round(100 * part / whole), 1), 99)}%"


def count_said(rows: int) -> str:
    """Return a count in words: "few" from 1 to 10."""
    return "few" if 1 <= rows <= FEW else f"{rows:,}"
