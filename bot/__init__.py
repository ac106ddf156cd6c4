"""Discord and the console: an `Answer` becomes a message. The subject itself is in `index`."""
