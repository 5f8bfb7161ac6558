"""The command `migbot`: hooks take a short way in, because a commit must not wait for imports."""

from __future__ import annotations

import os
import sys

from migbot.errors import MigbotError


def main() -> None:
    """Run the command line and exit: 0 fine, 1 a finding, 2 could not look, 3 a bug in migbot."""
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["hook"]:
            from migbot.faces.hook import process

            process(arguments[1:])
        import signal  # a hook ends fast enough without

        from migbot.faces.cli import run

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ended)
        return run(arguments)
    except MigbotError as error:
        return _told(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `migbot graph | head` is no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        return _bug()


def _ended(number: int, frame: object) -> None:
    """End as after Ctrl-C: what was started, and what was written, goes with us."""
    sys.exit(128 + number)


def _told(error: MigbotError) -> int:
    from migbot.render.neutral import paragraph, plain

    print(f"migbot: {plain(error.message)}", file=sys.stderr)
    for line in paragraph(error.hint):
        print(f"  {line}".rstrip(), file=sys.stderr)
    return 2


def _bug() -> int:
    import traceback

    traceback.print_exc()
    print(
        "migbot: this is a bug in migbot, not in your migrations. Please report it with the lines "
        "above; nothing was concluded about your history.",
        file=sys.stderr,
    )
    return 3


if __name__ == "__main__":
    main()
