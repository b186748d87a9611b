"""Files from outside, opened in a process of its own within limits; only plain values come back."""
