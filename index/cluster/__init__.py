"""A build whose passages are read by the machines of a Ray cluster.

`embedder` is what the build sees of it; `driver` the process that talks to Ray; `worker` what runs on the machines.
"""
