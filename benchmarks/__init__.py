"""How fast leadreturns is beside what a user would write instead. Nothing here is needed to run it."""
