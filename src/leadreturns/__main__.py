"""`python -m leadreturns` is the console script."""

from leadreturns.cli.app import main

if __name__ == "__main__":
    main()
