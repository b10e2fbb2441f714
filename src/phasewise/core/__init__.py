"""The pure core: what every number means (docs/definitions.md). No I/O, no clock, no framework."""
