# templates/pages/dev/

dev-mailbox-title = Development mailbox
dev-mailbox-text = Emails are collected here in development and go nowhere else.
dev-mailbox-count =
    { $n ->
        [one] One email
       *[other] { $n } emails, newest first
    }
dev-mailbox-empty = No emails yet
dev-mailbox-empty-text = Sign up with any address, then reload this page.
dev-mail-subject = Subject
dev-mail-to = To
dev-mail-from = From
dev-mail-at = Sent
dev-mail-text = Plain text version
dev-mail-html = HTML version
