"""``python -m kg``."""

from kg.cli import main

# Workers of `kg serve` import this module under another name.
if __name__ == "__main__":
    main()
