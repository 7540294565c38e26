# templates/pages/factors_stop.html

factors-stop-title-ready = Zurücksetzen verhindern?
factors-stop-text-ready = Die Betreiber dieser Seite wurden gebeten, den zweiten Faktor Ihres Kontos zu entfernen. Falls Sie das nicht waren, verhindern Sie es:
factors-stop-button = Zurücksetzen verhindern
factors-stop-was-you = Falls Sie darum gebeten haben, weil Sie Ihr Handy verloren haben, schließen Sie diese Seite. Dann geht es weiter.
factors-stop-title-used = Schon verhindert
factors-stop-text-used = Das Zurücksetzen wurde verhindert. Ihr zweiter Faktor bleibt, wie er ist.
factors-stop-title-expired = Dieser Link gilt nicht mehr
factors-stop-text-expired = Es steht kein Zurücksetzen aus: Es wurde verhindert oder ist schon geschehen. Melden Sie sich an, um den Stand Ihres zweiten Faktors zu sehen.
factors-stop-see = Zweiten Faktor ansehen
