"""Who was randomized, into what, with what weight, and observed until when."""
