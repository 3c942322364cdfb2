"""A PostgreSQL server in a folder of its own, reached through a socket in it."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
WHY_NOT = "no PostgreSQL server is installed (Debian's package postgresql)"


class Server:
    """Starts on creation; `stop` ends it and removes its folder."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="armwise-postgres-", dir="/tmp"))  # a socket's path must be short
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._do("initdb", "--auth=trust", "--username=plan", "--no-sync", "--encoding=UTF8")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self._do("pg_ctl", "start", "--wait", f"--log={self.folder}/log", f"--options={options}")
        self.address = f"postgresql://plan@/postgres?host={self.folder}"

    def stop(self) -> None:
        self._do("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder)

    def run(self, *statements: str) -> None:
        """Run statements, as the plan's database people would."""
        import psycopg

        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _do(self, program: str, *words: str) -> None:
        command = [f"{PROGRAMS[-1]}/{program}", f"--pgdata={self.folder}/data", *words]
        if os.geteuid() == 0:  # the server refuses to be root
            user = pwd.getpwnam("postgres")
            done = subprocess.run(
                command, user=user.pw_uid, group=user.pw_gid, cwd=self.folder, capture_output=True, text=True
            )
        else:
            done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
