"""The web app: an edge over the core. A route parses, calls one core function, renders."""
