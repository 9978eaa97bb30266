"""Values and rules that need no I/O."""
