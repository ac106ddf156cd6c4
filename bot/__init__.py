"""Discord and the console: an `Answer` becomes a message. The subject itself is in `index`.

`run.serve` is the way in; it starts `client`, whose cog `ask` hands every question to the `desk`, which gives back
what `messages` or `notices` made. Nothing is imported here, so that commands without Discord start without it.
"""
