# Lo que el bot dice por sí mismo. Las fechas llegan como marcas de tiempo de Discord, que cada quien ve a su manera;
# todo lo demás que se inserta se escapa antes. Los nombres empiezan por la sala de bot/ que los dice.

## Avisos

notice-help =
    Hazme una pregunta y busco en la hemeroteca la frase que la responde: mencióname con tu pregunta, respóndeme, envíamela por mensaje directo o usa `/preguntar`.
notice-busy = Hay demasiadas preguntas a la vez. Vuelve a preguntar en un momento.
notice-too-slow = Tardé demasiado y dejé de buscar. Vuelve a preguntar en un momento.
notice-unreachable = La hemeroteca no está disponible en este momento. Inténtalo de nuevo en un minuto.
notice-no-index = La hemeroteca aún no está indexada. Quien gestiona este bot debe crear primero el índice.
notice-restarting = Me estoy reiniciando. Vuelve a preguntar en un minuto.
notice-outdated = Este comando ha cambiado. Recarga Discord e inténtalo de nuevo.
notice-apology = Lo siento, algo salió mal de mi lado. Quedó anotado para quien gestiona este bot.
notice-too-long =
    { $length ->
        [one] Esa pregunta tiene { $length } carácter
       *[other] Esa pregunta tiene { $length } caracteres
    }; leo hasta { $longest }. Hazla más corta, por favor.
notice-no-word = En esta pregunta no hay ninguna palabra. Pregúntame algo.
notice-no-word-to-find = Una búsqueda necesita al menos una palabra, por ejemplo: `"puente nuevo" -túnel`
notice-no-date = «{ $text }» no es una fecha. Escríbela como `2025-05-01`, `2025-05`, `2025`, o di hace cuánto: `7d` (7 días), `2w` (2 semanas), `3mo` (3 meses), `1y` (1 año).
notice-no-period = No hay nada publicado desde el { $after } y antes del { $before }: la segunda fecha debe ser posterior.
notice-no-source = Ningún artículo es de «{ $source }». { $known ->
        [none] Ningún artículo de esta hemeroteca indica su fuente.
       *[some] Fuentes disponibles: { $sources }.
    }
notice-too-often = Has preguntado mucho en poco tiempo. Podrás volver a preguntar { $when }.
notice-server-too-often = Aquí se ha preguntado mucho en poco tiempo. Podrás volver a preguntar { $when }.

## Respuestas

answer-quoted = «{ $text }»
answer-question = Pregunta: { $question }
answer-understood = Entendido: { $what }.
answer-not-said = La hemeroteca no lo dice.
answer-perhaps = Puede que esto responda, pero no es seguro:
answer-nearest = Lo que más se acerca:
answer-older = Artículos más antiguos dicen otra cosa:
answer-further = También en la hemeroteca:
answer-also-in = También en: { $articles }
answer-untitled = Sin título
answer-almost-certain = Casi con certeza, la respuesta.
answer-very-likely = Muy probablemente, la respuesta.
answer-likely = Probablemente, la respuesta.
answer-possible = Posiblemente, la respuesta.
answer-covers = La hemeroteca va del { $first } al { $last }.
answer-open = Abrir

understood-respelled = «{ $words }» como «{ $meant }»
understood-of-day = artículos del { $first } { $rank }
understood-between = artículos del { $first } al { $last } { $rank }
understood-since = artículos desde el { $first } { $rank }
understood-until = artículos hasta el { $last } { $rank }
understood-rank-first = en primer lugar
understood-rank-only = únicamente
understood-rank-none = (no hay ninguno)
understood-newest = lo más reciente primero
understood-going-on = como continuación de «{ $question }»
understood-nothing-there = no hay artículos de las fechas y la fuente pedidas

## Botones y listas

button-context = Contexto
button-more-context = Más contexto
button-read = Leer artículo
button-more = Más citas
button-similar = Artículos similares
button-share = Compartir
button-helpful = Útil
button-not-helpful = Poco útil
button-first = Primera
button-previous = Anterior
button-next = Siguiente
button-last = Última
button-jump = Página…
button-export = Dámelo todo
button-delete = Borrarlo
button-build = Reindexar
button-build-all-the-same = Reindexar de todos modos
button-cancel = Cancelar
button-remove = Quitar
select-open = Abrir un artículo

read-gone = Este artículo ya no está en la hemeroteca.
read-changed = Este artículo ha cambiado desde que se mostró; lo que llevó hasta aquí ya no está en él.
read-page = Página { $page } de { $pages }
more-heading = Más citas
similar-heading = Artículos parecidos a { $title }
similar-none = La hemeroteca no tiene ningún otro artículo parecido a este.
share-by = Compartido por { $member }
share-not-here = Aquí solo tú ves lo que envío: no puedo escribir en este canal.
vote-thanks = Gracias. Así, quien gestiona este bot ve con qué frecuencia ayudan las respuestas.
vote-title = ¿Qué falló?
vote-question = ¿Qué te habría ayudado?
vote-optional = Opcional. Se guarda con tu voto; no escribas nada personal.
jump-title = ¿Qué página?
jump-question = Número de la página
jump-no-number = Ese no es un número de página.

## Búsqueda

search-heading = Artículos sobre «{ $query }»
search-nearest = Nada coincide bien; estos artículos son los más cercanos.
search-nothing = Nada en la hemeroteca coincide con «{ $query }».
coverage-heading = Lo que tiene la hemeroteca sobre este mensaje
coverage-nothing = La hemeroteca no tiene nada sobre este mensaje.
article-none = Ningún artículo tiene un título como «{ $title }».
timeline-heading = Cuándo se habla de «{ $topic }» en la hemeroteca
timeline-nothing = Ningún artículo con fecha de la hemeroteca habla de «{ $topic }».
timeline-undated =
    { $articles ->
        [one] { $articles } artículo sin fecha no se incluye.
       *[other] { $articles } artículos sin fecha no se incluyen.
    }

## La imagen de una cronología

picture-day = { $day } de { $month } de { $year }
picture-short-day = { $day } { $month }
picture-per-week = Artículos por semana
picture-per-month = Artículos por mes
picture-per-year = Artículos por año
picture-total = { $number } en total
picture-undated = { $number } sin fecha, fuera del gráfico
picture-nothing = Ningún artículo con fecha habla de ello.
picture-about = Gráfico de barras: artículos que hablan de «{ $topic }».
picture-span = { $caption }, del { $first } al { $last }: { $total }.
picture-week = semana del { $day }
picture-peaks = Picos: { $peaks }.
picture-peak = { $time } ({ $number }), «{ $headline }»

## Ayuda

help-heading = Respondo con las palabras de la propia hemeroteca
help-ways =
    - Pregunta con `/preguntar`, mencióname, respóndeme o escríbeme un mensaje directo: cito la frase que responde.
    - Responde a una respuesta para seguir desde ahí, mejor en inglés: «and who paid for it?»
    - Indica una fecha en inglés si quieres: «in May 2024», «last week», «latest».
    - `/buscar` encuentra artículos, `/artículo` abre uno, `/cronología` muestra en una imagen cuándo un tema fue noticia.
    - *Aplicaciones → Buscar artículos* en cualquier mensaje muestra lo que la hemeroteca tiene sobre él.
help-archive =
    { $articles ->
        [one] La hemeroteca tiene { $articles } artículo, del { $first } al { $last }.
       *[other] La hemeroteca tiene { $articles } artículos, del { $first } al { $last }.
    }
help-archive-undated =
    { $articles ->
        [one] La hemeroteca tiene { $articles } artículo.
       *[other] La hemeroteca tiene { $articles } artículos.
    }
help-try = Prueba una de estas preguntas

## Canales

channel-not-allowed = Solo los miembros que pueden gestionar este servidor pueden configurar eso.
channel-no-content =
    No puedo hacer eso aquí: sin una mención, Discord no me muestra lo que escriben los miembros. Quien gestiona este bot tendría que activar el «Message Content Intent» y `discord.read_messages`.
channel-mentions = En { $channel } respondo cuando me mencionan.
channel-nothing = En { $channel } ya no respondo a los mensajes. Los comandos funcionan allí, pero solo quien usa uno ve la respuesta.
channel-no-permission = No puedo responder en { $channel }: no puedo ver ese canal o escribir en él.
channel-everything = En { $channel } respondo a cada mensaje; en un foro, a cada publicación nueva.
channel-threads = En los hilos de { $channel } respondo a cada mensaje.

## Privacidad

privacy-heading = Lo que se guarda
privacy-rules =
    - **Votos**: sobre qué respuesta, a favor o en contra, y el motivo, si lo das.
    - **Respuestas**: durante 30 días, los identificadores de tu mensaje y de mi respuesta, para que cambie cuando edites el tuyo.
    - **Admins**: lo que hacen con el archivo.
    Lo que cito y lo que buscas no se guarda en ningún sitio. Para seguir desde tu última pregunta la recuerdo media hora, solo en memoria.
privacy-questions-not-kept = Aquí las preguntas **no se guardan**.
privacy-questions-kept =
    { $days ->
        [one] Los admins de este servidor han elegido que las preguntas **se guarden { $days } día**, para ver qué le falta al archivo.
       *[other] Los admins de este servidor han elegido que las preguntas **se guarden { $days } días**, para ver qué le falta al archivo.
    }
privacy-of-you =
    De ti se guardan: { $questions ->
        [one] { $questions } pregunta
       *[other] { $questions } preguntas
    }, { $votes ->
        [one] { $votes } voto
       *[other] { $votes } votos
    } y { $actions ->
        [one] { $actions } acción de admin
       *[other] { $actions } acciones de admin
    }.
privacy-ask =
    ### ¿Borrarlo?
    Todas tus preguntas y votos guardados, en todos los servidores. No se pueden recuperar.
privacy-not-yours = Solo el propio miembro puede borrarlo.
privacy-deleted = Tus preguntas y votos están borrados, en todos los servidores. Lo que hiciste como admin sigue en el registro del servidor hasta que el bot lo deje.
privacy-file = Esto es todo lo que se guarda de ti:
privacy-partly = No se pudo llegar a algunas partes del bot: quizá guarden más de ti. Inténtalo de nuevo más tarde.
privacy-deleted-partly = Tus preguntas y votos están borrados en las partes del bot a las que se pudo llegar, pero no son todas. Usa `/privacy` de nuevo más tarde para borrar el resto.

## Cuidar el archivo

archive-not-allowed = Solo pueden hacerlo los miembros que pueden gestionar este servidor o que tienen el rol designado para ello.
archive-status = El archivo
archive-counts =
    { $articles ->
        [one] { $articles } artículo
       *[other] { $articles } artículos
    }, { $sentences } frases que pueden citarse.
archive-built = Construido { $when }: { $added } añadidos, { $changed } cambiados, { $removed } quitados.
archive-is-shared = Este servidor recibe respuestas del archivo que todos comparten; aún no tiene uno propio. `/archivo añadir` empieza uno.
archive-is-kept = Los admins de este servidor cuidan este archivo.
archive-disk = La generación { $current } es la actual; guardadas: { $generations } (`/archivo volver` regresa a una). En disco { $used } MB, libres { $free } MB.
archive-held = Tras volver atrás nada se indexa por sí solo hasta que alguno de vosotros reindexe.
archive-log = Lo que hicieron los admins
archive-log-empty = Nada todavía.
archive-role-set = Los miembros con el rol { $role } ya pueden cuidar el archivo, junto a quienes pueden gestionar el servidor. Para que vean `/archivo`, permíteselo al rol en *Ajustes del servidor → Integraciones*.
archive-role-none = Ahora solo cuidan el archivo quienes pueden gestionar el servidor.
archive-role-everyone = Eso son todos; nombra un rol que solo tengan quienes deban cuidar el archivo.
archive-questions-kept =
    { $days ->
        [one] Las preguntas de este servidor se guardan desde ahora { $days } día. `/privacidad` se lo dice a los miembros.
       *[other] Las preguntas de este servidor se guardan desde ahora { $days } días. `/privacidad` se lo dice a los miembros.
    }
archive-questions-not-kept = Las preguntas ya no se guardan; las guardadas están borradas.
archive-gaps = Lo que se preguntó y el archivo no dice
archive-gaps-none = Nada: todas las preguntas guardadas tuvieron respuesta.
archive-gaps-off = En este servidor no se guardan las preguntas, así que nadie lo sabe. `/archivo preguntas` lo activa.
archive-exported = Los artículos como JSON Lines, comprimidos con gzip. `pullquote build` los vuelve a leer.
archive-export-too-large = Los artículos ocupan más de { $megabytes } MB, y Discord no acepta más de mí. Quien lleva este bot puede usar `pullquote export`.
archive-export-running = Ya hay una exportación en curso para este servidor; aparecerá donde se pidió.
archive-no-generation = No hay tal generación. `/archivo estado` nombra las guardadas.
archive-rolled-back = La generación { $generation } vuelve a estar en vigor. En unos segundos se responde con ella. Nada se indexa por sí solo hasta que alguien inicie una reindexación.
action-reindex = empezó una reindexación
action-shrink = reindexó aunque se perdieran { $detail } artículos
action-cancel = detuvo una reindexación
action-rollback = volvió a la generación { $detail }
action-role = designó el rol que cuida el archivo: { $detail }
action-questions =
    { $detail ->
        [0] ya no guarda las preguntas
        [one] guarda las preguntas { $detail } día
       *[other] guarda las preguntas { $detail } días
    }
action-export = se llevó los artículos

build-plan = Lo que haría una reindexación
build-changes = Artículos: { $added } por añadir, { $changed } por cambiar, { $removed } por quitar; { $unchanged } quedan igual.
build-changed = Artículos: { $added } añadidos, { $changed } cambiados, { $removed } quitados; { $unchanged } como antes.
build-own = Este servidor tiene ahora un archivo propio: el compartido, con lo que añadís y sin lo que quitáis. { $articles } artículos. Otros servidores no ven nada de él.
build-added = Por añadir
build-modified = Por cambiar
build-removed = Por quitar
build-skipped =
    { $files ->
        [one] { $files } fichero o línea no pudo leerse.
       *[other] { $files } ficheros o líneas no pudieron leerse.
    }
build-skipped-why = `/archivo estado` dice cuáles y por qué.
build-nothing = No ha cambiado nada.
build-shrinking = **Se perderían { $lost } de { $articles } artículos.** Si falta una carpeta, devuélvela primero.
build-running = Reindexación
build-reading = leyendo artículos
build-cutting = cortando pasajes
build-copying = copiando pasajes sin cambios
build-loading = cargando el modelo
build-embedding = vectorizando pasajes
build-words = indexando palabras
build-vectors = indexando vectores
build-writing = escribiendo el índice
build-filling = llenando el servidor de búsqueda
build-waiting = Espera al servidor que busca
build-server = indexando en el servidor
build-rate = { $rate } por segundo
build-left = quedan { $seconds } s
build-done =
    { $seconds ->
        [one] Reindexado en { $seconds } segundo
       *[other] Reindexado en { $seconds } segundos
    }
build-goes-on = La reindexación sigue; Discord me deja mostrarla aquí un cuarto de hora. `/archivo reindexar` la muestra de nuevo.
build-cancelled = Detenido. El archivo está como antes.
build-not-running = No hay ninguna reindexación en marcha.
build-other = Otra construcción de este archivo está en marcha. Inténtalo cuando termine.
build-disk-full = No hay sitio en el disco. El archivo está como antes; quien lleva este bot tiene que hacer sitio.
build-no-articles = No hay ningún artículo: la carpeta falta o está vacía. El archivo está como antes.
build-no-index = El índice no puede escribirse. El archivo está como antes; quien lleva este bot tiene que mirar.
build-stalled = La indexación no dio señales durante mucho tiempo y fue terminada. El archivo está como antes; inténtalo otra vez y avisa a quien lleva este bot si vuelve a pasar.
build-failed = Eso falló. El archivo está como antes; el registro dice más a quien lleva este bot.

skipped-other = no se puede leer; el registro dice más a quien lleva este bot
skipped-empty = vacío
skipped-format = no es un tipo de fichero que contenga artículos
skipped-encoding = no se reconocen sus letras; guárdalo en UTF-8
skipped-binary = no es un texto
skipped-too-large = más de { $detail } MB; envíalo por partes
skipped-too-many = más de { $detail } páginas o ficheros; envíalo por partes
skipped-unpacked = demasiado grande al descomprimirlo; guárdalo de nuevo o por partes
skipped-too-long = tarda demasiado en leerse; guárdalo de nuevo o por partes
skipped-locked = protegido con contraseña; guárdalo sin ella
skipped-damaged = dañado; ábrelo y guárdalo de nuevo
skipped-no-text = sin texto
skipped-pictures = solo imágenes de páginas; haz reconocer antes su texto (OCR)
skipped-link = un enlace a otro lugar
skipped-hidden = oculto
skipped-name = un nombre que ningún fichero debería tener; cámbialo
skipped-zip = un ZIP dentro de un ZIP; envíalo por separado
skipped-closed = no se puede abrir
skipped-line = no es un artículo; le falta «text»
skipped-lines = { $detail } líneas más como estas
skipped-double = otro tiene el mismo nombre
skipped-place = aún sin artículos: no se puede leer
skipped-room = no hay sitio: un servidor puede añadir { $detail } MB
skipped-unfetched = no se pudo obtener de Discord; envíalo otra vez

shelf-nothing = Indica un fichero o una dirección. Ficheros: { $kinds }.
shelf-added =
    { $articles ->
        [0] No se encontró ningún artículo ahí
        [one] { $articles } artículo añadido
       *[other] { $articles } artículos añadidos
    }
shelf-known =
    { $articles ->
        [one] Ya estaba, sin cambios
       *[other] { $articles } artículos ya estaban, sin cambios
    }
shelf-source-added =
    { $kind ->
        [feed] { $articles ->
            [one] Añadido el canal **{ $source }**, que tiene { $articles } artículo y se visita con regularidad.
           *[other] Añadido el canal **{ $source }**, que tiene { $articles } artículos y se visita con regularidad.
        }
       *[page] Añadida la página **{ $source }**, que se vuelve a mirar una vez al día.
    }
shelf-no-source = En { $address } no hay nada que pueda leer, o ya es una fuente.
shelf-too-many = Un servidor puede añadir { $most } canales y páginas; quita antes alguno.
shelf-sources = De dónde vienen los artículos, además de la carpeta
shelf-sources-none = De ningún otro sitio. `/archivo añadir` añade un fichero, una página o un canal; las carpetas las añade quien lleva este bot.
shelf-kind-folder = carpeta
shelf-kind-feed = canal
shelf-kind-page = página
shelf-articles =
    { $articles ->
        [one] { $articles } artículo
       *[other] { $articles } artículos
    }
shelf-visited = visitado { $when }
shelf-paused = en pausa
shelf-failed = la última visita falló; se intentará de nuevo
shelf-no-such-source = No hay ninguna fuente «{ $source }». `/archivo fuentes lista` las muestra todas.
shelf-remove = ¿Quitar este artículo?
shelf-remove-kept = Durante 30 días `/archivo restaurar` lo devuelve.
shelf-not-in-bin = Eso no está en la papelera.
fetch-address = «{ $address }» no es la dirección de una página; escríbela como `https://example.org/news`.
fetch-forbidden = { $address } lleva a una red privada o a otro servicio que no es la web. Ahí no voy.
fetch-unknown-host = No se conoce ningún servidor con ese nombre: { $address }. Revisa cómo se escribe.
fetch-unreachable = No se puede llegar a { $address }. Inténtalo más tarde.
fetch-certificate = { $address } no tiene un certificado válido.
fetch-slow = { $address } no respondió a tiempo. Inténtalo más tarde.
fetch-large = { $address } pasa de { $detail } MB.
fetch-kind = { $address } no es nada que pueda leer ({ $detail }).
fetch-status = { $address } responde con el estado { $detail }. Mira la dirección en un navegador.
fetch-busy = { $address } pide volver más tarde.
fetch-robots = { $address } no debe ser leído por programas, dice el sitio. Pregunta a su dueño.
fetch-redirects = { $address } lleva sin fin de una dirección a otra.
fetch-insecure = { $address } ya no va cifrado aunque el camino sí lo era.
fetch-broken = { $address } da una respuesta que no se entiende.
action-add = añadió { $detail }
action-remove = quitó «{ $detail }»
action-restore = devolvió «{ $detail }»
action-pause = puso en pausa la fuente { $detail }
action-resume = reanudó la fuente { $detail }
action-drop = quitó la fuente { $detail }

## Comandos: los nombres y las opciones son una palabra en minúsculas, las descripciones tienen hasta 100 caracteres

command-ask = preguntar
command-ask-description = Encuentra en la hemeroteca la frase que responde a tu pregunta
command-search = buscar
command-search-description = Encuentra artículos por palabras y por significado
command-article = artículo
command-article-description = Abre un artículo y léelo aquí
command-timeline = cronología
command-timeline-description = Mira cuándo un tema fue noticia
command-help = ayuda
command-help-description = Lo que puedes preguntar, con preguntas para probar
command-channel = canal
command-channel-description = Configura dónde respondo aunque nadie me mencione
command-privacy = privacidad
command-privacy-description = Lo que se guarda de ti; llévatelo o bórralo
command-archive = archivo
command-archive-description = Cuidar el archivo de este servidor
command-archive-status = estado
command-archive-status-description = Lo que contiene el archivo y cómo está
command-archive-reindex = reindexar
command-archive-reindex-description = Poner el archivo al día: primero lo que cambiaría
command-archive-rollback = volver
command-archive-rollback-description = Volver a una generación anterior del índice
command-archive-export = exportar
command-archive-export-description = Todos los artículos en un fichero
command-archive-gaps = lagunas
command-archive-gaps-description = Lo que se preguntó y el archivo no dice
command-archive-log = registro
command-archive-log-description = Lo que hicieron los admins
command-archive-role = rol
command-archive-role-description = Quién puede cuidar el archivo junto a quienes gestionan el servidor
command-archive-questions = preguntas
command-archive-questions-description = Guardar las preguntas de los miembros tantos días; 0: nada
command-archive-add = añadir
command-archive-add-description = Añadir ficheros, o la página o el canal de una dirección
command-archive-remove = quitar
command-archive-remove-description = Quitar un artículo; puede volver durante 30 días
command-archive-restore = restaurar
command-archive-restore-description = Devolver un artículo quitado
command-archive-sources = fuentes
command-archive-sources-description = De dónde vienen los artículos, además de la carpeta
command-archive-sources-list = lista
command-archive-sources-list-description = Todos los canales, páginas y carpetas, y cuándo se visitaron
command-archive-sources-pause = pausar
command-archive-sources-pause-description = Dejar los artículos de una fuente como están
command-archive-sources-resume = reanudar
command-archive-sources-resume-description = Volver a visitar una fuente en pausa
command-archive-sources-drop = quitar
command-archive-sources-drop-description = Quitar del archivo una fuente y sus artículos
command-coverage = Buscar artículos
option-question = pregunta
option-question-description = Lo que te gustaría saber de la hemeroteca
option-query = términos
option-query-description = Palabras, "una frase exacta", -palabra para excluirla
option-topic = tema
option-topic-description = Palabras, o "una frase exacta"
option-title = título
option-title-description = Empieza a escribir y elige
option-after = desde
option-after-description = Publicados desde: 2025-05-01, 2025-05, 2025, o hace 7d (días), 2w (semanas), 3mo (meses)
option-before = antes
option-before-description = Publicados antes de: 2025-05-01, 2025-05, 2025, o hace 7d (días), 2w (semanas), 3mo (meses)
option-source = fuente
option-source-description = Solo artículos de esta fuente
option-sort = orden
option-sort-description = Qué aparece primero
option-private = privado
option-private-description = Si solo lo ves tú
option-look = colores
option-look-description = Colores de la imagen
option-answers = respuestas
option-answers-description = A qué respondo en este canal
option-generation = generación
option-generation-description = Su número; sin él, la generación anterior a la actual
option-role = rol
option-role-description = Cuyos miembros pueden cuidar el archivo; sin él, solo quien gestiona el servidor
option-days = días
option-days-description = De 0 a 365
option-file = fichero
option-file-description = Un fichero, o un ZIP con muchos
option-file2 = fichero2
option-file2-description = Otro más
option-file3 = fichero3
option-file3-description = Un tercero
option-address = dirección
option-address-description = https://… de una página, o de un canal RSS o Atom
option-article = artículo
option-article-description = Empieza a escribir su título y elige
option-removed = quitado
option-removed-description = Empieza a escribir su título y elige
option-name = nombre
option-name-description = Como lo muestra la lista
sort-relevance = los más relevantes
sort-newest = los más recientes
sort-oldest = los más antiguos
look-dark = oscuros
look-light = claros
mode-mentions = cuando me mencionan
mode-nothing = nada; quien usa un comando ve la respuesta a solas
mode-everything = a cada mensaje, y a cada publicación nueva de un foro
mode-threads = a cada mensaje de sus hilos
