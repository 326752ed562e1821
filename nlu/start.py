"""Rasa's command line, started faster and smaller: `python nlu/start.py run …` is `python -m rasa run …`.

Rasa loads TensorFlow for classifiers and policies of which nlu/config.yml has none: left out of `run`, which then holds
less than half the memory. For the other commands skops, which on import searches every module loaded so far (4 s once
TensorFlow is there, 0.3 s before it), comes first. Collecting garbage during so many imports costs a second, so that waits.
Half of what Rasa then spends on a message it spends on what nobody reads and on living through the whole conversation again:
the one is left out, the other begins from where the conversation stands.
Its port opens once a first message was understood: nobody waits for dictionaries to load, or asks a Rasa without a model.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import sys
import types
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from rasa.core.agent import Agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker
    from sanic import Sanic

NO_MODEL = "对话模型读不出来（原因看上面），先不经过 Rasa 答；换一份好的，它自己会好：make train。"
QUIET_AND_SMALL = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PGOPTIONS": "-c synchronous_commit=off",  # Rasa's is a copy: what a power cut takes of it, it is told anew
}
# What Rasa loads whatever its model is made of, and what is asked of it; only training with TensorFlow does more with it.
OF_TENSORFLOW = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.utils.tensorflow.environment": ("setup_tf_environment", "check_deterministic_ops"),
    # what may be trained; a model names its own, and with them one that checks that these are used well
    "rasa.engine.recipes.default_components": ("DEFAULT_COMPONENTS",),
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
}
MESSAGE = "message"  # the kind of all our rows in Rasa's table of events


def leave_out_tensorflow() -> None:
    """Let Rasa find something empty where it would load TensorFlow."""
    for name, asked_for in OF_TENSORFLOW.items():
        module = types.ModuleType(name)
        vars(module).update(dict.fromkeys(asked_for, types.SimpleNamespace))
        sys.modules[name] = module


def leave_out() -> None:
    """Leave out what nobody reads: all events so far in a call of our actions, copies for debug logs, checks of our replies."""
    import rasa.core.actions.forms
    import rasa.core.policies.rule_policy
    import rasa.core.processor
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    def action_call_format(self: RemoteAction, tracker: DialogueStateTracker, _domain: Domain) -> dict:
        said = tracker.latest_message
        message = {"text": said.text, "intent": said.intent, "metadata": said.metadata} if said else None
        told = {"slots": tracker.current_slot_values(), "latest_message": message}
        return {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": told}

    RemoteAction._action_call_format = action_call_format
    RemoteAction._validate_action_result = lambda _self, _result: True
    Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))
    for module in (rasa.core.processor, rasa.core.actions.forms, rasa.core.policies.rule_policy):
        module.copy = types.SimpleNamespace(deepcopy=lambda what: what)  # they copy for their logs alone


def remember_where_it_stands() -> None:
    """Let each message begin from where its conversation stands, in one row of its own, not from all that was ever said.

    Rasa as it is reads every event of a conversation at every message, replays them several times, and writes a row for each.
    """
    from rasa.core.tracker_store import SQLTrackerStore
    from rasa.shared.core import events
    from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
    from rasa.shared.core.trackers import DialogueStateTracker
    from sqlalchemy import select

    table = SQLTrackerStore.SQLEvent.__table__

    def standing(tracker: DialogueStateTracker) -> list:
        slots = ((name, value) for name, value in tracker.current_slot_values().items() if value is not None)
        return [
            events.ActionExecuted(ACTION_SESSION_START_NAME),
            events.SessionStarted(),
            *(events.SlotSet(name, value) for name, value in slots),
            events.ActiveLoop(tracker.active_loop_name),
            events.ActionExecuted(ACTION_LISTEN_NAME),
        ]

    async def save(self: SQLTrackerStore, tracker: DialogueStateTracker) -> None:
        happened = list(tracker.events)[getattr(tracker, "kept", 0) :]
        if not happened:
            return
        parts = {"standing": standing(tracker), "happened": happened}
        row = {
            "sender_id": tracker.sender_id,
            "type_name": MESSAGE,
            "timestamp": happened[-1].timestamp,
            "data": json.dumps({name: [event.as_dict() for event in part] for name, part in parts.items()}),
        }
        with self.engine.begin() as connection:
            connection.execute(table.insert().values(row))
        tracker.kept = len(tracker.events)

    async def retrieve(
        self: SQLTrackerStore, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        ours = select(table.c.data).where(table.c.sender_id == sender_id, table.c.type_name == MESSAGE)
        last = ours.order_by(table.c.id.desc()).limit(1)
        with self.engine.connect() as connection:
            rows = connection.execute(ours.order_by(table.c.id) if fetch_events_from_all_sessions else last).all()
        part = "happened" if fetch_events_from_all_sessions else "standing"
        told = [event for (data,) in rows for event in json.loads(data)[part]]
        tracker = DialogueStateTracker.from_dict(sender_id, told, self.domain.slots)
        tracker.kept = len(told)
        return tracker if told else None

    SQLTrackerStore.save, SQLTrackerStore._retrieve = save, retrieve


def wait_for_no_disk() -> None:
    """Let SQLite keep Rasa's copy without waiting for the disk at each message, as PGOPTIONS has it for PostgreSQL."""
    import sqlite3

    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=NORMAL")


def understand_before_listening() -> None:
    """Let Rasa end where it finds no model, so that it is started again, and understand a message before others come."""
    from rasa.core import run

    load = run.load_agent_on_start

    async def load_and_try(
        model: str, endpoints: AvailableEndpoints, storage: str | None, app: Sanic, loop: AbstractEventLoop
    ) -> Agent:
        agent = await load(model, endpoints, storage, app, loop)
        if not agent.is_ready():
            print(NO_MODEL, flush=True)
            os._exit(1)  # sys.exit would be told with two traces
        await agent.parse_message("饭店不干了")
        return agent

    run.load_agent_on_start = load_and_try


def main() -> None:
    """Load what Rasa will need in the order that is fast, then hand over to Rasa."""
    for name, value in QUIET_AND_SMALL.items():
        os.environ.setdefault(name, value)
    gc.disable()
    import sanic  # noqa: F401  (turns deprecation warnings on; the next line turns them off again)
    import skops.io  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    sys.modules["jax"] = None  # where it is, TensorFlow loads it to convert models for telephones: 60 MB
    if sys.argv[1:2] == ["run"]:  # training registers everything that may be trained
        leave_out_tensorflow()
    import rasa.server  # noqa: F401
    from rasa.__main__ import main as rasa_main

    del sys.modules["jax"]
    leave_out()
    remember_where_it_stands()
    wait_for_no_disk()
    understand_before_listening()
    gc.freeze()
    gc.enable()
    rasa_main()


if __name__ == "__main__":
    sys.exit(main())
