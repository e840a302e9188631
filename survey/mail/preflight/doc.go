// Package preflight looks at what decides whether mails arrive before they are sent: what the DNS says of the sender, how the mail server is
// reached, where the links lead, and what a mail looks like. It changes nothing, and what cannot be found out is unknown, never an error.
package preflight
