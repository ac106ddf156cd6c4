"""Several processes of one bot, on one machine or on several.

`shards` says which servers a process serves, `register` who is there on a machine and who leads, `windows` how often
members asked in all of them, `members` what machines tell each other of one.
"""
