"""Password protected workbooks, opened with the extra `encrypted`: msoffcrypto-tool. Runs in the child only."""

from __future__ import annotations

import io
from typing import BinaryIO

from leadreturns.errors import FileRefused

_WRITE_PROTECTED = "VelvetSweatshop"
"""What spreadsheet programs try first by themselves: a workbook that only asks before it is changed opens with it."""


def decrypted(file: BinaryIO, name: str, password: str | None) -> io.BytesIO:
    """The workbook without its password, in memory.

    Refused: `encrypted` without a password, or without the extra; `wrong_password`; `damaged_workbook`.
    """
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
    except ImportError:
        raise _without_extra(name, password) from None
    file.seek(0)
    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=password if password is not None else _WRITE_PROTECTED, verify_password=True)
        office.decrypt(plain)
    except Exception as fault:
        if password is None:
            raise _locked(name) from None
        if isinstance(fault, (InvalidKeyError, DecryptionError)):
            raise _wrong(name) from None
        raise
    plain.seek(0)
    return plain


def _without_extra(name: str, password: str | None) -> FileRefused:
    if password is None:
        return _locked(name)
    return FileRefused(
        "encrypted",
        f"{name} is a password protected workbook, and what opens it is not installed.",
        "Install it: pip install 'leadreturns[encrypted]'. Or ask for a file without a password.",
    )


def _locked(name: str) -> FileRefused:
    return FileRefused(
        "encrypted",
        f"{name} is a password protected workbook.",
        "Give its password with --password-file, or ask for a file without one.",
    )


def _wrong(name: str) -> FileRefused:
    return FileRefused(
        "wrong_password",
        f"{name} is a password protected workbook, and the password given does not open it.",
        "Ask the sender for the password; mind blanks and capitals.",
    )
