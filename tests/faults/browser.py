"""A small browser: one kept-open connection, cookies, and forms that are sent back as they were shown."""

import http.client
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

SECONDS = 30.0
FAILURES = (OSError, http.client.HTTPException)
"""What a lost connection looks like."""

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    status: int
    location: str
    """Where it redirects to, without what follows the question mark."""
    text: str


class Browser:
    """Asks one site on 127.0.0.1; a connection that is lost raises one of FAILURES."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._ask("GET", path)

    def post(self, path: str, fields: Fields) -> Page:
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        self._connection.close()

    def forget(self) -> None:
        """Be a new visitor."""
        self._cookies.clear()

    def twin(self) -> "Browser":
        """Return a second window of the same visitor, on a connection of its own."""
        other = Browser(self._port)
        other._cookies = dict(self._cookies)
        return other

    def _ask(self, method: str, path: str, body: str | None = None) -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except FAILURES:
            self._connection.close()
            raise
        self._keep_cookies(response.headers.get_all("Set-Cookie", []))
        return Page(response.status, response.headers.get("Location", "").partition("?")[0], text)

    def _keep_cookies(self, given: list[str]) -> None:
        for line in given:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value


def form(page: Page, having: str, action: str = "") -> Fields:
    """Return the fields of the first form with such a field and action, as a browser sends them untouched."""
    parser = _Forms()
    parser.feed(page.text)
    for address, fields in parser.forms:
        if address.endswith(action) and having in dict(fields):
            return fields
    raise LookupError(f"No form with {having} for {action} in a page of status {page.status}.")


def filled(fields: Fields, **values: str) -> Fields:
    """Return the fields with these values in place of what was there."""
    return [(name, value) for name, value in fields if name not in values] + list(values.items())


class _Forms(HTMLParser):
    """Collects forms that are posted, with what their fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._select = ""
        self._first_option = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        begin = {"form": self._form, "input": self._input, "select": self._choice, "option": self._option}.get(tag)
        if begin:
            begin({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def _form(self, given: dict[str, str]) -> None:
        self.forms.append((given.get("action", ""), []))

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"submit", "button"} or (kind in {"checkbox", "radio"} and "checked" not in given):
            return
        self._add(given.get("name", ""), given.get("value", "on" if kind == "checkbox" else ""))

    def _choice(self, given: dict[str, str]) -> None:
        self._select, self._first_option = given.get("name", ""), True

    def _option(self, given: dict[str, str]) -> None:
        """Take the first option until one is marked as selected."""
        if not self._select or not ("selected" in given or self._first_option):
            return
        if not self._first_option:
            self.forms[-1][1].pop()
        self._first_option = False
        self._add(self._select, given.get("value", ""))

    def _add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1][1].append((name, value))
