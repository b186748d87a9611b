"""The rules as data: policies, facts, criteria and worked cases, read from files and checked."""
