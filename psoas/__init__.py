"""Psoas: an open engine for hip and low-back pain."""

from psoas.library import Library, load

__version__ = "0.1.0"
__all__ = ["Library", "__version__", "load"]
