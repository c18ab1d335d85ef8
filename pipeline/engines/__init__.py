"""Who answers a judgement, and the ledger of calls. The local engine is the stages themselves and makes no call."""

from pipeline.engines.ledger import ModelCall, total_cost

__all__ = ["ModelCall", "total_cost"]
