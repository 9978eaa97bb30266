"""What is learnt from data of others or of our own, and how; nothing here runs in a search."""
