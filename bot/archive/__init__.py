"""`/archive`, and the archives behind it.

`command` is the group of commands; those that put in and take out are in `shelving`, and what they do to a `shelf` of
files, sources and removed articles. `reindex` is a build as admins see it, `messages` all else that they are shown,
`gaps` what members asked in vain. `register` knows which guild has which archive, `builder` runs the process that
builds one, and `schedule` keeps all of them up to date.
"""
