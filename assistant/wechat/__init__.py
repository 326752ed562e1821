"""WeChat (公众号): the same dialogue for those who write to the official account; what arrives, what is answered, when."""
