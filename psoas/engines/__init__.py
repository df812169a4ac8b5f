"""Other readings of the same expressions: SQL text for many people, formulas for proofs."""
