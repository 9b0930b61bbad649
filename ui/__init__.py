"""The page: a client of the answering service like any other, over HTTP only."""
