"""Download the official files that a bundle is made from."""
