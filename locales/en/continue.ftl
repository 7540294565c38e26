# templates/pages/continue.html and templates/pages/continue

continue-title = On to { $app }
continue-heading = On to { $app }
continue-text = If nothing happens, use the button.
continue-link = Continue
no-access-title = No access
no-access-heading = You may not open { $app }
no-access-text = Your account has no access to { $app }. If you think it should, ask the people who run { $site }. You are signed in as:
no-access-home = To the front page
