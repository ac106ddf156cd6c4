"""Discord and the console: an `Answer` becomes a message. The subject itself is in `index`.

`run.serve` is the way in; it starts `client`, whose cogs (`ask`, `searching`, `guide`, `timeline`, `admin`, `archive`,
`privacy`) hand what members want to the `desk`, which gives back what `messages`, `reading` and `notices` made from the
archive that `archive.register` knows for their server. What is below messages is made in `controls` and done in
`pressed`; `sending` brings messages out. Admins keep archives by what is in `archive`. Whoever runs it has `logs`,
`health`, `metrics`, `backup` and `votes`. Nothing is imported here, so that commands without Discord start without it.
"""
