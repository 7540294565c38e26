# Words that only this theme has.
harbour-hours = The office is open from 8 to 16.
harbour-aboard = Welcome aboard, { $name }
