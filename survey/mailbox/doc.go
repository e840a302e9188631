// Package mailbox reads a mailbox by IMAP (RFC 3501, 9051) for mails that came back. It goes by the numbers that the server gives to mails
// (UIDs), so that each is fetched once: what turns out to be ours is marked as read, moved or deleted, and all else is left as it was.
package mailbox
