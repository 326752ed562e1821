"""What anyone can measure again: our way of finding beside others', and how it bears a million passages."""
