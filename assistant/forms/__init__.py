"""Forms (参考表样): our own simple papers for a checklist, filled in from its profile once, blank where nothing is known.

`offered` says which forms a checklist needs, `words` what stands in them, `fill` puts the words into the Word templates
that the city edits in `knowledge/forms/`.
"""
