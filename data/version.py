"""The version of Farebridge that is written into what it makes: the newest heading of CHANGELOG.md."""

VERSION = "0.5.0.dev0"
