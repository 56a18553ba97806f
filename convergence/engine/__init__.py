"""The judging of convergence: SQL files in, findings and figures out (docs/architecture.md)."""

from convergence.engine.run import Judged, Scope, judge

__all__ = ["Judged", "Scope", "judge"]
