"""`python -m copydesk` is the same as `copydesk`."""

from copydesk.cli.main import run

if __name__ == "__main__":
    run()
