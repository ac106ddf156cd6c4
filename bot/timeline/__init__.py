"""`/timeline`: `command` asks the archive and sends; `picture` draws, with headlines where `labels` finds them a place;
`wording` says the same in words. What is counted and what stands out is in `index.timeline`."""
