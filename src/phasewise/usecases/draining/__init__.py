"""The steps of `drain`, one module each."""
