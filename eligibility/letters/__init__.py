"""Letters about decisions, as Word documents that an adviser can edit."""
