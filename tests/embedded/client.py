"""A process that uses the database of a home, for the tests to start, watch and kill.

    python client.py HOME

Says one line when it has joined (the server's process number, or `refused: sentence`), then
answers each line of its input: SQL with the first value of the result, `fork` with the number of
a child that stays. It ends at the end of its input.
"""

import os
import sys
import time
import types
from pathlib import Path

# Without Django and Celery: these tests start many of these.
package = types.ModuleType("kerapu")
package.__path__ = [str(Path(__file__).resolve().parents[2] / "kerapu")]
sys.modules["kerapu"] = package

from kerapu.embedded import EmbeddedError, Home, Server, join  # noqa: E402


def ask(server: Server, statement: str) -> str:
    import psycopg2

    connection = psycopg2.connect(**server.connection_params())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return str(row[0]) if row else "done"
    finally:
        connection.close()


def fork() -> str:
    child = os.fork()
    if child == 0:
        os.close(0)
        os.close(1)
        time.sleep(600)
        os._exit(0)
    return str(child)


def main() -> None:
    home = Home.open(Path(sys.argv[1]))
    server = join(home)
    print(server.postgres_pid(), flush=True)
    for line in sys.stdin:
        order = line.strip()
        if order == "fork":
            print(fork(), flush=True)
        else:
            server = join(home)
            print(ask(server, order), flush=True)


try:
    main()
except EmbeddedError as refusal:
    print(f"refused: {refusal}", flush=True)
    sys.exit(1)
