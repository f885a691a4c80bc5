"""A live server on loopback, in a process of its own: ``with serve(path) as address``."""

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from kg.serve.messages import Limits

SCRIPT = """
import json, sys
from pathlib import Path
from kg.serve.messages import Limits
from kg.serve.server import serve
options = json.loads(sys.argv[2])
serve(Path(sys.argv[1]), port=0, limits=Limits(**options.pop("limits")), **options)
"""

#: Seconds within which it has to answer.
PATIENCE = 60.0


@contextmanager
def serve(
    path: Path, *, limits: Limits | None = None, token: str | None = None, cors: Sequence[str] = ()
) -> Iterator[str]:
    """Serve a store or an RDF file and give the address, ``http://127.0.0.1:PORT``."""
    options = {"limits": asdict(limits or Limits()), "token": token, "cors": list(cors)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", SCRIPT, str(path), json.dumps(options)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        late = threading.Timer(PATIENCE, process.kill)
        late.start()
        try:
            found = re.search(r"http://[^/ ]+", process.stdout.readline())
            late.cancel()
            if found is None:
                log.seek(0)
                raise AssertionError(f"no server: {log.read().decode()}")
            yield found[0]
        finally:
            late.cancel()
            process.terminate()
            process.wait()
            process.stdout.close()
