"""`/archive`, and the archives behind it: `command` is the group of commands, `shelf` what puts in and takes out,
`reindex` a build as admins see it, `register` which guild has which archive, `builder` the process that builds,
`schedule` what is done by itself, and `gaps` what members asked in vain."""
