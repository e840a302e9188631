// Package mailbox reads a mailbox for mails that came back, by IMAP (RFC 3501, 9051) or POP3 (RFC 1939). It goes by the numbers (UIDs) or unique ids that the
// server gives to mails, so that each is fetched once: what turns out to be ours is marked as read, moved or deleted, and all else is left as it was.
package mailbox
