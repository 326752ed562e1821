"""The editors' desk (编辑台): a draft, what it changes, a second pair of eyes, the publication, the way back."""
