# Was der Bot von sich aus sagt. Daten kommen als Zeitmarken von Discord, die alle in ihrer eigenen Form sehen; alles
# andere, was eingesetzt wird, ist vorher maskiert. Namen beginnen mit dem Raum in bot/, der sie sagt.

## Hinweise

notice-help =
    Stell mir eine Frage, und ich suche im Archiv den Satz, der sie beantwortet: Erwähne mich mit deiner Frage, antworte mir, schick sie mir als Direktnachricht oder nutze `/fragen`.
notice-busy = Gerade kommen zu viele Fragen auf einmal. Bitte frag gleich noch einmal.
notice-too-slow = Das hat zu lange gedauert, darum habe ich die Suche abgebrochen. Bitte frag gleich noch einmal.
notice-no-index = Das Archiv hat noch keinen Index. Wer diesen Bot betreibt, muss ihn zuerst erstellen.
notice-restarting = Ich werde gerade neu gestartet. Bitte frag in einer Minute noch einmal.
notice-outdated = Dieser Befehl hat sich geändert. Bitte lade Discord neu und versuch es noch einmal.
notice-apology = Entschuldige, bei mir ist etwas schiefgegangen. Wer diesen Bot betreibt, findet den Fehler im Protokoll.
notice-too-long =
    { $length ->
        [one] Deine Frage hat { $length } Zeichen
       *[other] Deine Frage hat { $length } Zeichen
    }; ich lese bis zu { $longest }. Bitte fass sie kürzer.
notice-no-word = In dieser Frage steht kein Wort. Frag mich etwas.
notice-no-word-to-find = Eine Suche braucht mindestens ein Wort, zum Beispiel: `"neue Brücke" -Tunnel`
notice-no-date = „{ $text }“ ist kein Datum. Schreib es als `2025-05-01`, `2025-05`, `2025` oder wie lange es her ist: `7d` (7 Tage), `2w` (2 Wochen), `3mo` (3 Monate), `1y` (1 Jahr).
notice-no-period = Ab { $after } und vor { $before } ist nichts erschienen: Das zweite Datum muss später sein.
notice-no-source = Kein Artikel stammt von „{ $source }“. { $known ->
        [none] Kein Artikel dieses Archivs nennt seine Quelle.
       *[some] Diese Quellen gibt es: { $sources }.
    }
notice-too-often = Du hast gerade viel gefragt. Du kannst { $when } wieder fragen.
notice-server-too-often = Hier wurde gerade viel gefragt. Du kannst { $when } wieder fragen.

## Antworten

answer-quoted = „{ $text }“
answer-question = Frage: { $question }
answer-understood = Verstanden: { $what }.
answer-not-said = Das Archiv sagt dazu nichts.
answer-nearest = Am nächsten kommt:
answer-older = Ältere Berichte sagen etwas anderes:
answer-further = Außerdem im Archiv:
answer-also-in = Auch in: { $articles }
answer-untitled = Ohne Titel
answer-almost-certain = Fast sicher die Antwort.
answer-very-likely = Sehr wahrscheinlich die Antwort.
answer-likely = Wahrscheinlich die Antwort.
answer-possible = Möglicherweise die Antwort.
answer-covers = Das Archiv reicht vom { $first } bis zum { $last }.
answer-open = Öffnen

understood-respelled = „{ $words }“ als „{ $meant }“
understood-of-day = Artikel vom { $first } { $rank }
understood-between = Artikel vom { $first } bis zum { $last } { $rank }
understood-since = Artikel seit dem { $first } { $rank }
understood-until = Artikel bis zum { $last } { $rank }
understood-rank-first = zuerst
understood-rank-only = (nur diese)
understood-rank-none = (es gibt keine)
understood-newest = die neuesten zuerst
understood-going-on = als Fortsetzung von „{ $question }“
understood-nothing-there = zu diesem Zeitraum und dieser Quelle gibt es keinen Artikel

## Buttons und Auswahllisten

button-context = Kontext
button-more-context = Mehr Kontext
button-read = Artikel lesen
button-more = Weitere Zitate
button-similar = Ähnliche Artikel
button-share = Teilen
button-helpful = Hilfreich
button-not-helpful = Nicht hilfreich
button-first = Erste
button-previous = Zurück
button-next = Weiter
button-last = Letzte
button-jump = Seite …
select-open = Artikel öffnen

read-gone = Dieser Artikel ist nicht mehr im Archiv.
read-changed = Dieser Artikel hat sich geändert, seit er gezeigt wurde; was hierher geführt hat, steht nicht mehr darin.
read-page = Seite { $page } von { $pages }
more-heading = Weitere Zitate
similar-heading = Artikel wie { $title }
similar-none = Das Archiv hat keinen anderen Artikel, der diesem ähnelt.
share-by = Geteilt von { $member }
share-not-here = Hier siehst nur du, was ich sende: In diesem Kanal darf ich nicht schreiben.
vote-thanks = Danke! Wer diesen Bot betreibt, sieht so, wie oft die Antworten helfen.
vote-title = Was hat nicht gestimmt?
vote-question = Was hätte dir geholfen?
vote-optional = Freiwillig. Es wird mit deiner Bewertung gespeichert; schreib nichts Persönliches.
jump-title = Welche Seite?
jump-question = Nummer der Seite
jump-no-number = Das ist keine Seitenzahl.

## Suche

search-heading = Artikel zu „{ $query }“
search-nearest = Nichts passt gut dazu; diese Artikel kommen dem am nächsten.
search-nothing = Zu „{ $query }“ findet sich nichts im Archiv.
coverage-heading = Was im Archiv zu dieser Nachricht steht
coverage-nothing = Zu dieser Nachricht steht nichts im Archiv.
article-none = Kein Artikel hat einen Titel wie „{ $title }“.
timeline-heading = Wann „{ $topic }“ im Archiv vorkommt
timeline-nothing = „{ $topic }“ kommt in keinem datierten Artikel des Archivs vor.
timeline-undated =
    { $articles ->
        [one] { $articles } Artikel ohne Datum ist nicht mitgezählt.
       *[other] { $articles } Artikel ohne Datum sind nicht mitgezählt.
    }

## Das Bild einer Zeitleiste

picture-day = { $day }. { $month } { $year }
picture-short-day = { $day }. { $month }
picture-per-week = Artikel pro Woche
picture-per-month = Artikel pro Monat
picture-per-year = Artikel pro Jahr
picture-total = insgesamt { $number }
picture-undated = { $number } ohne Datum nicht mitgezählt
picture-nothing = In keinem Artikel mit Datum kommt das vor.
picture-about = Balkendiagramm: Artikel, in denen „{ $topic }“ vorkommt.
picture-span = { $caption }, vom { $first } bis zum { $last }: { $total }.
picture-week = Woche vom { $day }
picture-peaks = Spitzen: { $peaks }.
picture-peak = { $time } ({ $number }), „{ $headline }“

## Hilfe

help-heading = Ich antworte mit den Worten des Archivs
help-ways =
    - Frag mit `/fragen`, erwähne mich, antworte mir oder schreib mir eine Direktnachricht: Ich zitiere den Satz, der deine Frage beantwortet.
    - Antworte auf eine Antwort, um dort weiterzufragen, am besten auf Englisch: „and who paid for it?“
    - Nenn auf Englisch eine Zeit, wenn du magst: „in May 2024“, „last week“, „latest“.
    - `/suchen` findet Artikel, `/artikel` öffnet einen, `/zeitleiste` zeigt im Bild, wann ein Thema in den Nachrichten war.
    - *Apps → Berichte finden* zeigt zu jeder Nachricht, was im Archiv dazu steht.
help-archive =
    { $articles ->
        [one] Das Archiv hat { $articles } Artikel, vom { $first } bis zum { $last }.
       *[other] Das Archiv hat { $articles } Artikel, vom { $first } bis zum { $last }.
    }
help-archive-undated =
    { $articles ->
        [one] Das Archiv hat { $articles } Artikel.
       *[other] Das Archiv hat { $articles } Artikel.
    }
help-try = Probier eine dieser Fragen

## Kanäle

channel-not-allowed = Das können nur Mitglieder einstellen, die diesen Server verwalten dürfen.
channel-no-content =
    Das kann ich hier nicht: Ohne Erwähnung zeigt Discord mir nicht, was Mitglieder schreiben. Wer diesen Bot betreibt, müsste dafür den „Message Content Intent“ und `discord.read_messages` einschalten.
channel-mentions = In { $channel } antworte ich, wenn ich erwähnt werde.
channel-no-permission = In { $channel } kann ich nicht antworten: Ich darf den Kanal nicht sehen oder dort nicht schreiben.
channel-everything = In { $channel } antworte ich auf jede Nachricht, in einem Forum auf jeden neuen Beitrag.
channel-threads = In den Threads von { $channel } antworte ich auf jede Nachricht.

## Befehle: Namen und Optionen sind ein Wort in Kleinbuchstaben, Beschreibungen haben bis zu 100 Zeichen

command-ask = fragen
command-ask-description = Finde im Archiv den Satz, der deine Frage beantwortet
command-search = suchen
command-search-description = Finde Artikel nach Wörtern und nach Bedeutung
command-article = artikel
command-article-description = Öffne einen Artikel und lies ihn hier
command-timeline = zeitleiste
command-timeline-description = Sieh, wann ein Thema in den Nachrichten war
command-help = hilfe
command-help-description = Was du fragen kannst, mit Fragen zum Ausprobieren
command-channel = kanal
command-channel-description = Stell ein, wo ich antworte, ohne dass mich jemand erwähnt
command-coverage = Berichte finden
option-question = frage
option-question-description = Was du vom Archiv wissen möchtest
option-query = begriffe
option-query-description = Wörter, "eine genaue Wortfolge", -Wort zum Ausschließen
option-topic = thema
option-topic-description = Wörter oder "eine genaue Wortfolge"
option-title = titel
option-title-description = Tipp den Anfang ein und wähle aus
option-after = ab
option-after-description = Erschienen ab: 2025-05-01, 2025-05, 2025 oder 7d (Tage), 2w (Wochen), 3mo (Monate) zurück
option-before = vor
option-before-description = Erschienen vor: 2025-05-01, 2025-05, 2025 oder 7d (Tage), 2w (Wochen), 3mo (Monate) zurück
option-source = quelle
option-source-description = Nur Artikel aus dieser Quelle
option-sort = sortierung
option-sort-description = Was zuerst kommt
option-private = privat
option-private-description = Ob nur du es siehst
option-look = farben
option-look-description = Farben des Bildes
option-answers = antworten
option-answers-description = Worauf ich in diesem Kanal antworte
sort-relevance = beste Treffer
sort-newest = neueste
sort-oldest = älteste
look-dark = dunkel
look-light = hell
mode-mentions = wenn ich erwähnt werde
mode-everything = auf jede Nachricht und auf jeden neuen Beitrag eines Forums
mode-threads = auf jede Nachricht in seinen Threads
