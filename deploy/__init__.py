"""Putting Farebridge on other machines: locked packages, a folder for Windows, a server, its backups."""
