"""Counting for all processes together: one question to Redis for one message, however many limits it falls under."""

from __future__ import annotations

from collections.abc import Sequence

from limits import RateLimitItem

from assistant.errors import SettingsError

Asked = Sequence[tuple[RateLimitItem, str]]  # what is counted, and whose
Over = tuple[int, int]  # which of them had enough, and the seconds until it may be tried again
PATIENCE = 0.5  # seconds for a storage elsewhere
# Counts one after the other, as far as they are within their limits; a window begins with its first count.
COUNT = """
for n, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('EXPIRE', key, ARGV[2 * n]) end
  if count > tonumber(ARGV[2 * n - 1]) then return {n, redis.call('TTL', key)} end
end
return {0, 0}
"""


class Together:
    """The counts in Redis."""

    def __init__(self, address: str) -> None:
        """SettingsError where that is no address of a Redis."""
        from redis.asyncio import Redis  # large, and of no use to a process that counts by itself
        from redis.exceptions import RedisError

        self.away = (RedisError, OSError, TimeoutError)  # what it is to be without it
        try:
            redis = Redis.from_url(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        except ValueError as error:
            raise SettingsError("DAOBAN_LIMITS_STORAGE 写得不对，要像 redis://127.0.0.1:6379/0") from error
        self._count = redis.register_script(COUNT)

    async def count(self, asked: Asked) -> Over | None:
        """Count each of them; the first that had enough already, if any."""
        keys = [item.key_for(whose) for item, whose in asked]
        numbers = [number for item, _ in asked for number in (item.amount, item.get_expiry())]
        which, wait = await self._count(keys, numbers)
        return (int(which) - 1, max(1, int(wait))) if which else None
