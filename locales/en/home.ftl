# templates/pages/home.html

home-title = Welcome
home-text = Sign in to continue, or sign up if you are new here.
home-text-closed = Sign in to continue.
home-signed-in-heading = You are signed in
home-signed-in-text = as
home-continue = Continue to { $site }
home-account = Your account
home-apps-heading = My apps
home-hide = Hide
home-show = Show again
home-hidden =
    { $n ->
        [one] One hidden app
       *[other] { $n } hidden apps
    }
