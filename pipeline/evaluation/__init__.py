"""How good it is, in figures: retrieval, captions, sentences, and what people marked."""
