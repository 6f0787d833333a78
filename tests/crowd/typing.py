"""People who save one cell after another over real connections, each waiting for the answer before the next."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field

TOKEN = "a" * 32  # the browser's own half of the CSRF pair: cookie and header say the same


@dataclass
class Typist:
    """One person at a keyboard: the values acknowledged in order, how long each took, what went wrong."""

    person: dict
    port: int
    round: int = 0
    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    asked: str = ""

    @property
    def cell(self) -> str:
        return self.person["cells"][self.round][0]

    @property
    def path(self) -> str:
        return self.person["cells"][self.round][1]

    def work(self, saves: int, stop: threading.Event) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for number in range(1, saves + 1):
            if stop.is_set():
                return
            self.asked = str(number)
            start = time.perf_counter()
            try:
                answer = self._save(connection)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(type(error).__name__)
                if stop.is_set() or isinstance(error, ConnectionRefusedError):
                    return
                connection.close()
                continue
            self.seconds.append(time.perf_counter() - start)
            if answer.get("stored", {}).get(self.cell) == self.asked and not answer["conflicts"]:
                self.acknowledged.append(self.asked)
            else:
                self.failures.append(str(answer)[:200])

    def _save(self, connection) -> dict:
        was = self.acknowledged[-1] if self.acknowledged else ""
        change = {"name": self.cell, "was": was, "now": self.asked}
        body = json.dumps({"person": self.person["person"], "seen": 0, "changes": [change]})
        cookies = f"sessionid={self.person['session']}; csrftoken={TOKEN}"
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": "application/json"}
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        text = response.read()
        return json.loads(text) if response.status == 200 else {"status": response.status}


@dataclass
class Reader:
    """A leader who takes the province's workbook away, again and again, until told to stop."""

    leader: dict
    port: int
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            start = time.perf_counter()
            try:
                headers = {"Cookie": f"sessionid={self.leader['session']}"}
                connection.request("GET", "/tong-hop/2019/tai-ve/xlsx/", headers=headers)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(type(error).__name__)
                continue
            finally:
                connection.close()
            if response.status == 200 and content[:2] == b"PK":
                self.seconds.append(time.perf_counter() - start)
            else:
                self.failures.append(str(response.status))


@dataclass
class Crowd:
    """Everybody of a portal at once."""

    typists: list[Typist]
    threads: list[threading.Thread] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def of(cls, portal, round: int = 0) -> "Crowd":
        return cls([Typist(person, portal.port, round) for person in portal.people])

    def begin(self, saves: int) -> None:
        self.threads = [threading.Thread(target=t.work, args=(saves, self.stop)) for t in self.typists]
        for thread in self.threads:
            thread.start()

    def wait(self) -> None:
        for thread in self.threads:
            thread.join()

    @property
    def saved(self) -> int:
        return sum(len(typist.acknowledged) for typist in self.typists)

    @property
    def told(self) -> list[tuple]:
        """[report, cell, acknowledged values] of everybody, for ``Portal.check``."""
        return [(t.person["report"], t.cell, t.acknowledged) for t in self.typists]
