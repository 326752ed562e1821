"""The types editors write: Chinese keys on disk, English names in code.

Every file under `knowledge/` is one of these models. They are frozen and forbid unknown keys, so a
mistyped key is an error with its place, never silently ignored.
"""

from assistant.knowledge.model.catalogue import (
    Catalogue,
    Contact,
    DemoOverlay,
    Department,
    LicenceItem,
    LocalRule,
    Region,
    ServiceWindow,
    Topic,
)
from assistant.knowledge.model.guide import (
    Guide,
    Limit,
    Material,
    OnlyIf,
    OtherAct,
    Question,
    SharedMaterial,
    Step,
)
from assistant.knowledge.model.holiday import HolidayYear
from assistant.knowledge.model.lexicon import (
    Act,
    ConfusionGroup,
    Industry,
    Option,
    Redirect,
    Unlisted,
)
from assistant.knowledge.model.procedure import (
    EnterpriseType,
    General,
    Period,
    Procedure,
    ProcedureStep,
    Situation,
)
from assistant.knowledge.model.written import (
    Fact,
    Facts,
    ProxyTier,
    Source,
    State,
    Text,
    Texts,
    Written,
)

__all__ = [
    "Act",
    "Catalogue",
    "ConfusionGroup",
    "Contact",
    "DemoOverlay",
    "Department",
    "EnterpriseType",
    "Fact",
    "Facts",
    "General",
    "Guide",
    "HolidayYear",
    "Industry",
    "LicenceItem",
    "Limit",
    "LocalRule",
    "Material",
    "OnlyIf",
    "Option",
    "OtherAct",
    "Period",
    "Procedure",
    "ProcedureStep",
    "ProxyTier",
    "Question",
    "Redirect",
    "Region",
    "ServiceWindow",
    "SharedMaterial",
    "Situation",
    "Source",
    "State",
    "Step",
    "Text",
    "Texts",
    "Topic",
    "Unlisted",
    "Written",
]
