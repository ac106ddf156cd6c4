# Ce que le bot dit de lui-même. Les dates sont des horodatages de Discord, que chacun voit sous sa propre forme ; tout
# ce qui est inséré d’autre est échappé avant. Les noms commencent par la pièce de bot/ qui les dit.

## Avis

notice-help =
    Posez-moi une question, et je cherche dans les archives la phrase qui y répond : mentionnez-moi avec votre question, répondez-moi, envoyez-la-moi en message privé ou utilisez `/demander`.
notice-busy = Trop de questions à la fois en ce moment. Réessayez dans un instant.
notice-too-slow = C’était trop long, j’ai donc arrêté la recherche. Réessayez dans un instant.
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
channel-no-permission = Je ne peux pas répondre dans { $channel } : je ne peux pas voir ce salon ou y écrire.
channel-everything = Dans { $channel }, je réponds à chaque message ; dans un forum, à chaque nouveau post.
channel-threads = Dans les fils de { $channel }, je réponds à chaque message.

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
sort-relevance = les plus pertinents
sort-newest = les plus récents
sort-oldest = les plus anciens
look-dark = sombres
look-light = claires
mode-mentions = quand on me mentionne
mode-everything = à chaque message, et à chaque nouveau post d’un forum
mode-threads = à chaque message de ses fils
