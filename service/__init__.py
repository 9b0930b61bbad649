"""Online: a question becomes a short answer in which every sentence is quoted from a source."""

VERSION = "0.1.0"
