"""The staff of the window: who they are, that it is them, what they did, and what only they may see."""
