# What the bot says by itself. Dates come as Discord's timestamps, which every reader sees in their own form; everything
# else that is put in is escaped before. Names begin with the room in bot/ that says them.

## Notices

notice-help =
    Ask me a question, and I look for the sentence of the archive that answers it: mention me with your question, reply to me, send it to me as a direct message, or use `/ask`.
notice-busy = Too many questions at once just now. Please ask again in a moment.
notice-too-slow = That took too long, so I stopped looking. Please ask again in a moment.
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
notice-no-period = Nothing is published from { $after } on and before { $before }. Swap the two dates?
notice-no-source = No article is from “{ $source }”. { $known ->
        [none] No article of this archive names its source.
       *[some] The sources are { $sources }.
    }
notice-too-often = You have asked a lot just now. You can ask again { $when }.
notice-server-too-often = A lot has been asked here just now. You can ask again { $when }.

## Answers

answer-question = Question: { $question }
answer-understood = Understood: { $what }.
answer-not-said = The archive does not say.
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
answer-read = Read

understood-respelled = “{ $words }” as “{ $meant }”
understood-of-day = articles of { $first } { $rank }
understood-between = articles from { $first } to { $last } { $rank }
understood-since = articles since { $first } { $rank }
understood-until = articles until { $last } { $rank }
understood-rank-first = first
understood-rank-only = only
understood-rank-none = (there are none)
understood-newest = the newest first
understood-going-on = as going on from “{ $question }”
understood-nothing-there = no article is of the dates and the source asked for
