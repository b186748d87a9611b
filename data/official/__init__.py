"""Read official files: each is known by its header and contents, never by its name."""
