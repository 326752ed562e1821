"""How the shipped sentence encoder is made: taken by hash, converted, fine-tuned, measured, exported."""
