"""What can go wrong in the embedded mode, said in sentences a person can act on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from .text import _

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)

# How the C library words ENOSPC and EDQUOT; PostgreSQL is started with English messages.
NO_SPACE_WORDS = ("No space left on device", "Disk quota exceeded")


class EmbeddedError(Exception):
    """One sentence (already translated) that says what is wrong and what to do about it.

    Meant to be printed as it is, without a stack trace: `manage.py` and the supervisor do so.
    """


def disk_full(path: Path | str) -> EmbeddedError:
    """The error for a file system that is full, or whose quota is used up, at `path`."""
    return EmbeddedError(
        _("The disk that holds %(path)s is full. Free some space on it and start again.")
        % {"path": path}
    )


def explain(error: OSError, path: Path | str) -> EmbeddedError:
    """The sentence for `error`, which happened while `path` was made, read or written."""
    values = {
        "path": str(path),
        "reason": error.strerror or str(error),
        "account": str(os.geteuid()),
    }
    if error.errno in NO_SPACE:
        return disk_full(path)
    if error.errno in NOT_ALLOWED:
        return EmbeddedError(
            _(
                "There is no permission to write %(path)s (as account number %(account)s): "
                "%(reason)s. Give this account the folder, or set KERAPU_HOME to another one."
            )
            % values
        )
    if error.errno in IN_THE_WAY:
        return EmbeddedError(
            _(
                "%(path)s cannot be used as a folder, something else has that name: %(reason)s. "
                "Move it away, or set KERAPU_HOME to another folder."
            )
            % values
        )
    return EmbeddedError(
        _("%(path)s cannot be used: %(reason)s. Set KERAPU_HOME to a folder that can be written.")
        % values
    )
