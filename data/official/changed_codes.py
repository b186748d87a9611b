"""District codes that were replaced by others."""

# Codes changed by the Barnsley and Sheffield (Boundary Change) Order 2024; applied even where no table of changed
# codes is loaded, because files of both generations are in use.
CHANGED_CODES = {"E08000016": "E08000038", "E08000019": "E08000039"}
