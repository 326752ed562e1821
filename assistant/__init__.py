"""智能导办: tells enterprises which licences to cancel, where, with what, in which order.

The way of a message::

    people (web page)                                other programs
      │ words or a tapped choice     ▲ HTML            │ JSON     ▲
      ▼                              │                 ▼          │
    api/pages/chat.py ◀── render/html.py             api/chat.py ─┘
      │ text or payload              ▲ Turn: Cards, status, what is asked for
      ▼                              │
    dialogue.py    cleans; one message of a conversation at a time; talk_cards.py: about the conversation itself
      │            ▲ turnlog.py keeps turns, what each choice does, and what was told: the truth, Rasa's tracker a copy
      │ Exchange   │ Reactions: Cards        (Rasa away: alone.py runs the actions in their usual order)
      ▼            │
    rasa.py        bounded in time; tells a Rasa that missed a message where the conversation is
      │ HTTP       │
      ▼            │
    nlu/           Rasa 3.6 in its own Python 3.10, on loopback: what kind of thing was said,
      │            │ which action comes next; it says nothing itself, and no Card passes through it
      │ POST       │ ▲ slots (State)
      ▼            │ │
    api/rasa.py ─▶ actions/   one function per action: State and Said → Reaction
                     ├── retrieval/   what is meant?                        → Answer    → guide_card.py
                     ├── checklist/   what must they do, where, when?       → Checklist → checklist_card.py
                     └── issued.py    kept under a token: /c/{token}, on paper by render/notice.py
                   all of them read  knowledge/ ← the YAML folder ← editors, annex/ (Word and Excel tables)

Conversations, messages for the window (messages.py) and the codes that carry a conversation to another device
(handover.py) are kept for a time only, and less where their person says so: keeping.py.

Rasa decides, we speak: every sentence comes from the knowledge or from phrases.py. Rasa knows how people talk; which
licence is meant is found in the live knowledge, so an editor who adds one never trains Rasa. Imports run downward
only (pyproject.toml, `lint-imports`); only `api.app` and `cli` put the parts together.
"""
