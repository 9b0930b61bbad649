"""Online: a question becomes a short answer in which every sentence is quoted from a source."""
