"""Settings: environment, then `.env`, then `phasewise.toml`, validated all at once at the start."""
