# templates/pages/groups.html and groups/

groups-title = Groups
groups-text = Groups say who may use which app behind this site. A change counts at once.
groups-count =
    { $n ->
        [one] One group
       *[other] { $n } groups
    }
groups-name = Name
groups-name-hint = Small letters without accents, digits, dots, hyphens and underscores. It cannot be changed later.
groups-description = Description
groups-no-description = No description
groups-members = Members
groups-in-settings = From the settings
groups-none = No groups yet
groups-none-text = Create the first one below, then add people to it.
groups-new = New group
groups-create = Create group
groups-not-saved = You confirmed that it is you. What you typed is filled in again, but nothing is saved yet.

group-all = Any group
group-members-exactly =
    { $n ->
        [one] One member
       *[other] { $count } members
    }
group-members-about = About { $count } members
group-members-more-than = More than { $count } members
group-in-list = Show in the user list
group-none = Nobody is in this group yet.
group-remove = Remove
group-add = Add a member
group-add-hint = The address of an account that exists already.
group-add-button = Add to the group
group-change = Change the description
group-delete = Delete the group
group-delete-text = All members lose at once what the group allows them. Their accounts stay.
group-delete-button = Delete the group { $name }
group-in-settings-text = This group comes from the settings of the server. Its members can be changed here, the group itself only there.
group-not-pressed = You confirmed that it is you. Nothing is changed yet: press the button again.
