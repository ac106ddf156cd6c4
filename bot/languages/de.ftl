# Was der Bot von sich aus sagt. Daten kommen als Zeitmarken von Discord, die alle in ihrer eigenen Form sehen; alles
# andere, was eingesetzt wird, ist vorher maskiert. Namen beginnen mit dem Raum in bot/, der sie sagt.

## Hinweise

notice-help =
    Stell mir eine Frage, und ich suche im Archiv den Satz, der sie beantwortet: Erwähne mich mit deiner Frage, antworte mir, schick sie mir als Direktnachricht oder nutze `/fragen`.
notice-busy = Gerade kommen zu viele Fragen auf einmal. Bitte frag gleich noch einmal.
notice-too-slow = Das hat zu lange gedauert, darum habe ich die Suche abgebrochen. Bitte frag gleich noch einmal.
notice-unreachable = Das Archiv ist gerade nicht erreichbar. Bitte versuche es in einer Minute noch einmal.
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
answer-perhaps = Das könnte die Antwort sein, sicher ist es nicht:
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
button-export = Gib mir alles
button-delete = Lösche es
button-build = Neu indizieren
button-build-all-the-same = Trotzdem neu indizieren
button-cancel = Abbrechen
button-remove = Entfernen
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
channel-nothing = In { $channel } antworte ich auf keine Nachrichten mehr. Befehle gehen dort weiter, aber die Antwort sieht nur, wer sie benutzt.
channel-no-permission = In { $channel } kann ich nicht antworten: Ich darf den Kanal nicht sehen oder dort nicht schreiben.
channel-everything = In { $channel } antworte ich auf jede Nachricht, in einem Forum auf jeden neuen Beitrag.
channel-threads = In den Threads von { $channel } antworte ich auf jede Nachricht.

## Datenschutz

privacy-heading = Was gespeichert wird
privacy-rules =
    - **Bewertungen**: zu welcher Antwort, ob dafür oder dagegen, und die Begründung, wenn du eine gibst.
    - **Antworten**: 30 Tage lang die IDs deiner Nachricht und meiner Antwort, damit sie sich ändert, wenn du deine bearbeitest.
    - **Admins**: was sie am Archiv tun.
    Was ich zitiere und wonach du suchst, wird nirgends gespeichert. Um an deine letzte Frage anzuknüpfen, merke ich sie mir eine halbe Stunde lang, nur im Arbeitsspeicher.
privacy-questions-not-kept = Fragen werden hier **nicht gespeichert**.
privacy-questions-kept =
    { $days ->
        [one] Die Admins dieses Servers haben eingestellt, dass Fragen **{ $days } Tag lang gespeichert** werden, um zu sehen, was dem Archiv fehlt.
       *[other] Die Admins dieses Servers haben eingestellt, dass Fragen **{ $days } Tage lang gespeichert** werden, um zu sehen, was dem Archiv fehlt.
    }
privacy-of-you =
    Von dir sind gespeichert: { $questions ->
        [one] { $questions } Frage
       *[other] { $questions } Fragen
    }, { $votes ->
        [one] { $votes } Bewertung
       *[other] { $votes } Bewertungen
    } und { $actions ->
        [one] { $actions } Admin-Aktion
       *[other] { $actions } Admin-Aktionen
    }.
privacy-ask =
    ### Löschen?
    Alle Fragen und Bewertungen von dir, die gespeichert sind, auf allen Servern. Sie lassen sich nicht zurückholen.
privacy-not-yours = Nur das Mitglied selbst kann das löschen.
privacy-deleted = Deine Fragen und Bewertungen sind gelöscht, auf allen Servern. Was du als Admin getan hast, bleibt im Protokoll des Servers, bis der Bot ihn verlassen hat.
privacy-file = Das ist alles, was von dir gespeichert ist:
privacy-partly = Teile des Bots waren nicht erreichbar: Dort kann mehr von dir gespeichert sein. Versuche es später noch einmal.
privacy-deleted-partly = Deine Fragen und Bewertungen sind in den Teilen des Bots gelöscht, die erreichbar waren, aber das waren nicht alle. Benutze `/privacy` später noch einmal, um den Rest zu löschen.

## Das Archiv pflegen

archive-not-allowed = Das können nur Mitglieder, die diesen Server verwalten dürfen oder die Rolle haben, die dafür bestimmt ist.
archive-status = Das Archiv
archive-counts =
    { $articles ->
        [one] { $articles } Artikel
       *[other] { $articles } Artikel
    }, { $sentences } Sätze, die zitiert werden können.
archive-built = Gebaut { $when }: { $added } neu, { $changed } geändert, { $removed } entfernt.
archive-is-shared = Dieser Server bekommt Antworten aus dem Archiv, das alle teilen; ein eigenes hat er noch nicht. `/archiv hinzufügen` beginnt eines.
archive-is-kept = Die Admins dieses Servers pflegen dieses Archiv.
archive-disk = Generation { $current } gilt; aufbewahrt: { $generations } (`/archiv zurück` geht zu einer zurück). Auf der Platte { $used } MB, frei { $free } MB.
archive-held = Nach einem Zurück wird nichts von selbst indexiert, bis es jemand von euch tut.
archive-log = Was Admins getan haben
archive-log-empty = Noch nichts.
archive-role-set = Mitglieder mit der Rolle { $role } dürfen nun das Archiv pflegen, neben denen, die den Server verwalten dürfen. Damit sie `/archiv` sehen, erlaube es der Rolle unter *Servereinstellungen → Integrationen*.
archive-role-none = Das Archiv pflegen nun nur noch die, die den Server verwalten dürfen.
archive-role-everyone = Das sind alle; nenne eine Rolle, die nur die haben, die das Archiv pflegen sollen.
archive-questions-kept =
    { $days ->
        [one] Fragen auf diesem Server werden ab jetzt { $days } Tag lang gespeichert. `/datenschutz` sagt es den Mitgliedern.
       *[other] Fragen auf diesem Server werden ab jetzt { $days } Tage lang gespeichert. `/datenschutz` sagt es den Mitgliedern.
    }
archive-questions-not-kept = Fragen werden nicht mehr gespeichert; die gespeicherten sind gelöscht.
archive-gaps = Was gefragt wurde und das Archiv nicht sagt
archive-gaps-none = Nichts: Jede gespeicherte Frage wurde beantwortet.
archive-gaps-off = Fragen werden auf diesem Server nicht gespeichert, also weiß es niemand. `/archiv fragen` schaltet das ein.
archive-exported = Die Artikel als JSON Lines, mit gzip gepackt. `pullquote build` liest sie wieder ein.
archive-export-too-large = Die Artikel haben mehr als { $megabytes } MB, und mehr nimmt Discord von mir nicht an. Wer diesen Bot betreibt, kann `pullquote export` benutzen.
archive-export-running = Für diesen Server wird gerade eine Datei geschrieben; sie erscheint dort, wo sie verlangt wurde.
archive-no-generation = Zu dieser Generation führt kein Weg zurück. `/archiv status` nennt die aufbewahrten.
archive-rolled-back = Generation { $generation } gilt wieder. In wenigen Sekunden wird aus ihr geantwortet. Von selbst wird nichts indiziert, bis jemand eine Neuindizierung beginnt.
action-reindex = hat eine Neuindizierung begonnen
action-shrink = hat neu indiziert, obwohl { $detail } Artikel verloren gingen
action-cancel = hat eine Neuindizierung angehalten
action-rollback = ist zu Generation { $detail } zurückgegangen
action-role = hat die Rolle bestimmt, die das Archiv pflegt: { $detail }
action-questions =
    { $detail ->
        [0] speichert keine Fragen mehr
        [one] speichert Fragen { $detail } Tag lang
       *[other] speichert Fragen { $detail } Tage lang
    }
action-export = hat die Artikel mitgenommen

build-plan = Was eine Neuindizierung täte
build-changes = Artikel: { $added } kämen hinzu, { $changed } würden geändert, { $removed } entfernt; { $unchanged } bleiben, wie sie sind.
build-changed = Artikel: { $added } hinzugefügt, { $changed } geändert, { $removed } entfernt; { $unchanged } wie zuvor.
build-own = Dieser Server hat jetzt ein eigenes Archiv: das gemeinsame, mit dem, was ihr hinzufügt, und ohne das, was ihr entfernt. { $articles } Artikel. Andere Server sehen nichts davon.
build-added = Neu
build-modified = Zu ändern
build-removed = Entfernt
build-skipped =
    { $files ->
        [one] { $files } Datei oder Zeile konnte nicht gelesen werden.
       *[other] { $files } Dateien oder Zeilen konnten nicht gelesen werden.
    }
build-skipped-why = `/archiv status` sagt, welche und warum.
build-nothing = Es hat sich nichts geändert.
build-shrinking = **{ $lost } von { $articles } Artikeln gingen verloren.** Fehlt ein Ordner, so bring ihn erst zurück.
build-running = Neuindizierung
build-reading = Artikel lesen
build-cutting = Passagen schneiden
build-copying = übernehme unveränderte Passagen
build-loading = Modell laden
build-embedding = Passagen einbetten
build-words = Wörter indizieren
build-vectors = Vektoren indizieren
build-writing = Index schreiben
build-filling = fülle den Server, der sucht
build-waiting = Wartet auf den Server, der sucht
build-server = indexiere auf dem Server
build-rate = { $rate } pro Sekunde
build-left = noch { $seconds } s
build-done =
    { $seconds ->
        [one] Neu indiziert in { $seconds } Sekunde
       *[other] Neu indiziert in { $seconds } Sekunden
    }
build-goes-on = Die Neuindizierung läuft weiter; Discord lässt sie mich hier eine Viertelstunde lang zeigen. `/archiv indizieren` zeigt sie wieder.
build-cancelled = Angehalten. Das Archiv ist wie zuvor.
build-not-running = Es läuft keine Neuindizierung.
build-other = Dieses Archiv wird gerade anderswo gebaut. Versuch es wieder, wenn das fertig ist.
build-disk-full = Auf der Platte ist kein Platz. Das Archiv ist wie zuvor; wer diesen Bot betreibt, muss Platz schaffen.
build-no-articles = Es gibt keinen Artikel: Der Ordner fehlt oder ist leer. Das Archiv ist wie zuvor.
build-no-index = Der Index kann nicht geschrieben werden. Das Archiv ist wie zuvor; wer diesen Bot betreibt, muss nachsehen.
build-stalled = Die Indexierung hat lange nichts von sich hören lassen und wurde beendet. Das Archiv ist wie zuvor; versuche es noch einmal, und sag es dem, der diesen Bot betreibt, wenn es wieder geschieht.
build-failed = Das ist misslungen. Das Archiv ist wie zuvor; im Protokoll steht mehr für den, der diesen Bot betreibt.

skipped-other = kann nicht gelesen werden; im Protokoll steht mehr für den, der diesen Bot betreibt
skipped-empty = leer
skipped-format = keine Art von Datei, die Artikel enthält
skipped-encoding = ihre Buchstaben sind nicht zu erkennen; speichere sie als UTF-8
skipped-binary = kein Text
skipped-too-large = größer als { $detail } MB; reiche sie in Teilen ein
skipped-too-many = mehr als { $detail } Seiten oder Dateien; reiche sie in Teilen ein
skipped-unpacked = wird ausgepackt zu groß; speichere sie neu oder in Teilen
skipped-too-long = braucht zu lange zum Lesen; speichere sie neu oder in Teilen
skipped-locked = mit einem Passwort geschützt; speichere sie ohne
skipped-damaged = beschädigt; öffne sie und speichere sie neu
skipped-no-text = kein Text darin
skipped-pictures = nur Bilder von Seiten; lass zuerst den Text erkennen (OCR)
skipped-link = eine Verknüpfung an einen anderen Ort
skipped-hidden = verborgen
skipped-name = ein Name, den keine Datei haben sollte; benenne sie um
skipped-zip = ein ZIP in einem ZIP; reiche es für sich ein
skipped-closed = kann nicht geöffnet werden
skipped-line = kein Artikel; ihm fehlt „text“
skipped-lines = { $detail } weitere Zeilen wie diese
skipped-double = eine andere hat denselben Namen
skipped-place = noch keine Artikel daraus: kann nicht gelesen werden
skipped-room = kein Platz dafür: ein Server darf { $detail } MB hinzufügen
skipped-unfetched = konnte nicht von Discord geholt werden; sende sie noch einmal

shelf-nothing = Nenne eine Datei oder eine Adresse. Dateien: { $kinds }.
shelf-added =
    { $articles ->
        [0] Darin war kein Artikel
        [one] { $articles } Artikel hinzugefügt
       *[other] { $articles } Artikel hinzugefügt
    }
shelf-known =
    { $articles ->
        [one] War schon da, unverändert
       *[other] { $articles } Artikel waren schon da, unverändert
    }
shelf-source-added =
    { $kind ->
        [feed] Der Feed **{ $source }** ist hinzugefügt; er hat jetzt { $articles } Artikel und wird regelmäßig besucht.
       *[page] Die Seite **{ $source }** ist hinzugefügt; einmal am Tag wird nachgesehen.
    }
shelf-no-source = Unter { $address } ist nichts, was ich lesen kann, oder es ist schon eine Quelle.
shelf-too-many = Ein Server darf { $most } Feeds und Seiten hinzufügen; entferne erst eine Quelle.
shelf-sources = Woher die Artikel kommen, außer aus dem Ordner
shelf-sources-none = Von nirgends sonst. `/archiv hinzufügen` fügt eine Datei, eine Seite oder einen Feed hinzu; Ordner fügt hinzu, wer diesen Bot betreibt.
shelf-kind-folder = Ordner
shelf-kind-feed = Feed
shelf-kind-page = Seite
shelf-articles =
    { $articles ->
        [one] { $articles } Artikel
       *[other] { $articles } Artikel
    }
shelf-visited = besucht { $when }
shelf-paused = ruht
shelf-failed = der letzte Besuch misslang; es wird wieder versucht
shelf-no-such-source = Es gibt keine Quelle „{ $source }“. `/archiv quellen liste` zeigt alle.
shelf-remove = Diesen Artikel entfernen?
shelf-remove-kept = 30 Tage lang bringt ihn `/archiv wiederherstellen` zurück.
shelf-not-in-bin = Das ist nicht im Papierkorb.
fetch-address = „{ $address }“ ist keine Adresse einer Webseite; schreib sie als `https://example.org/news`.
fetch-forbidden = { $address } führt in ein privates Netz oder zu einem anderen Dienst als dem Web. Dorthin gehe ich nicht.
fetch-unknown-host = Kein Rechner dieses Namens ist bekannt: { $address }. Prüfe die Schreibweise.
fetch-unreachable = { $address } ist nicht zu erreichen. Versuch es später wieder.
fetch-certificate = { $address } hat kein gültiges Zertifikat.
fetch-slow = { $address } hat nicht rechtzeitig geantwortet. Versuch es später wieder.
fetch-large = { $address } ist größer als { $detail } MB.
fetch-kind = { $address } ist nichts, was ich lesen kann ({ $detail }).
fetch-status = { $address } antwortet mit Status { $detail }. Prüfe die Adresse im Browser.
fetch-busy = { $address } bittet, später wiederzukommen.
fetch-robots = { $address } darf laut der Website nicht von Programmen gelesen werden. Frag, wem sie gehört.
fetch-redirects = { $address } führt ohne Ende von einer Adresse zur nächsten.
fetch-insecure = { $address } ist nicht mehr verschlüsselt, obwohl der Weg dorthin es war.
fetch-broken = { $address } gibt eine Antwort, die nicht zu verstehen ist.
action-add = hat { $detail } hinzugefügt
action-remove = hat „{ $detail }“ entfernt
action-restore = hat „{ $detail }“ zurückgebracht
action-pause = lässt die Quelle { $detail } ruhen
action-resume = nimmt die Quelle { $detail } wieder auf
action-drop = hat die Quelle { $detail } entfernt

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
command-privacy = datenschutz
command-privacy-description = Was von dir gespeichert ist; nimm es mit oder lösche es
command-archive = archiv
command-archive-description = Das Archiv dieses Servers pflegen
command-archive-status = status
command-archive-status-description = Was das Archiv enthält und wie es ihm geht
command-archive-reindex = indizieren
command-archive-reindex-description = Das Archiv auf den neuesten Stand bringen: erst, was sich ändern würde
command-archive-rollback = zurück
command-archive-rollback-description = Zu einer früheren Generation des Index zurückgehen
command-archive-export = mitnehmen
command-archive-export-description = Alle Artikel als Datei
command-archive-gaps = lücken
command-archive-gaps-description = Was gefragt wurde und das Archiv nicht sagt
command-archive-log = protokoll
command-archive-log-description = Was Admins getan haben
command-archive-role = rolle
command-archive-role-description = Wer das Archiv pflegen darf, neben denen, die den Server verwalten
command-archive-questions = fragen
command-archive-questions-description = Fragen der Mitglieder so viele Tage speichern; 0: gar nicht
command-archive-add = hinzufügen
command-archive-add-description = Dateien hinzufügen, oder die Seite oder den Feed einer Adresse
command-archive-remove = entfernen
command-archive-remove-description = Einen Artikel herausnehmen; 30 Tage lang kann er zurückkommen
command-archive-restore = wiederherstellen
command-archive-restore-description = Einen entfernten Artikel zurückbringen
command-archive-sources = quellen
command-archive-sources-description = Woher die Artikel kommen, außer aus dem Ordner
command-archive-sources-list = liste
command-archive-sources-list-description = Alle Feeds, Seiten und Ordner, und wann sie besucht wurden
command-archive-sources-pause = pausieren
command-archive-sources-pause-description = Die Artikel einer Quelle lassen, wie sie sind
command-archive-sources-resume = fortsetzen
command-archive-sources-resume-description = Eine ruhende Quelle wieder besuchen
command-archive-sources-drop = entfernen
command-archive-sources-drop-description = Eine Quelle und ihre Artikel aus dem Archiv nehmen
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
option-generation = generation
option-generation-description = Ihre Nummer; ohne sie die Generation vor der jetzigen
option-role = rolle
option-role-description = Wessen Mitglieder das Archiv pflegen dürfen; ohne sie nur, wer den Server verwaltet
option-days = tage
option-days-description = Von 0 bis 365
option-file = datei
option-file-description = Eine Datei, oder ein ZIP mit vielen
option-file2 = datei2
option-file2-description = Noch eine
option-file3 = datei3
option-file3-description = Eine dritte
option-address = adresse
option-address-description = https://… einer Seite oder eines RSS- oder Atom-Feeds
option-article = artikel
option-article-description = Beginn seinen Titel zu tippen und wähle
option-removed = entfernter
option-removed-description = Beginn seinen Titel zu tippen und wähle
option-name = name
option-name-description = Wie die Liste ihn zeigt
sort-relevance = beste Treffer
sort-newest = neueste
sort-oldest = älteste
look-dark = dunkel
look-light = hell
mode-mentions = wenn ich erwähnt werde
mode-nothing = nichts; wer einen Befehl benutzt, sieht die Antwort allein
mode-everything = auf jede Nachricht und auf jeden neuen Beitrag eines Forums
mode-threads = auf jede Nachricht in seinen Threads
