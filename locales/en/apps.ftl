# templates/pages/apps.html and apps/

apps-title = Apps
apps-text = The apps that this site lets people into. A change counts at once.
apps-count =
    { $n ->
        [one] One app
       *[other] { $n } apps
    }
apps-name = Name
apps-in-settings = From the settings
apps-overridden = No effect
apps-none = No apps yet
apps-none-text = Add the first one, then set up the proxy in front of it.
apps-new = New app

app-id = Id
app-id-hint = Small letters without accents, digits and hyphens. It cannot be changed later.
app-hosts = Hosts
app-hosts-hint = Where the app is reached, one a line, such as wiki.example.org. With a port if it has one of its own.
app-no-hosts = None
app-url = Address of the tile
app-url-hint = Where its tile on the front page leads. Without one, to the first of its hosts.
app-access = Who may enter
app-access-everyone = Everybody who has an account
app-access-groups = The members of these groups
app-access-nobody = Nobody
app-no-groups = There are no groups yet. Until then nobody may enter.
app-public-paths = Paths open to everybody
app-public-paths-hint = One a line, such as /robots.txt, or /public/* with everything below.
app-open-networks = Networks from which it is open to everybody
app-open-networks-hint = One a line, such as 192.0.2.0/24.
app-remote-user = Header Remote-User
app-user-name = The app knows people by their user name
app-user-name-hint = Otherwise by the id of the account, which never changes. Admins can change a user name.
app-programs = Programs
app-second-factor = Demand a second factor
app-second-factor-hint = Only people enter who signed in with a second factor. Others are led to where they give it, or set one up.
app-basic-challenge = Ask programs for a name and a password
app-basic-challenge-hint = Many calendars and feed readers wait for that question before they send anything. Browsers are not asked.
app-create = Create app
app-not-saved = You confirmed that it is you. What you typed is filled in again, but nothing is saved yet.
app-not-pressed = You confirmed that it is you. Nothing is changed yet: press the button again.
app-change = Change the app
app-in-settings-text = This app comes from the settings of the server, and can be changed only there.
app-overridden-text = This app has no effect: an app of the settings has the same id.
app-overridden-hosts = An app of the settings has these hosts, so they have no effect here:
app-delete = Delete the app
app-delete-text = Nobody is let into the app any more, from the next click.
app-delete-overridden-text = There is also an app with this id that was made here. It has no effect, because the one of the settings counts. Only the one made here is deleted.
app-delete-button = Delete the app { $name }

app-setup = Set up the proxy
app-setup-text = The proxy in front of the app asks this site about each visitor. These are its settings, with the names of this app filled in. Choose your proxy, and check these first:
app-setup-again = If this proxy is in front of this site already, or of another app, add only the part of the app.
app-setup-vestibule = Where this site listens, as the proxy reaches it:
app-setup-app = Where the app listens; write its own address instead of this one:
app-setup-certificate = The paths below /etc/tls: write those of your certificate and its key. Caddy gets its own.
app-setup-trusted = The proxy must be named in the settings of this site, under
app-setup-other-hosts = The files are for the first host. Repeat its part for the others:
app-setup-check = Afterwards, this command asks through the proxy as a visitor would, and says what is wrong:
app-setup-no-host = The app has no host, only an address for its tile. So no proxy asks about it.
