# Was der Bot von sich aus sagt. Daten kommen als Zeitmarken von Discord, alles andere Eingesetzte ist maskiert.

## Hinweise

notice-help =
    Stell mir eine Frage, und ich suche den Satz des Archivs, der sie beantwortet: Erwähne mich mit deiner Frage, antworte mir, schick sie mir als Direktnachricht oder nutze `/ask`.
notice-busy = Gerade kommen zu viele Fragen auf einmal. Bitte frag gleich noch einmal.
notice-too-slow = Das hat zu lange gedauert, darum habe ich die Suche abgebrochen. Bitte frag gleich noch einmal.
notice-no-index = Das Archiv hat noch keinen Index. Wer diesen Bot betreibt, muss ihn zuerst anlegen.
notice-restarting = Ich werde gerade neu gestartet. Bitte frag in einer Minute noch einmal.
notice-outdated = Dieser Befehl hat sich geändert. Bitte lade Discord neu und versuch es noch einmal.
notice-apology = Entschuldigung, bei mir ist etwas schiefgegangen. Es ist für den Betrieb vermerkt.
notice-too-long =
    { $length ->
        [one] Die Frage hat { $length } Zeichen
       *[other] Die Frage hat { $length } Zeichen
    }; ich lese bis zu { $longest }. Bitte stell sie kürzer.
notice-no-word = In dieser Frage steht kein Wort; frag etwas.
notice-no-word-to-find = Eine Suche braucht mindestens ein Wort, zum Beispiel: `"neue Brücke" -Tunnel`
notice-no-date = „{ $text }“ ist kein Datum; schreib es als `2025-05-01`, `2025-05`, `2025` oder wie lange es her ist: `7d`, `2w`, `3mo`, `1y`.
notice-no-period = Ab { $after } und vor { $before } ist nichts erschienen. Die beiden Daten vertauschen?
notice-no-source = Kein Artikel ist von „{ $source }“. { $known ->
        [none] Kein Artikel dieses Archivs nennt seine Quelle.
       *[some] Die Quellen sind { $sources }.
    }
notice-too-often = Du hast gerade viel gefragt. Du kannst { $when } wieder fragen.
notice-server-too-often = Hier ist gerade viel gefragt worden. Du kannst { $when } wieder fragen.

## Antworten

answer-question = Frage: { $question }
answer-understood = Verstanden: { $what }.
answer-not-said = Das Archiv sagt dazu nichts.
answer-nearest = Am nächsten kommt:
answer-older = Ältere Berichte sagen etwas anderes:
answer-further = Außerdem im Archiv:
answer-also-in = Auch in: { $articles }
answer-untitled = Ohne Titel
answer-almost-certain = Das ist fast sicher die Antwort.
answer-very-likely = Das ist sehr wahrscheinlich die Antwort.
answer-likely = Das ist wahrscheinlich die Antwort.
answer-possible = Das ist vielleicht die Antwort.
answer-covers = Das Archiv reicht von { $first } bis { $last }.
answer-read = Lesen

understood-respelled = „{ $words }“ als „{ $meant }“
understood-of-day = { $rank } Artikel vom { $first }
understood-between = { $rank } Artikel vom { $first } bis { $last }
understood-since = { $rank } Artikel seit { $first }
understood-until = { $rank } Artikel bis { $last }
understood-rank-first = zuerst
understood-rank-only = nur
understood-rank-none = (es gibt keine)
understood-newest = die neuesten zuerst
understood-going-on = als Fortsetzung von „{ $question }“
understood-nothing-there = kein Artikel hat das gefragte Datum und die gefragte Quelle
