"""A second, slow and obvious reading of docs/definitions.md, written apart from the product to check it."""
