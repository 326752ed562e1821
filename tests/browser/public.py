"""The pages that anybody may open, by their addresses."""

PUBLIC = (
    "/",
    "/told",
    "/handover",
    "/on",
    "/message",
    "/new",
    "/guides",
    "/guides?by=letter",
    "/guides?by=industry",
    "/guides/shipin",
    "/guides/yancao?region=shilixian",
    "/guides/meiyou",
    "/form",
    "/form?licence=shipin",
    "/c/by-code",
    "/wrong?guide=shipin",
    "/progress",
    "/privacy",
)
