# templates/pages/logout.html

logout-heading = Sign out?
logout-text = This ends your session at { $site } in this browser.
logout-stay = Stay signed in
