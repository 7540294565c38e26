# Words that only this theme has.
harbour-hours = Le bureau est ouvert de 8 h à 16 h.
harbour-aboard = Bienvenue à bord, { $name }
