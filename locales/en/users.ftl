# templates/pages/users.html and users/

never = Never
role-all = Any role
role-user = User
role-admin = Admin
fact-confirmed = Email address confirmed
fact-not-yet = Not yet
fact-no-name = None given
fact-sessions = Open sessions
fact-id = Account ID
user-deletion-on = on
user-groups = Groups
user-no-groups = None
user-groups-save = Save groups
user-groups-not-saved = You confirmed that it is you. Your choice is filled in again, but not saved yet.
user-name-hint = Small letters without accents, digits, dots, hyphens and underscores. Apps may know the account by this name: with another one, the person may be somebody new to them. The old name stays reserved.
user-name-save = Save user name
user-name-not-saved = You confirmed that it is you. The user name is filled in again, but not saved yet.
users-title = Users
users-search = Name or email address
users-by-status = Status
users-by-role = Role
users-by-factor = Second factor
factor-all = With or without
factor-with = With
factor-without = Without
user-factors = Second factors
user-no-factors = None
user-factor-totp = Authenticator app since
user-factor-passkey = Passkey since
users-by-group = Group
users-name = Name
users-address = Email address
users-status = Status
users-role = Role
users-count-exactly =
    { $n ->
        [one] One user
       *[other] { $count } users
    }
users-count-about = About { $count } users
users-count-more-than = More than { $count } users
users-order-created = oldest first
users-order-reverse-created = newest first
users-order-name = by name from A to Z
users-order-reverse-name = by name from Z to A
users-order-email = by email address from A to Z
users-order-reverse-email = by email address from Z to A
users-order-seen = longest not seen first
users-order-reverse-seen = last seen first
users-none-found = No users found
users-none-found-search = No name or email address in this selection matches “{ $q }”. Try fewer letters, or remove a filter.
users-none-found-filter = No account fits these filters. Remove one to see more.
users-show-all = Show all users
users-none = No users yet
users-none-text = Everybody who signs up and confirms an address appears here.
users-none-text-closed = Sign-up is closed. Once it is open, everybody who signs up and confirms an address appears here.
