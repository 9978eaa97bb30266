"""The web editor: pages, JSON API, media streaming and sign-in."""
