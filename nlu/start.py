"""Rasa's command line, started twice as fast: `python nlu/start.py run …` is `python -m rasa run …`.

Rasa's classifier loads skops, which on import searches every module loaded so far: 4 s once TensorFlow is there, 0.3 s
before it, so it comes first. Collecting garbage during 5,000 imports costs another second, so that waits until they are done.
Half of what Rasa then spends on a message it spends on finding out again what never changes: that is found out once.
"""

import functools
import gc
import os
import sys
import warnings

QUIET_AND_SMALL = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def find_out_once() -> None:
    """Keep two answers that Rasa 3.6 works out anew each time: the class of an event, and that a fixed schema is valid."""
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    schema = RemoteAction.action_response_format_spec()
    checker = validator_for(schema)
    checker.check_schema(schema)
    of_replies = checker(schema)

    def validate_action_result(self: RemoteAction, result: dict) -> bool:
        of_replies.validate(result)
        return True

    RemoteAction._validate_action_result = validate_action_result
    Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=None)(Event.resolve_by_type))


def main() -> None:
    """Load what Rasa will need in the order that is fast, then hand over to Rasa."""
    for name, value in QUIET_AND_SMALL.items():
        os.environ.setdefault(name, value)
    gc.disable()
    import sanic  # noqa: F401  (turns deprecation warnings on; the next line turns them off again)
    import skops.io  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import rasa.server  # noqa: F401
    from rasa.__main__ import main as rasa_main

    find_out_once()
    gc.freeze()
    gc.enable()
    rasa_main()


if __name__ == "__main__":
    sys.exit(main())
