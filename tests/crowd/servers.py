"""A real gunicorn on a database of its own, and a real PostgreSQL that can be killed like any process."""

import contextlib
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres of the newest PostgreSQL on this machine, or None."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(found[-1]).parent if found else None


class Postgres:
    """A cluster of its own with PostgreSQL's own settings: a commit that was answered is on the disk's side."""

    def __init__(self):
        self.programs = postgres_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="portal-postgres-"))
        self.port, self.server = free_port(), None
        # PostgreSQL refuses to run as root: there it runs as the user that Debian's package made.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--username=portal", "--no-sync"]
        self._run([str(self.programs / "initdb"), "-D", data, *options])
        self.start()

    @property
    def url(self) -> str:
        return f"postgres://portal@127.0.0.1:{self.port}/postgres"

    def _run(self, command):
        subprocess.run([*self.prefix, *command], check=True, capture_output=True, cwd="/")

    def start(self):
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        command += ["-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=60"]
        with open(self.folder / "log", "ab") as log:
            self.server = subprocess.Popen(
                [*self.prefix, *command], stdout=log, stderr=log, cwd="/", start_new_session=True
            )
        _wait_for(self.port)
        for _attempt in range(100):
            ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self):
        """SIGKILL to the server and all its processes at once: nothing is flushed, nothing is tidied up."""
        pids = (self.folder / "data" / "postmaster.pid").read_text().split()
        children = subprocess.run(["pgrep", "-P", pids[0]], capture_output=True, text=True, check=False).stdout.split()
        for pid in [pids[0], *children]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.server.wait()
        time.sleep(0.5)

    def close(self):
        if self.server and self.server.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Portal:
    """gunicorn as in production, on ``database`` (a DATABASE_URL), with people already signed in."""

    def __init__(self, database: str, people: int, workers: int = 2, leaders: int = 0):
        self.folder = tempfile.TemporaryDirectory(prefix="portal-crowd-")
        database = database or f"sqlite:///{self.folder.name}/portal.sqlite3"
        self.environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | {
            "DATABASE_URL": database,
            "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
            "HTTPS": "off",
            "SECOND_FACTOR_REQUIRED": "off",
            "DEBUG": "off",
            "PRIVATE_FILES": f"{self.folder.name}/private",
            "PYTHONPATH": str(ROOT),
        }
        staged = self._stage(str(people), *([str(leaders)] if leaders else []))
        self.people, self.leaders = staged[:people], staged[people:]
        self.port, self.workers, self.server = free_port(), workers, None
        self.start()

    def _stage(self, *arguments: str, told=None):
        command = [sys.executable, "-m", "tests.crowd.stage", *arguments]
        text = None if told is None else json.dumps(told)
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, input=text, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return json.loads(done.stdout.splitlines()[-1])

    def start(self):
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        command = [gunicorn, "portal.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers)]
        self.server = subprocess.Popen(
            [*command, "--log-level", "critical", "--backlog", "512"],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        _wait_for(self.port)

    def kill(self):
        """SIGKILL to gunicorn and its workers."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def check(self, saved) -> list[str]:
        """What is missing of the acknowledged saves (see ``stage.acknowledged``)."""
        return self._stage("check", told=saved)

    def close(self):
        if self.server and self.server.poll() is None:
            self.kill()
        self.folder.cleanup()


def _wait_for(port: int) -> None:
    for _attempt in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers on port {port}")
