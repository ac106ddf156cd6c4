# What the bot says by itself. Dates come as Discord's timestamps, which every reader sees in their own form; everything
# else that is put in is escaped before. Names begin with the room in bot/ that says them.

## Notices

notice-help =
    Ask me a question, and I look for the sentence of the archive that answers it: mention me with your question, reply to me, send it to me as a direct message, or use `/ask`.
notice-busy = Too many questions at once just now. Please ask again in a moment.
notice-too-slow = That took too long, so I stopped looking. Please ask again in a moment.
notice-unreachable = The archive is unreachable at the moment. Please try again in a minute.
notice-no-index = The archive has not been indexed yet. Whoever runs this bot needs to build the index first.
notice-restarting = I am being restarted. Please ask again in a minute.
notice-outdated = This command has changed. Please reload Discord and try again.
notice-apology = Sorry, something went wrong on my side. It has been noted for whoever runs this bot.
notice-too-long =
    { $length ->
        [one] That question has { $length } character
       *[other] That question has { $length } characters
    }; I read up to { $longest }. Please ask it shorter.
notice-no-word = There is no word in this question; ask something.
notice-no-word-to-find = A search needs at least one word to find, as in: `"new bridge" -tunnel`
notice-no-date = “{ $text }” is no date; write it as `2025-05-01`, `2025-05`, `2025`, or how long ago: `7d`, `2w`, `3mo`, `1y`.
notice-no-period = Nothing is published from { $after } on and before { $before }: the second date must be later.
notice-no-source = No article is from “{ $source }”. { $known ->
        [none] No article of this archive names its source.
       *[some] The sources are { $sources }.
    }
notice-too-often = You have asked a lot just now. You can ask again { $when }.
notice-server-too-often = A lot has been asked here just now. You can ask again { $when }.

## Answers

answer-quoted = “{ $text }”
answer-question = Question: { $question }
answer-understood = Understood: { $what }.
answer-not-said = The archive does not say.
answer-perhaps = This may answer it, but that is not certain:
answer-nearest = What comes nearest:
answer-older = Older reports say otherwise:
answer-further = Also in the archive:
answer-also-in = Also in: { $articles }
answer-untitled = Without a title
answer-almost-certain = Almost certainly the answer.
answer-very-likely = Very likely the answer.
answer-likely = Likely the answer.
answer-possible = Possibly the answer.
answer-covers = The archive covers { $first } to { $last }.
answer-open = Open

understood-respelled = “{ $words }” as “{ $meant }”
understood-of-day = articles of { $first } { $rank }
understood-between = articles from { $first } to { $last } { $rank }
understood-since = articles since { $first } { $rank }
understood-until = articles until { $last } { $rank }
understood-rank-first = first
understood-rank-only = only
understood-rank-none = (there are none)
understood-newest = the newest first
understood-going-on = it goes on from “{ $question }”
understood-nothing-there = no article is of the dates and the source asked for

## Buttons and selects

button-context = Context
button-more-context = More context
button-read = Read article
button-more = More quotes
button-similar = Similar articles
button-share = Share
button-helpful = Helpful
button-not-helpful = Not helpful
button-first = First
button-previous = Previous
button-next = Next
button-last = Last
button-jump = Page …
button-export = Give me all of it
button-delete = Delete it
button-build = Re-index
button-build-all-the-same = Re-index all the same
button-cancel = Cancel
button-remove = Remove
select-open = Open an article

read-gone = This article is no longer in the archive.
read-changed = This article has changed since it was shown; what led here is no longer in it.
read-page = Page { $page } of { $pages }
more-heading = More quotes
similar-heading = Articles like { $title }
similar-none = The archive has no other article like this one.
share-by = Shared by { $member }
share-not-here = Here only you see what I send: I may not write in this channel.
vote-thanks = Thank you. Whoever runs this bot sees how often answers help.
vote-title = What was wrong?
vote-question = What would have helped you?
vote-optional = Optional. It is kept with your vote; write nothing personal.
jump-title = Which page?
jump-question = Number of the page
jump-no-number = That is no number of a page.

## Search

search-heading = Articles for “{ $query }”
search-nearest = Nothing matches well; these articles come nearest.
search-nothing = Nothing in the archive matches “{ $query }”.
coverage-heading = What the archive has on this message
coverage-nothing = The archive has nothing on this message.
article-none = No article has a title like “{ $title }”.
timeline-heading = When the archive speaks of “{ $topic }”
timeline-nothing = No dated article of the archive speaks of “{ $topic }”.
timeline-undated =
    { $articles ->
        [one] { $articles } article without a date is left out.
       *[other] { $articles } articles without a date are left out.
    }

## The picture of a timeline

picture-day = { $day } { $month } { $year }
picture-short-day = { $day } { $month }
picture-per-week = Articles per week
picture-per-month = Articles per month
picture-per-year = Articles per year
picture-total = { $number } in all
picture-undated = { $number } without a date left out
picture-nothing = No article with a date speaks of it.
picture-about = Bar chart: articles that speak of “{ $topic }”.
picture-span = { $caption }, from { $first } to { $last }: { $total }.
picture-week = week of { $day }
picture-peaks = Peaks: { $peaks }.
picture-peak = { $time } ({ $number }), “{ $headline }”

## Help

help-heading = I answer with the archive's own words
help-ways =
    - `/ask` a question, mention me, reply to me or write me a direct message: I quote the sentence that answers.
    - Reply to an answer to go on from there: “and who paid for it?”
    - Name a time if you like: “in May 2024”, “last week”, “latest”.
    - `/search` finds articles, `/article` opens one, `/timeline` draws when a topic was in the news.
    - *Apps → Find coverage* on any message shows what the archive has on it.
help-archive =
    { $articles ->
        [one] The archive has { $articles } article, from { $first } to { $last }.
       *[other] The archive has { $articles } articles, from { $first } to { $last }.
    }
help-archive-undated =
    { $articles ->
        [one] The archive has { $articles } article.
       *[other] The archive has { $articles } articles.
    }
help-try = Try one of these

## Channels

channel-not-allowed = Only members who may manage this server can set that.
channel-no-content =
    I cannot do that here: without a mention, Discord does not show me what members write. Whoever runs this bot would have to turn on its message content intent and `discord.read_messages`.
channel-mentions = In { $channel } I answer when I am mentioned.
channel-nothing = In { $channel } I no longer answer messages. Commands work there, but only who uses one sees the answer.
channel-no-permission = I cannot answer in { $channel }: I may not see it or write there.
channel-everything = In { $channel } I answer every message; in a forum, every new post.
channel-threads = In the threads of { $channel } I answer every message.

## Privacy

privacy-heading = What is kept
privacy-rules =
    - **Votes**: on which answer, for or against, and the reason, if you give one.
    - **Answers**: for 30 days the ids of your message and of my answer to it, so that it changes when you edit yours.
    - **Admins**: what they do to the archive.
    What I quote, and the words you search for, are kept nowhere. To go on from your last question I remember it for half an hour, in memory alone.
privacy-questions-not-kept = Questions are **not kept** here.
privacy-questions-kept =
    { $days ->
        [one] The admins of this server have turned on that questions are **kept for { $days } day**, to see what the archive lacks.
       *[other] The admins of this server have turned on that questions are **kept for { $days } days**, to see what the archive lacks.
    }
privacy-of-you =
    Of you I keep { $questions ->
        [one] { $questions } question
       *[other] { $questions } questions
    }, { $votes ->
        [one] { $votes } vote
       *[other] { $votes } votes
    } and { $actions ->
        [one] { $actions } admin action
       *[other] { $actions } admin actions
    }.
privacy-ask =
    ### Delete it?
    All questions and votes of yours that are kept, in every server. They cannot be brought back.
privacy-not-yours = Only the member whose it is can delete it.
privacy-deleted = Your questions and votes are deleted, in every server. What you did as an admin stays in the log of that server until the bot has left it.
privacy-file = This is all that is kept of you:
privacy-partly = Some parts of the bot could not be reached: they may keep more of you. Try again later.
privacy-deleted-partly = Your questions and votes are deleted where parts of the bot could be reached, but not all could. Use `/privacy` again later to delete the rest.

## Keeping the archive

archive-not-allowed = Only members who may manage this server, or who have the role that they named for it, can do that.
archive-status = The archive
archive-counts =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }, { $sentences } sentences that can be quoted.
archive-built = Built { $when }: { $added } added, { $changed } changed, { $removed } removed.
archive-is-shared = This server is answered from the archive that all servers share; it has none of its own yet. `/archive add` begins one.
archive-is-kept = The admins of this server keep this archive.
archive-disk = Generation { $current } is current; kept: { $generations } (`/archive rollback` goes back to one). On disk { $used } MB, free { $free } MB.
archive-held = After going back nothing is indexed by itself until one of you re-indexes.
archive-log = What admins did
archive-log-empty = Nothing yet.
archive-role-set = Members with the role { $role } may now keep the archive, beside those who may manage the server. For them to see `/archive`, allow the role to use it under *Server Settings → Integrations*.
archive-role-none = Only those who may manage the server may keep the archive now.
archive-role-everyone = That is everyone; name a role that only those have who are to keep the archive.
archive-questions-kept =
    { $days ->
        [one] Questions asked in this server are kept for { $days } day from now on. `/privacy` tells members so.
       *[other] Questions asked in this server are kept for { $days } days from now on. `/privacy` tells members so.
    }
archive-questions-not-kept = Questions are no longer kept; those that were are deleted.
archive-gaps = What members asked and the archive does not say
archive-gaps-none = Nothing: every question that was kept was answered.
archive-gaps-off = Questions are not kept in this server, so nobody knows. `/archive questions` turns that on.
archive-exported = The articles as JSON Lines, compressed with gzip. `pullquote build` reads them again.
archive-export-too-large = The articles take more than { $megabytes } MB, which is all that Discord takes from me. Whoever runs this bot can use `pullquote export`.
archive-export-running = An export for this server is under way; it appears where it was asked for.
archive-no-generation = There is no such generation to go back to. `/archive status` lists those that are kept.
archive-rolled-back = Generation { $generation } is current again. Questions are answered from it in a few seconds. Nothing is indexed by itself until somebody starts a re-index.
action-reindex = started a re-index
action-shrink = re-indexed although { $detail } articles were lost
action-cancel = stopped a re-index
action-rollback = went back to generation { $detail }
action-role = set the role that keeps the archive: { $detail }
action-questions =
    { $detail ->
        [0] no longer keeps questions
        [one] keeps questions for { $detail } day
       *[other] keeps questions for { $detail } days
    }
action-export = took the articles along

build-plan = What a re-index would do
build-changes = Articles: { $added } to add, { $changed } to change, { $removed } to remove; { $unchanged } stay as they are.
build-changed = Articles: { $added } added, { $changed } changed, { $removed } removed; { $unchanged } as they were.
build-own = This server now has an archive of its own: the shared one, with what you add and without what you remove. { $articles } articles. Other servers see nothing of it.
build-added = To add
build-modified = To change
build-removed = To remove
build-skipped =
    { $files ->
        [one] { $files } file or line could not be read.
       *[other] { $files } files or lines could not be read.
    }
build-skipped-why = `/archive status` says which and why.
build-nothing = Nothing has changed.
build-shrinking = **{ $lost } of { $articles } articles would be lost.** If a folder is missing, bring it back first.
build-running = Re-indexing
build-reading = reading articles
build-cutting = cutting passages
build-copying = copying passages that stayed
build-loading = loading the model
build-embedding = embedding passages
build-words = indexing words
build-vectors = indexing vectors
build-writing = writing the index
build-filling = filling the server that searches
build-waiting = Waiting for the server that searches
build-server = indexing on the server
build-rate = { $rate } a second
build-left = { $seconds } s left
build-done =
    { $seconds ->
        [one] Re-indexed in { $seconds } second
       *[other] Re-indexed in { $seconds } seconds
    }
build-goes-on = The re-index goes on; Discord lets me show it here for a quarter of an hour. `/archive reindex` shows it again.
build-cancelled = Stopped. The archive is as it was before.
build-not-running = No re-index is running.
build-other = Another build of this archive is running. Try again when it is done.
build-disk-full = There is no room on the disk. The archive is as it was before; whoever runs this bot has to make room.
build-no-articles = There is no article to index: the folder is missing or empty. The archive is as it was before.
build-no-index = The index cannot be written. The archive is as it was before; whoever runs this bot has to look.
build-stalled = The build said nothing for a long time and was ended. The archive is as it was before; try again, and tell whoever runs this bot if it happens again.
build-failed = That failed. The archive is as it was before; the log has more for whoever runs this bot.

skipped-other = cannot be read; the log has more for whoever runs this bot
skipped-empty = empty
skipped-format = not a kind of file that holds articles
skipped-encoding = its letters cannot be told; save it as UTF-8
skipped-binary = not a text
skipped-too-large = larger than { $detail } MB; hand it in in parts
skipped-too-many = more than { $detail } pages or files; hand it in in parts
skipped-unpacked = unpacks to too much; save it anew, or in parts
skipped-too-long = takes too long to read; save it anew, or in parts
skipped-locked = locked with a password; save it without one
skipped-damaged = damaged; open it and save it anew
skipped-no-text = no text in it
skipped-pictures = only pictures of pages; have its text recognized (OCR) first
skipped-link = a link to somewhere else
skipped-hidden = hidden
skipped-name = a name that no file should have; rename it
skipped-zip = a ZIP inside a ZIP; hand it in by itself
skipped-closed = cannot be opened
skipped-line = no article; it needs a “text”
skipped-lines = { $detail } more lines like these
skipped-double = another one has the same name
skipped-place = no articles of it yet: it cannot be read
skipped-room = no room for it: a server may add { $detail } MB
skipped-unfetched = could not be fetched from Discord; send it again

shelf-nothing = Name a file or an address to add. Files: { $kinds }.
shelf-added =
    { $articles ->
        [0] No article was found in that
        [one] { $articles } article added
       *[other] { $articles } articles added
    }
shelf-known =
    { $articles ->
        [one] It was there already, unchanged
       *[other] { $articles } articles were there already, unchanged
    }
shelf-source-added =
    { $kind ->
        [feed] { $articles ->
            [one] Added the feed **{ $source }**, which has { $articles } article now and is visited regularly.
           *[other] Added the feed **{ $source }**, which has { $articles } articles now and is visited regularly.
        }
       *[page] Added the page **{ $source }**, which is looked at again once a day.
    }
shelf-no-source = Nothing that can be read is at { $address }, or it is a source already.
shelf-too-many = A server may add { $most } feeds and pages; remove one first.
shelf-sources = Where the articles come from, besides the folder
shelf-sources-none = From nowhere else. `/archive add` adds a file, a page or a feed; folders are added by whoever runs this bot.
shelf-kind-folder = folder
shelf-kind-feed = feed
shelf-kind-page = page
shelf-articles =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }
shelf-visited = visited { $when }
shelf-paused = paused
shelf-failed = the last visit failed; it is tried again
shelf-no-such-source = There is no source “{ $source }”. `/archive sources list` shows them all.
shelf-remove = Remove this article?
shelf-remove-kept = For 30 days `/archive restore` brings it back.
shelf-not-in-bin = That is not in the bin.
fetch-address = “{ $address }” is no address of a web page; write it as `https://example.org/news`.
fetch-forbidden = { $address } leads into a private network or to another service than the web. I do not go there.
fetch-unknown-host = No host of that name is known: { $address }. Check the spelling.
fetch-unreachable = { $address } cannot be reached. Try again later.
fetch-certificate = { $address } has no valid certificate.
fetch-slow = { $address } did not answer in time. Try again later.
fetch-large = { $address } is larger than { $detail } MB.
fetch-kind = { $address } is nothing that I can read ({ $detail }).
fetch-status = { $address } answers with status { $detail }. Check the address in a browser.
fetch-busy = { $address } asks to come back later.
fetch-robots = { $address } must not be read by programs, says the site. Ask its owner.
fetch-redirects = { $address } leads from one address to another without an end.
fetch-insecure = { $address } is not encrypted any more where it leads from an encrypted one.
fetch-broken = { $address } gives an answer that cannot be understood.
action-add = added { $detail }
action-remove = removed “{ $detail }”
action-restore = brought back “{ $detail }”
action-pause = paused the source { $detail }
action-resume = went on with the source { $detail }
action-drop = removed the source { $detail }

## Commands: names and options are one word in lower case, descriptions have up to 100 characters

command-ask = ask
command-ask-description = Find the sentence of the archive that answers your question
command-search = search
command-search-description = Find articles by words and by meaning
command-article = article
command-article-description = Open an article and read it here
command-timeline = timeline
command-timeline-description = See when a topic was in the news
command-help = help
command-help-description = What you can ask, with questions to try
command-channel = channel
command-channel-description = Set where I answer although nobody mentions me
command-privacy = privacy
command-privacy-description = What is kept of you; take it along or delete it
command-archive = archive
command-archive-description = Look after the archive of this server
command-archive-status = status
command-archive-status-description = What the archive holds, and how it is
command-archive-reindex = reindex
command-archive-reindex-description = Bring the archive up to date: first what would change
command-archive-rollback = rollback
command-archive-rollback-description = Go back to an earlier generation of the index
command-archive-export = export
command-archive-export-description = All articles as a file
command-archive-gaps = gaps
command-archive-gaps-description = What members asked and the archive does not say
command-archive-log = log
command-archive-log-description = What admins did
command-archive-role = role
command-archive-role-description = Who may keep the archive beside those who manage the server
command-archive-questions = questions
command-archive-questions-description = Keep the questions of members for so many days; 0: not at all
command-archive-add = add
command-archive-add-description = Add files, or the page or feed at an address
command-archive-remove = remove
command-archive-remove-description = Take an article out; it can be brought back for 30 days
command-archive-restore = restore
command-archive-restore-description = Bring back an article that was removed
command-archive-sources = sources
command-archive-sources-description = Where the articles come from, besides the folder
command-archive-sources-list = list
command-archive-sources-list-description = All feeds, pages and folders, and when they were visited
command-archive-sources-pause = pause
command-archive-sources-pause-description = Leave the articles of a source as they are
command-archive-sources-resume = resume
command-archive-sources-resume-description = Visit a paused source again
command-archive-sources-drop = remove
command-archive-sources-drop-description = Take a source and its articles out of the archive
command-coverage = Find coverage
option-question = question
option-question-description = What you would like to know from the archive
option-query = query
option-query-description = Words, "an exact phrase", -word to exclude
option-topic = topic
option-topic-description = Words, or "an exact phrase"
option-title = title
option-title-description = Begin to type, and choose
option-after = after
option-after-description = Published on or after: 2025-05-01, 2025-05, 2025, or 7d, 2w, 3mo ago
option-before = before
option-before-description = Published before: 2025-05-01, 2025-05, 2025, or 7d, 2w, 3mo ago
option-source = source
option-source-description = Only articles from this source
option-sort = sort
option-sort-description = What comes first
option-private = private
option-private-description = Whether only you see it
option-look = look
option-look-description = Colours of the picture
option-answers = answers
option-answers-description = What I answer in this channel
option-generation = generation
option-generation-description = Its number; without one, the generation before the current one
option-role = role
option-role-description = Whose members may keep the archive; without one, nobody beside who manages the server
option-days = days
option-days-description = From 0 to 365
option-file = file
option-file-description = A file, or a ZIP of many
option-file2 = file2
option-file2-description = Another one
option-file3 = file3
option-file3-description = A third one
option-address = address
option-address-description = https://… of a page, or of an RSS or Atom feed
option-article = article
option-article-description = Begin to type its title, and choose
option-removed = removed
option-removed-description = Begin to type its title, and choose
option-name = name
option-name-description = As the list shows it
sort-relevance = best match
sort-newest = newest
sort-oldest = oldest
look-dark = dark
look-light = light
mode-mentions = when I am mentioned
mode-nothing = nothing; who uses a command sees the answer alone
mode-everything = every message, and every new post of a forum
mode-threads = every message in its threads
