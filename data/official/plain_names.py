"""Compare names of councils and schools however they are written."""

import re


def plain_name(name: str) -> str:
    """Return a council's name without capitals, full stops, "County of" and "Council", to compare ways to write it."""
    plain = re.sub(r"[^\w\s]", "", name.casefold().replace("&", "and").replace("-", " "))
    plain = re.sub(r"\b(county|city|london|royal|metropolitan|borough|district|council|unitary|of|the)\b", " ", plain)
    return " ".join(plain.split()) or name.casefold().strip()
