# Ce que le bot dit de lui-même. Les dates sont des horodatages de Discord, que chacun voit sous sa propre forme ; tout
# ce qui est inséré d’autre est échappé avant. Les noms commencent par la pièce de bot/ qui les dit.

## Avis

notice-help =
    Posez-moi une question, et je cherche dans les archives la phrase qui y répond : mentionnez-moi avec votre question, répondez-moi, envoyez-la-moi en message privé ou utilisez `/demander`.
notice-busy = Trop de questions à la fois en ce moment. Réessayez dans un instant.
notice-too-slow = C’était trop long, j’ai donc arrêté la recherche. Réessayez dans un instant.
notice-unreachable = Les archives sont injoignables pour le moment. Merci de réessayer dans une minute.
notice-no-index = Les archives ne sont pas encore indexées. La personne qui gère ce bot doit d’abord créer l’index.
notice-restarting = Je redémarre. Reposez votre question dans une minute.
notice-outdated = Cette commande a changé. Rechargez Discord, puis réessayez.
notice-apology = Désolé, une erreur s’est produite de mon côté. Elle a été notée pour la personne qui gère ce bot.
notice-too-long =
    { $length ->
        [one] Cette question compte { $length } caractère
       *[other] Cette question compte { $length } caractères
    } ; je peux en lire { $longest } au maximum. Raccourcissez-la, s’il vous plaît.
notice-no-word = Cette question ne contient aucun mot. Demandez-moi quelque chose.
notice-no-word-to-find = Une recherche demande au moins un mot à trouver, par exemple : `"nouveau pont" -tunnel`
notice-no-date = « { $text } » n’est pas une date. Écrivez-la ainsi : `2025-05-01`, `2025-05`, `2025`, ou indiquez depuis combien de temps : `7d` (7 jours), `2w` (2 semaines), `3mo` (3 mois), `1y` (1 an).
notice-no-period = Rien n’est paru à partir du { $after } et avant le { $before } : la seconde date doit être plus tardive.
notice-no-source = Aucun article ne vient de « { $source } ». { $known ->
        [none] Aucun article de ces archives n’indique sa source.
       *[some] Sources disponibles : { $sources }.
    }
notice-too-often = Vous venez de poser beaucoup de questions. Vous pourrez en poser d’autres { $when }.
notice-server-too-often = Beaucoup de questions viennent d’être posées ici. Vous pourrez en poser d’autres { $when }.

## Réponses

answer-quoted = « { $text } »
answer-question = Question : { $question }
answer-understood = Compris : { $what }.
answer-not-said = Les archives ne le disent pas.
answer-perhaps = Ceci y répond peut-être, sans certitude :
answer-nearest = Ce qui s’en approche le plus :
answer-older = Des articles plus anciens disent autre chose :
answer-further = Également dans les archives :
answer-also-in = Aussi dans : { $articles }
answer-untitled = Sans titre
answer-almost-certain = Presque certainement la réponse.
answer-very-likely = Très probablement la réponse.
answer-likely = Probablement la réponse.
answer-possible = Peut-être la réponse.
answer-covers = Les archives vont du { $first } au { $last }.
answer-open = Ouvrir

understood-respelled = « { $words } » lu comme « { $meant } »
understood-of-day = articles du { $first } { $rank }
understood-between = articles du { $first } au { $last } { $rank }
understood-since = articles depuis le { $first } { $rank }
understood-until = articles jusqu’au { $last } { $rank }
understood-rank-first = en premier
understood-rank-only = uniquement
understood-rank-none = (il n’y en a aucun)
understood-newest = les plus récents d’abord
understood-going-on = à la suite de « { $question } »
understood-nothing-there = aucun article ne correspond aux dates et à la source demandées

## Boutons et listes

button-context = Contexte
button-more-context = Plus de contexte
button-read = Lire l’article
button-more = Autres citations
button-similar = Articles similaires
button-share = Partager
button-helpful = Utile
button-not-helpful = Pas utile
button-first = Première
button-previous = Précédente
button-next = Suivante
button-last = Dernière
button-jump = Page…
button-export = Tout me donner
button-delete = Supprimer
button-build = Réindexer
button-build-all-the-same = Réindexer quand même
button-cancel = Annuler
button-remove = Retirer
select-open = Ouvrir un article

read-gone = Cet article ne figure plus dans les archives.
read-changed = Cet article a changé depuis qu’il a été affiché ; ce qui a mené ici ne s’y trouve plus.
read-page = Page { $page } sur { $pages }
more-heading = Autres citations
similar-heading = Articles semblables à { $title }
similar-none = Les archives ne contiennent aucun autre article semblable à celui-ci.
share-by = Partagé par { $member }
share-not-here = Ici, vous seul voyez ce que j’envoie : je ne peux pas écrire dans ce salon.
vote-thanks = Merci. La personne qui gère ce bot voit ainsi combien de fois les réponses sont utiles.
vote-title = Qu’est-ce qui n’allait pas ?
vote-question = Qu’est-ce qui vous aurait été utile ?
vote-optional = Facultatif. Conservé avec votre vote ; n’écrivez rien de personnel.
jump-title = Quelle page ?
jump-question = Numéro de la page
jump-no-number = Ce n’est pas un numéro de page.

## Recherche

search-heading = Articles sur « { $query } »
search-nearest = Rien ne correspond bien ; ces articles s’en rapprochent le plus.
search-nothing = Rien dans les archives ne correspond à « { $query } ».
coverage-heading = Ce que les archives contiennent sur ce message
coverage-nothing = Les archives ne contiennent rien sur ce message.
article-none = Aucun article n’a un titre proche de « { $title } ».
timeline-heading = Quand les archives parlent de « { $topic } »
timeline-nothing = Aucun article daté des archives ne parle de « { $topic } ».
timeline-undated =
    { $articles ->
        [one] { $articles } article sans date n’est pas pris en compte.
       *[other] { $articles } articles sans date ne sont pas pris en compte.
    }

## L’image d’une chronologie

picture-day = { $day } { $month } { $year }
picture-short-day = { $day } { $month }
picture-per-week = Articles par semaine
picture-per-month = Articles par mois
picture-per-year = Articles par an
picture-total = { $number } au total
picture-undated = { $number } sans date non pris en compte
picture-nothing = Aucun article daté n’en parle.
picture-about = Diagramme en barres : articles qui parlent de « { $topic } ».
picture-span = { $caption }, du { $first } au { $last } : { $total }.
picture-week = semaine du { $day }
picture-peaks = Pics : { $peaks }.
picture-peak = { $time } ({ $number }), « { $headline } »

## Aide

help-heading = Je réponds avec les mots mêmes des archives
help-ways =
    - Posez une question avec `/demander`, mentionnez-moi, répondez-moi ou envoyez-moi un message privé : je cite la phrase qui y répond.
    - Répondez à une réponse pour poursuivre, de préférence en anglais : « and who paid for it? »
    - Précisez une date en anglais si vous le souhaitez : « in May 2024 », « last week », « latest ».
    - `/rechercher` trouve des articles, `/article` en ouvre un, `/chronologie` montre en image quand un sujet a fait l’actualité.
    - *Applications → Trouver des articles* sur un message montre ce que les archives contiennent à son sujet.
help-archive =
    { $articles ->
        [one] Les archives contiennent { $articles } article, du { $first } au { $last }.
       *[other] Les archives contiennent { $articles } articles, du { $first } au { $last }.
    }
help-archive-undated =
    { $articles ->
        [one] Les archives contiennent { $articles } article.
       *[other] Les archives contiennent { $articles } articles.
    }
help-try = Essayez l’une de ces questions

## Salons

channel-not-allowed = Seuls les membres autorisés à gérer ce serveur peuvent modifier ce réglage.
channel-no-content =
    Je ne peux pas faire cela ici : sans mention, Discord ne me montre pas ce que les membres écrivent. La personne qui gère ce bot devrait activer le « Message Content Intent » et `discord.read_messages`.
channel-mentions = Dans { $channel }, je réponds quand on me mentionne.
channel-nothing = Dans { $channel }, je ne réponds plus aux messages. Les commandes y marchent, mais seule la personne qui en utilise une voit la réponse.
channel-no-permission = Je ne peux pas répondre dans { $channel } : je ne peux pas voir ce salon ou y écrire.
channel-everything = Dans { $channel }, je réponds à chaque message ; dans un forum, à chaque nouveau post.
channel-threads = Dans les fils de { $channel }, je réponds à chaque message.

## Confidentialité

privacy-heading = Ce qui est conservé
privacy-rules =
    - **Votes** : sur quelle réponse, pour ou contre, et la raison, si vous en donnez une.
    - **Réponses** : pendant 30 jours, les identifiants de votre message et de ma réponse, pour qu'elle change quand vous modifiez le vôtre.
    - **Admins** : ce qu'ils font aux archives.
    Ce que je cite et ce que vous cherchez n'est conservé nulle part. Pour poursuivre à partir de votre dernière question, je m'en souviens une demi-heure, en mémoire seulement.
privacy-questions-not-kept = Les questions ne sont **pas conservées** ici.
privacy-questions-kept =
    { $days ->
        [one] Les admins de ce serveur ont choisi de **conserver les questions { $days } jour**, pour voir ce qui manque aux archives.
       *[other] Les admins de ce serveur ont choisi de **conserver les questions { $days } jours**, pour voir ce qui manque aux archives.
    }
privacy-of-you =
    De vous sont conservés : { $questions ->
        [one] { $questions } question
       *[other] { $questions } questions
    }, { $votes ->
        [one] { $votes } vote
       *[other] { $votes } votes
    } et { $actions ->
        [one] { $actions } action d'admin
       *[other] { $actions } actions d'admin
    }.
privacy-ask =
    ### Supprimer ?
    Toutes vos questions et tous vos votes conservés, sur tous les serveurs. Rien ne pourra être récupéré.
privacy-not-yours = Seul le membre concerné peut supprimer cela.
privacy-deleted = Vos questions et vos votes sont supprimés, sur tous les serveurs. Ce que vous avez fait comme admin reste dans le journal du serveur jusqu'à ce que le bot l'ait quitté.
privacy-file = Voici tout ce qui est conservé de vous :
privacy-partly = Certaines parties du bot n'ont pas pu être jointes : elles conservent peut-être autre chose sur vous. Réessayez plus tard.
privacy-deleted-partly = Vos questions et vos votes sont supprimés dans les parties du bot qui ont pu être jointes, mais toutes ne l'ont pas été. Utilisez `/privacy` plus tard pour supprimer le reste.

## Tenir les archives

archive-not-allowed = Seuls peuvent le faire les membres qui peuvent gérer ce serveur, ou qui ont le rôle désigné pour cela.
archive-status = Les archives
archive-counts =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }, { $sentences } phrases qui peuvent être citées.
archive-built = Construites { $when } : { $added } ajoutés, { $changed } modifiés, { $removed } retirés.
archive-is-shared = Ce serveur reçoit ses réponses des archives que tous partagent ; il n'en a pas encore à lui. `/archives ajouter` en commence.
archive-is-kept = Les admins de ce serveur tiennent ces archives.
archive-disk = La génération { $current } est en cours ; conservées : { $generations } (`/archives revenir` ramène à l'une d'elles). Sur le disque { $used } Mo, libres { $free } Mo.
archive-held = Après un retour, rien n'est indexé de soi-même tant que l'un de vous ne réindexe pas.
archive-log = Ce que les admins ont fait
archive-log-empty = Rien encore.
archive-role-set = Les membres ayant le rôle { $role } peuvent désormais tenir les archives, avec ceux qui peuvent gérer le serveur. Pour qu'ils voient `/archives`, autorisez-le à ce rôle sous *Paramètres du serveur → Intégrations*.
archive-role-none = Seuls ceux qui peuvent gérer le serveur tiennent désormais les archives.
archive-role-everyone = C'est tout le monde ; nommez un rôle que n'ont que ceux qui doivent tenir les archives.
archive-questions-kept =
    { $days ->
        [one] Les questions posées sur ce serveur sont désormais conservées { $days } jour. `/confidentialité` le dit aux membres.
       *[other] Les questions posées sur ce serveur sont désormais conservées { $days } jours. `/confidentialité` le dit aux membres.
    }
archive-questions-not-kept = Les questions ne sont plus conservées ; celles qui l'étaient sont supprimées.
archive-gaps = Ce que les membres ont demandé et que les archives ne disent pas
archive-gaps-none = Rien : toutes les questions conservées ont reçu une réponse.
archive-gaps-off = Les questions ne sont pas conservées sur ce serveur ; personne ne le sait donc. `/archives questions` l'active.
archive-exported = Les articles en JSON Lines, compressés avec gzip. `pullquote build` les relit.
archive-export-too-large = Les articles font plus de { $megabytes } Mo, et Discord n'en accepte pas plus de moi. Qui exploite ce bot peut utiliser `pullquote export`.
archive-export-running = Une exportation est en cours pour ce serveur ; elle apparaîtra là où elle a été demandée.
archive-no-generation = Il n'y a pas de telle génération. `/archives état` donne celles qui sont conservées.
archive-rolled-back = La génération { $generation } est de nouveau en vigueur. Les réponses en viennent dans quelques secondes. Rien n’est indexé de soi-même tant que personne ne lance une réindexation.
action-reindex = a lancé une réindexation
action-shrink = a réindexé bien que { $detail } articles soient perdus
action-cancel = a arrêté une réindexation
action-rollback = est revenu à la génération { $detail }
action-role = a désigné le rôle qui tient les archives : { $detail }
action-questions =
    { $detail ->
        [0] ne conserve plus les questions
        [one] conserve les questions { $detail } jour
       *[other] conserve les questions { $detail } jours
    }
action-export = a emporté les articles

build-plan = Ce que ferait une réindexation
build-changes = Articles : { $added } à ajouter, { $changed } à modifier, { $removed } à retirer ; { $unchanged } restent tels quels.
build-changed = Articles : { $added } ajoutés, { $changed } modifiés, { $removed } retirés ; { $unchanged } comme avant.
build-own = Ce serveur a maintenant ses propres archives : celles que tous partagent, avec ce que vous ajoutez et sans ce que vous retirez. { $articles } articles. Les autres serveurs n'en voient rien.
build-added = À ajouter
build-modified = À modifier
build-removed = À retirer
build-skipped =
    { $files ->
        [one] { $files } fichier ou ligne n'a pas pu être lu.
       *[other] { $files } fichiers ou lignes n'ont pas pu être lus.
    }
build-skipped-why = `/archives état` dit lesquels et pourquoi.
build-nothing = Rien n'a changé.
build-shrinking = **{ $lost } articles sur { $articles } seraient perdus.** Si un dossier manque, remettez-le d'abord.
build-running = Réindexation
build-reading = lecture des articles
build-cutting = découpage des passages
build-copying = reprise des passages inchangés
build-loading = chargement du modèle
build-embedding = vectorisation des passages
build-words = indexation des mots
build-vectors = indexation des vecteurs
build-writing = écriture de l'index
build-filling = remplissage du serveur de recherche
build-waiting = Attend le serveur de recherche
build-server = indexation sur le serveur
build-rate = { $rate } par seconde
build-left = encore { $seconds } s
build-done =
    { $seconds ->
        [one] Réindexé en { $seconds } seconde
       *[other] Réindexé en { $seconds } secondes
    }
build-goes-on = La réindexation continue ; Discord me laisse la montrer ici un quart d'heure. `/archives réindexer` la montre de nouveau.
build-cancelled = Arrêté. Les archives sont comme avant.
build-not-running = Aucune réindexation n'est en cours.
build-other = Une autre construction de ces archives est en cours. Réessayez quand elle sera finie.
build-disk-full = Il n'y a plus de place sur le disque. Les archives sont comme avant ; qui exploite ce bot doit en faire.
build-no-articles = Il n'y a pas d'article : le dossier manque ou est vide. Les archives sont comme avant.
build-no-index = L'index ne peut pas être écrit. Les archives sont comme avant ; qui exploite ce bot doit regarder.
build-stalled = L'indexation n'a rien dit pendant longtemps et a été arrêtée. Les archives sont comme avant ; réessayez, et prévenez qui exploite ce bot si cela se reproduit.
build-failed = Cela a échoué. Les archives sont comme avant ; le journal en dit plus à qui exploite ce bot.

skipped-other = ne peut pas être lu ; le journal en dit plus à qui exploite ce bot
skipped-empty = vide
skipped-format = pas un type de fichier qui contient des articles
skipped-encoding = ses lettres ne peuvent pas être reconnues ; enregistrez-le en UTF-8
skipped-binary = pas un texte
skipped-too-large = plus de { $detail } Mo ; envoyez-le en plusieurs parties
skipped-too-many = plus de { $detail } pages ou fichiers ; envoyez-le en plusieurs parties
skipped-unpacked = trop grand une fois décompressé ; enregistrez-le à nouveau ou en plusieurs parties
skipped-too-long = trop long à lire ; enregistrez-le à nouveau ou en plusieurs parties
skipped-locked = protégé par un mot de passe ; enregistrez-le sans
skipped-damaged = endommagé ; ouvrez-le et enregistrez-le à nouveau
skipped-no-text = aucun texte dedans
skipped-pictures = seulement des images de pages ; faites d'abord reconnaître le texte (OCR)
skipped-link = un lien vers un autre endroit
skipped-hidden = caché
skipped-name = un nom qu'aucun fichier ne devrait avoir ; renommez-le
skipped-zip = un ZIP dans un ZIP ; envoyez-le à part
skipped-closed = ne peut pas être ouvert
skipped-line = pas un article ; il lui manque « text »
skipped-lines = { $detail } autres lignes de ce genre
skipped-double = un autre a le même nom
skipped-place = pas encore d'articles : ne peut pas être lu
skipped-room = plus de place : un serveur peut ajouter { $detail } Mo
skipped-unfetched = n'a pas pu être récupéré de Discord ; envoyez-le à nouveau

shelf-nothing = Donnez un fichier ou une adresse à ajouter. Fichiers : { $kinds }.
shelf-added =
    { $articles ->
        [0] Aucun article n'y a été trouvé
        [one] { $articles } article ajouté
       *[other] { $articles } articles ajoutés
    }
shelf-known =
    { $articles ->
        [one] Cet article y était déjà, inchangé
       *[other] { $articles } articles y étaient déjà, inchangés
    }
shelf-source-added =
    { $kind ->
        [feed] { $articles ->
            [one] Le flux **{ $source }** est ajouté ; il a { $articles } article et sera visité régulièrement.
           *[other] Le flux **{ $source }** est ajouté ; il a { $articles } articles et sera visité régulièrement.
        }
       *[page] La page **{ $source }** est ajoutée ; elle sera revue une fois par jour.
    }
shelf-no-source = Rien de lisible à { $address }, ou c'est déjà une source.
shelf-too-many = Un serveur peut ajouter { $most } flux et pages ; retirez-en d’abord.
shelf-sources = D'où viennent les articles, outre le dossier
shelf-sources-none = De nulle part ailleurs. `/archives ajouter` ajoute un fichier, une page ou un flux ; les dossiers sont ajoutés par qui exploite ce bot.
shelf-kind-folder = dossier
shelf-kind-feed = flux
shelf-kind-page = page
shelf-articles =
    { $articles ->
        [one] { $articles } article
       *[other] { $articles } articles
    }
shelf-visited = visité { $when }
shelf-paused = en pause
shelf-failed = la dernière visite a échoué ; elle sera retentée
shelf-no-such-source = Il n'y a pas de source « { $source } ». `/archives sources liste` les montre toutes.
shelf-remove = Retirer cet article ?
shelf-remove-kept = Pendant 30 jours, `/archives rétablir` le ramène.
shelf-not-in-bin = Ce n'est pas dans la corbeille.
fetch-address = « { $address } » n'est pas l'adresse d'une page ; écrivez `https://example.org/news`.
fetch-forbidden = { $address } mène dans un réseau privé ou à un autre service que le web. Je n'y vais pas.
fetch-unknown-host = Aucun hôte de ce nom n'est connu : { $address }. Vérifiez l'orthographe.
fetch-unreachable = { $address } est injoignable. Réessayez plus tard.
fetch-certificate = { $address } n'a pas de certificat valable.
fetch-slow = { $address } n'a pas répondu à temps. Réessayez plus tard.
fetch-large = { $address } dépasse { $detail } Mo.
fetch-kind = { $address } n'est rien que je sache lire ({ $detail }).
fetch-status = { $address } répond avec le statut { $detail }. Vérifiez l'adresse dans un navigateur.
fetch-busy = { $address } demande de revenir plus tard.
fetch-robots = { $address } ne doit pas être lu par des programmes, dit le site. Demandez à qui il appartient.
fetch-redirects = { $address } mène sans fin d'une adresse à l'autre.
fetch-insecure = { $address } n'est plus chiffré alors que le chemin l'était.
fetch-broken = { $address } donne une réponse incompréhensible.
action-add = a ajouté { $detail }
action-remove = a retiré « { $detail } »
action-restore = a ramené « { $detail } »
action-pause = a mis en pause la source { $detail }
action-resume = a repris la source { $detail }
action-drop = a retiré la source { $detail }

## Commandes : les noms et les options sont un mot en minuscules, les descriptions ont jusqu’à 100 caractères

command-ask = demander
command-ask-description = Trouver dans les archives la phrase qui répond à votre question
command-search = rechercher
command-search-description = Trouver des articles par les mots et par le sens
command-article = article
command-article-description = Ouvrir un article et le lire ici
command-timeline = chronologie
command-timeline-description = Voir quand un sujet a fait l’actualité
command-help = aide
command-help-description = Ce que vous pouvez demander, avec des questions à essayer
command-channel = salon
command-channel-description = Choisir où je réponds sans que personne me mentionne
command-privacy = confidentialité
command-privacy-description = Ce qui est conservé de vous ; emportez-le ou supprimez-le
command-archive = archives
command-archive-description = Tenir les archives de ce serveur
command-archive-status = état
command-archive-status-description = Ce que contiennent les archives, et comment elles vont
command-archive-reindex = réindexer
command-archive-reindex-description = Mettre les archives à jour : d’abord ce qui changerait
command-archive-rollback = revenir
command-archive-rollback-description = Revenir à une génération antérieure de l’index
command-archive-export = exporter
command-archive-export-description = Tous les articles en un fichier
command-archive-gaps = lacunes
command-archive-gaps-description = Ce qui a été demandé et que les archives ne disent pas
command-archive-log = journal
command-archive-log-description = Ce que les admins ont fait
command-archive-role = rôle
command-archive-role-description = Qui peut tenir les archives, avec ceux qui gèrent le serveur
command-archive-questions = questions
command-archive-questions-description = Conserver les questions des membres tant de jours ; 0 : pas du tout
command-archive-add = ajouter
command-archive-add-description = Ajouter des fichiers, ou la page ou le flux d’une adresse
command-archive-remove = retirer
command-archive-remove-description = Retirer un article ; il peut revenir pendant 30 jours
command-archive-restore = rétablir
command-archive-restore-description = Ramener un article retiré
command-archive-sources = sources
command-archive-sources-description = D’où viennent les articles, outre le dossier
command-archive-sources-list = liste
command-archive-sources-list-description = Tous les flux, pages et dossiers, et leur dernière visite
command-archive-sources-pause = suspendre
command-archive-sources-pause-description = Laisser les articles d’une source tels quels
command-archive-sources-resume = reprendre
command-archive-sources-resume-description = Visiter de nouveau une source en pause
command-archive-sources-drop = retirer
command-archive-sources-drop-description = Retirer une source et ses articles des archives
command-coverage = Trouver des articles
option-question = question
option-question-description = Ce que vous aimeriez savoir grâce aux archives
option-query = termes
option-query-description = Des mots, "une expression exacte", -mot à exclure
option-topic = sujet
option-topic-description = Des mots, ou "une expression exacte"
option-title = titre
option-title-description = Commencez à taper, puis choisissez
option-after = depuis
option-after-description = Parus depuis : 2025-05-01, 2025-05, 2025, ou il y a 7d (jours), 2w (semaines), 3mo (mois)
option-before = avant
option-before-description = Parus avant : 2025-05-01, 2025-05, 2025, ou il y a 7d (jours), 2w (semaines), 3mo (mois)
option-source = source
option-source-description = Uniquement les articles de cette source
option-sort = tri
option-sort-description = Ce qui vient en premier
option-private = privé
option-private-description = Visible par vous seulement, ou non
option-look = couleurs
option-look-description = Couleurs de l’image
option-answers = réponses
option-answers-description = Ce à quoi je réponds dans ce salon
option-generation = génération
option-generation-description = Son numéro ; sans lui, la génération avant l’actuelle
option-role = rôle
option-role-description = Dont les membres peuvent tenir les archives ; sans lui, seulement qui gère le serveur
option-days = jours
option-days-description = De 0 à 365
option-file = fichier
option-file-description = Un fichier, ou un ZIP de plusieurs
option-file2 = fichier2
option-file2-description = Un autre
option-file3 = fichier3
option-file3-description = Un troisième
option-address = adresse
option-address-description = https://… d’une page, ou d’un flux RSS ou Atom
option-article = article
option-article-description = Commencez à taper son titre, et choisissez
option-removed = retiré
option-removed-description = Commencez à taper son titre, et choisissez
option-name = nom
option-name-description = Comme la liste le montre
sort-relevance = les plus pertinents
sort-newest = les plus récents
sort-oldest = les plus anciens
look-dark = sombres
look-light = claires
mode-mentions = quand on me mentionne
mode-nothing = rien ; qui utilise une commande voit seul la réponse
mode-everything = à chaque message, et à chaque nouveau post d’un forum
mode-threads = à chaque message de ses fils
