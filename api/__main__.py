"""`python -m api HOST PORT`: the web service in this process; with `--shared`, one of several behind one port."""

from __future__ import annotations

import resource
import socket
import sys
from typing import Any

import uvicorn

from assistant import logs
from assistant.settings import from_environment


def shared(host: str, port: int) -> socket.socket:
    """A socket on a port that several processes listen on: the kernel gives each connection to one of them."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    found = socket.socket(family, kind, protocol)  # with its protocol, or asyncio lets small replies wait for an ack
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind(address)
    return found


def behind(proxies: str) -> dict[str, Any]:
    """How uvicorn learns where a request comes from: from the connection, and from these proxies, on nobody else's word."""
    return {"proxy_headers": bool(proxies), "forwarded_allow_ips": proxies}


def open_as_many_as_allowed() -> None:
    """Raise the soft limit of open files to the hard one: a connection that cannot be accepted cannot be told why."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main(host: str, port: str, *more: str) -> None:
    """Serve until told to stop."""
    settings = from_environment()
    open_as_many_as_allowed()
    logs.configure(settings.data, settings.log_days, "web")
    config = uvicorn.Config(
        "api.app:create_app",
        factory=True,
        host=host,
        port=int(port),
        access_log=False,  # addresses of requests tell of persons; what was answered is logged by api/metrics.py
        log_config=None,
        **behind(settings.proxies),
        timeout_graceful_shutdown=4,
    )
    uvicorn.Server(config).run([shared(host, int(port))] if "--shared" in more else None)


if __name__ == "__main__":
    main(*sys.argv[1:])
