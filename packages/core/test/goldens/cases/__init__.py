"""The cases of the goldens: one module for each family, each with fill(book)."""
