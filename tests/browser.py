"""Debian's Chromium, driven over the DevTools protocol: ``with launch(...) as tab``."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

#: Seconds after which a browser that does not answer is given up.
PATIENCE = 60
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --remote-debugging-port=0"
).split()
#: What tells of a request, an error, a line in the console or a dialog.
TELLING = {
    "Network.requestWillBeSent",
    "Runtime.exceptionThrown",
    "Runtime.consoleAPICalled",
    "Log.entryAdded",
    "Page.javascriptDialogOpening",
}


class Tab:
    """One tab of the browser; ``events`` is all that it reported."""

    def __init__(self, socket: WebSocket, ready: str) -> None:
        self.socket = socket
        self.ready = ready
        self.events: list[dict[str, Any]] = []
        self.calls = 0
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.calls += 1
        self.socket.send(json.dumps({"id": self.calls, "method": method, "params": parameters}))
        while True:
            message = self._next()
            if message.get("id") == self.calls:
                assert "error" not in message, message
                return message["result"]

    def _next(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv())
        if "method" in message:
            self.events.append(message)
        return message

    def open(self, place: Path | str) -> float:
        """Open a file or an address and return the seconds until it is drawn."""
        begun = time.perf_counter()
        self.go(place if isinstance(place, str) else place.as_uri())
        self.wait(self.ready)
        self.js("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return time.perf_counter() - begun

    def go(self, address: str) -> None:
        """Open an address, and wait until the browser says that it is loaded."""
        # By way of an empty page, so that a second opening is not taken for a step within it.
        for one in ("about:blank", address):
            self.events.clear()
            self.call("Page.navigate", url=one)
            self.loaded()

    def loaded(self) -> None:
        """Wait until a page is loaded, unless one has been since ``events`` were cleared."""
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def js(self, expression: str) -> Any:
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until a condition holds in the page."""
        held = self.js(
            f"""new Promise(done => {{
              const end = performance.now() + {PATIENCE * 500};
              const look = () => {{
                if ({condition}) done(true);
                else if (performance.now() > end) done(false);
                else requestAnimationFrame(look);
              }};
              look();
            }})"""
        )
        assert held, f"never came true: {condition}"

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, text: str = "") -> None:
        codes = {"Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "Tab": 9}
        code = codes.get(key, ord(key[0].upper()))
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                text=text if kind == "keyDown" else "",
                windowsVirtualKeyCode=code,
            )

    def write(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def size(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def told(self) -> list[tuple[str, str]]:
        """Return everything reported that a quiet page would not, the opened file included."""
        return [
            (event["method"], event["params"].get("request", {}).get("url", str(event["params"])))
            for event in self.events
            if event["method"] in TELLING
        ]


@contextmanager
def launch(chromium: str, profile: Path, ready: str = "true") -> Iterator[Tab]:
    """Start the browser with an empty profile; ``ready`` tells in the page that it is drawn."""
    process = subprocess.Popen(
        [chromium, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("DevTools listening on ws://"):
                break
        assert said and "DevTools listening" in said[-1], "".join(said)
        address = said[-1].split("ws://")[1].split("/")[0]
        with urllib.request.urlopen(f"http://{address}/json", timeout=PATIENCE) as answer:
            (page,) = [target for target in json.load(answer) if target["type"] == "page"]
        url = page["webSocketDebuggerUrl"]
        socket = create_connection(url, timeout=PATIENCE, suppress_origin=True)
        with closing(socket):
            yield Tab(socket, ready)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)
