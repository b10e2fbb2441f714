"""What must hold while processes are killed, frozen and cut off. A short run in `make test`, a long one in
`make chaos` (`python -m tests.chaos`), with its figures in docs/reliability.md."""
