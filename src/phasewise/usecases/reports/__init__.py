"""The steps of the weekly report, one module each: what is in it, who gets it, when."""
