# Messages that only the templates of this theme show.
harbour-hours = Le bureau est ouvert de 8 h à 16 h.
harbour-aboard = Bienvenue à bord, { $name }
