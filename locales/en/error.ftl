# templates/pages/error.html

error-page-home = To the front page
error-page-again = Back to the form
error-page-contact = Ask for help
error-page-reference = Reference, if you ask for help:
error-page-retry-seconds =
    { $n ->
        [one] Try again in a second.
       *[other] Try again in { $n } seconds.
    }
error-page-retry-minutes =
    { $n ->
        [one] Try again in a minute.
       *[other] Try again in { $n } minutes.
    }
error-page-400-title = That request was not clear
error-page-400-text = What your browser sent could not be read. Go back, reload the page and try once more.
error-page-403-title = That is not allowed
error-page-403-text = Your account may not open this page. If you think it should, ask the people who run { $site }.
error-page-403-text-foreign = This form was sent from another site, so nothing was changed. Open its page here and send it again.
error-page-409-title = This form was for another sign-in
error-page-409-text = It was on a page of another account, or of an earlier sign-in. Nothing was changed.
error-page-403-text-http = This page was opened without https, so nothing was changed. Open it here and send the form again:
error-page-404-title = Page not found
error-page-404-text = There is nothing at this address. Check it for typing mistakes. If it came from an email, use the newest one.
error-page-413-title = That was too much
error-page-413-text = What was sent is larger than this page accepts. Go back, shorten it and send it again.
error-page-415-title = That format is not supported
error-page-415-text = What was sent came in a form that this page does not understand. Open the page again and send it from there.
error-page-422-title = Something does not fit
error-page-422-text = A part of what was sent is missing or cannot be used. Go back, check what you typed and send it again.
error-page-429-title = Too many tries
error-page-429-text = There were many tries in a short time, so there is a short break now. Nothing has been changed.
error-page-500-title = Something broke on our side
error-page-500-text = It is not your doing. Try again in a few minutes. If it stays like this, tell us the reference below.
error-page-503-title = Back in a moment
error-page-503-text = The service is busy or being looked after. Wait a little, then reload this page.
