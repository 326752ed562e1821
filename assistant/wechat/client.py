"""WeChat's API: every call with its time-out, and the shared token.

The token travels in the address of a request, as WeChat wants it. It is put there below httpx, so that what httpx logs and
what its errors carry names the address without it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from sqlalchemy import Engine

from assistant.db import now
from assistant.wechat.account import Account
from assistant.wechat.faults import TOKEN_REFUSED, Away, Busy, WeChatFault, code_of, fault_of
from assistant.wechat.token import Tokens

PATIENCE = 8.0  # seconds for one request, whatever drips in
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
STABLE_TOKEN = "/cgi-bin/stable_token"
CUSTOMER_SERVICE = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
MENU = "/cgi-bin/menu/create"
BAD_SECRET_WAIT = 60.0  # seconds; somebody has to mend the settings, and messages wait for that
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class Client:
    """One account's way to WeChat."""

    def __init__(self, account: Account, engine: Engine, clock: Callable[[], dt.datetime] = now) -> None:
        self._account = account
        self._http = httpx.AsyncClient(
            base_url=account.api, timeout=TIMEOUT, transport=_WithToken(), headers=_JSON, trust_env=False
        )
        self.tokens = Tokens(engine, account.app_id, self._stable_token, clock)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call; WeChatFault where there is no good one. A refused token is renewed once."""
        token = await self.tokens.current()
        answer = await self._post(path, body, token)
        if code_of(answer) in TOKEN_REFUSED:
            answer = await self._post(path, body, await self.tokens.renewed(token))
        fault = fault_of(answer)
        if fault is not None:
            raise fault
        return answer

    async def _stable_token(self, by_force: bool) -> tuple[str, int]:
        """A token from WeChat, and for how many seconds it is good."""
        account = {"appid": self._account.app_id, "secret": self._account.secret}
        wanted = {"grant_type": "client_credential", **account, "force_refresh": by_force}
        try:
            answer = await self._post(STABLE_TOKEN, wanted)
        except Away as away:  # whatever became of that, what the token is wanted for was not done
            raise Away(f"取不到微信令牌：{away}", maybe_done=False) from None
        fault = fault_of(answer)
        if fault is not None:
            raise Busy(f"取不到微信令牌：{fault}", BAD_SECRET_WAIT, everyone=True)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Away("取不到微信令牌：微信的答复看不懂", maybe_done=False)
        return token, seconds

    async def _post(self, path: str, body: Mapping[str, Any], token: str = "") -> dict[str, Any]:
        """One request; Away, without what httpx knows of it, where no usable answer comes."""
        # Chinese as it is: WeChat shows \u escapes of some fields as they stand.
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        fault: WeChatFault
        try:
            async with asyncio.timeout(PATIENCE):
                response = await self._http.post(path, content=content, extensions={"access_token": token})
        except _NOT_SENT as error:
            fault = Away(f"连不上微信（{type(error).__name__}）", maybe_done=False)
        except (httpx.HTTPError, TimeoutError) as error:
            fault = Away(f"微信没有答复（{type(error).__name__}）", maybe_done=True)
        else:
            try:
                answer = response.json()
            except ValueError:
                answer = None
            status = response.status_code
            if status < 300 and isinstance(answer, dict):
                return answer
            fault = Away(f"微信的答复看不懂（HTTP {status}）", maybe_done=status < 300 or status >= 500)
        raise fault


class _WithToken(httpx.AsyncBaseTransport):
    """Puts the token into the address of what really goes out."""

    def __init__(self) -> None:
        self._below = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a copy of the request whose address has the token."""
        token = request.extensions.get("access_token")
        if token:
            address = request.url.copy_merge_params({"access_token": token})
            request = httpx.Request(
                request.method, address, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        return await self._below.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._below.aclose()
