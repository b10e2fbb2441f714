"""The steps of `enforce`, one module each."""
