"""The steps of `judge`, one module each."""
