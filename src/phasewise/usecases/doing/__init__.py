"""The steps of do_effects: what one attempt at one effect comes to."""
