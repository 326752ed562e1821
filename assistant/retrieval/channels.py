"""The channels: what is looked at in a question, for every entry, and for "none of them"."""

CHANNELS = (
    "characters",  # BM25 as a share of the weight of the question
    "characters_best",  # ... as a share of the best entry's
    "characters_much",  # ... as it is
    "likely",  # how much likelier the question is about this entry than by chance, by its characters
    "likely_sounds",  # ... by its sounds
    "likely_best",  # ... beside the likeliest entry
    "words",
    "sounds",
    "sounds_best",
    "initials",
    "name_said",  # how much of a name is said
    "scope_said",
    "paper_said",  # how much of what the named licence is of stands in the names and the scope
    "near_name",  # likeness in meaning
    "near_scope",
    "near_best",  # ... of a name or a question
    "near_asked",
    "asked",  # BM25 over the questions, as "characters"
    "near_beside_best",  # near_name beside the best entry's
    "mentioned",
    "mentioned_alone",
    "mention_length",
    "mention_weight",
    "mentioned_by_sound",
    "mention_of_topic_beside_item",
    "denied",
    "scope_word",
    "trade",
    "department",
    "sign",
    "act_topic",
    "registry",  # a step of leaving the market: registration, tax, bank, seal …
    "registry_item_named",
    "registry_item_hinted",
    "bundle",  # one trade, all its licences
    "bundle_item_named",
    "bundle_asked",
    "concept",  # a question about leaving as such: consequences, order, loss of papers …
    "concept_item_named",
    "concept_item_hinted",
    "unlisted",
    "redirect",
    "redirect_word",
    "redirect_ours",
    "redirect_wrong_act",
    "bare",
    "bare_generic",  # nothing is left of the question but papers and businesses as such
    "bare_named",
    "bare_hinted",
    "vague",
    "vague_named",
    "several",
    "several_parts",  # how many parts speak of a paper
    "several_meant",  # 都, 一起, 两个证
    "several_named",  # how many things are named beyond doubt
    "elsewhere",
    "elsewhere_ours",
    "elsewhere_named",
)
BY_THEMSELVES = frozenset({"words", "asked"})  # nothing is made of these but what they weigh
NONE_CHANNELS = (
    "bias",
    "best_near",
    "best_characters",
    "best_name_said",
    "best_likely",
    "any_mention",
    "mention_share",
    "ours",
    "other_act",
    "length",
    "paper_named",  # a licence noun is said, with what it is of
    "paper_unknown",  # ... and how much of that no entry has
)
