"""A small client of chromedriver (W3C WebDriver), with Python's standard library alone."""

import base64
import json
import os
import re
import shutil
import subprocess
import urllib.request


class Browser:
    """Headless Chromium with a profile of its own. Use it in a with statement."""

    def __init__(self, scratch, width=1200, height=900):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "HOME": scratch, "TMPDIR": scratch},
        )
        try:
            self.base = f"http://127.0.0.1:{self._port()}"
            self.session = self._new_session(os.path.join(scratch, "profile"), width, height)
        except BaseException:
            self._stop_driver()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", "")
        finally:
            self._stop_driver()

    def _stop_driver(self):
        self.driver.terminate()
        self.driver.wait(10)

    def _port(self):
        for line in self.driver.stdout:
            match = re.search(r"started successfully on port (\d+)", line)
            if match:
                return int(match.group(1))
        raise RuntimeError("chromedriver did not start")

    def _new_session(self, profile, width, height):
        arguments = [
            "--headless=new",
            "--no-sandbox",  # which root needs
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
        ]
        options = {
            "binary": shutil.which("chromium"),
            "args": arguments,
        }
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        self.session = None
        body = {"capabilities": {"alwaysMatch": capabilities}}
        return self._call("POST", "/session", body)["sessionId"]

    def _call(self, method, path, body=None):
        url = self.base + ("" if self.session is None else f"/session/{self.session}") + path
        request = urllib.request.Request(
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The value of a function body in the page."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys):
        """Keys by name, as KeyboardEvent.key: "Tab", "Enter"; " " is the space bar."""
        codes = {"Tab": "\ue004", "Enter": "\ue007"}
        actions = []
        for key in keys:
            for kind in ("keyDown", "keyUp"):
                actions.append({"type": kind, "value": codes.get(key, key)})
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._call("POST", "/actions", {"actions": [source]})

    def devtools(self, command, **parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self, kind):
        """Entries since the last call: "browser" (the console) or "performance" (DevTools)."""
        return self._call("POST", "/se/log", {"type": kind})

    def media(self, media="", **features):
        """Emulates a medium and its features: media("print"), media(prefers_color_scheme="dark")."""
        pairs = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.devtools("Emulation.setEmulatedMedia", media=media, features=pairs)

    def viewport(self, width, height, mobile=False):
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )

    def screenshot(self, path, top=0, height=None):
        """The page from `top` pixels down, or its window where no height is given."""
        parameters = {}
        if height is not None:
            width = self.run("return document.documentElement.clientWidth")
            clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
            parameters = {"captureBeyondViewport": True, "clip": clip}
        data = self.devtools("Page.captureScreenshot", **parameters)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
