# Messages that only the templates of this theme show.
harbour-hours = The office is open from 8 to 16.
harbour-aboard = Welcome aboard, { $name }
