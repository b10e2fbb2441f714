"""The entry point of `phasewise` and of `python -m phasewise`: runs the command asked for."""

import gc


def main() -> None:
    """Without the garbage collector until `memory.tune_memory`: nothing that is imported goes away, and to
    look through it again and again takes a fifth of the time that the service needs to start."""
    gc.disable()
    from phasewise.cli import main as run

    run()


if __name__ == "__main__":
    main()
