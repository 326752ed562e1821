"""Many passages in one index of words and meaning: flat while small, tantivy and clustered FAISS when large."""
