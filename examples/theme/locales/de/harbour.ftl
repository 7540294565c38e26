# Messages that only the templates of this theme show.
harbour-hours = Das Büro ist von 8 bis 16 Uhr geöffnet.
harbour-aboard = Willkommen an Bord, { $name }
