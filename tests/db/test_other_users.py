"""The embedded server on a machine with other people: they can read, run and block nothing, and have servers of their own.

A real other user tries it; only root can become one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from sqlalchemy import text

from db import postgres
from db.embedded import EmbeddedServer
from db.errors import StoreError
from db.server import open_database
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user"),
]

NOBODY = 65534
INTRUDER = """
import fcntl, json, os, psycopg, sys
data, socket, user = sys.argv[1:]
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
def attempt(f, *args):
    try:
        f(*args)
    except Exception as error:
        return str(error).replace("\\n", " ")
    return "done"
def hold(name):
    fcntl.flock(os.open(f"{data}/{name}", os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
tries = {f"hold {name}": attempt(hold, name) for name in ("server.lock", "users.lock")}
tries |= {f"list {folder}": attempt(os.listdir, folder) for folder in (f"{data}/postgres", socket)}
for role in ("workbench", "postgres"):
    tries[f"connect {role}"] = attempt(psycopg.connect, f"postgresql://{role}@/postgres?host={socket}&port=5432")
print(json.dumps(tries))
"""
OWN = """
import sys
from pathlib import Path
from db.server import open_database
database = open_database(None, Path(sys.argv[1]))
database.engine.connect().close()
print(database.embedded.url(""))
database.close()
"""


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may enter, so that what is in it must protect itself."""
    folder = Path(tempfile.mkdtemp(prefix="jdw-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def test_another_user_reads_runs_and_blocks_nothing(public: Path) -> None:
    data = public / ("long-" * 20) / "data"
    data.mkdir(parents=True)
    for name in ("server.lock", "users.lock"):
        # As an earlier release left them.
        (data / name).touch(0o644)
    server = EmbeddedServer(data)
    try:
        socket = socket_folder(server.url("postgres"))
        tries = json.loads(run(sys.executable, "-c", INTRUDER, str(data), str(socket), str(NOBODY)))
        assert len(tries) == 6 and {x for x in tries if "Permission denied" not in tries[x]} == set()
        # Were the socket open to him, he would not be let in for that.
        socket.chmod(0o711)
        (socket / ".s.PGSQL.5432").chmod(0o777)
        tries = json.loads(run(sys.executable, "-c", INTRUDER, str(data), str(socket), str(NOBODY)))
        assert "Peer authentication failed" in tries["connect workbench"]
        assert "Peer authentication failed" in tries["connect postgres"]
        # Whoever starts next finds it open, and closes it.
        server.restart()
        assert stat.S_IMODE(socket_folder(server.url("postgres")).stat().st_mode) == 0o700
    finally:
        server.close()
    assert not socket_folder(server.url("postgres")).exists()


def test_the_workbench_is_no_superuser(public: Path) -> None:
    database = open_database(None, public / "data")
    try:
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE mine (v vector(3))"))
            assert (
                connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar() is False
            )
        for command in (
            "COPY mine TO PROGRAM 'true'",
            "CREATE TABLE t (x text); COPY t FROM '/etc/passwd'",
            "CREATE ROLE x",
        ):
            with pytest.raises(Exception, match="permission denied"), database.engine.begin() as connection:
                connection.execute(text(command))
    finally:
        database.close()


@pytest.mark.skipif(
    shutil.which("setpriv") is None, reason="setpriv, which starts a process of another user, is missing"
)
def test_a_second_user_has_a_server_of_their_own(public: Path) -> None:
    theirs = public / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY, NOBODY)
    mine = EmbeddedServer(public / "mine")
    try:
        # Reading is all that they may do beyond their rights: Python itself may lie where others may not enter.
        reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        other = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *reads]
        url = run(*other, sys.executable, "-c", OWN, str(theirs)).strip()
        assert socket_folder(url) != socket_folder(mine.url(""))
        with psycopg.connect(mine.url("postgres")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert {p.stat().st_uid for p in theirs.iterdir()} == {NOBODY}
    finally:
        mine.close()


def test_permissions_of_folders_above_are_left_alone(tmp_path: Path) -> None:
    above = [tmp_path, *tmp_path.parents, *Path(sys.executable).parents]
    tmp_path.chmod(0o700)
    before = [folder.stat().st_mode for folder in above]
    EmbeddedServer(tmp_path / "data").close()
    assert [folder.stat().st_mode for folder in above] == before


def test_a_lock_that_somebody_else_has_laid_out_is_not_taken(public: Path) -> None:
    (public / "users.lock").touch(0o666)
    os.chown(public / "users.lock", NOBODY, NOBODY)
    with pytest.raises(StoreError, match=f"was made by user {NOBODY}"):
        EmbeddedServer(public)


def test_programs_that_are_installed_where_only_root_may_enter_are_copied(public: Path) -> None:
    closed = public / "closed"
    closed.mkdir(mode=0o700)
    installed = importlib.util.find_spec(postgres.PACKAGE)
    assert installed and installed.submodule_search_locations
    for name in (postgres.PACKAGE, f"{postgres.PACKAGE}.libs"):
        (closed / name).symlink_to(Path(installed.submodule_search_locations[0]).with_name(name))
    make = f"""
import sys
from pathlib import Path
from db import postgres
sys.path.insert(0, {str(closed)!r})
postgres.COPIES = Path({str(public / "copies")!r})
sys.exit(postgres.main("make", Path({str(public / "made")!r})))
"""
    run(sys.executable, "-c", make)
    assert (public / "made" / "PG_VERSION").read_text().strip() == "18"
    (copy,) = (public / "copies").iterdir()
    assert os.access(copy, os.X_OK) and stat.S_IMODE(closed.stat().st_mode) == 0o700
