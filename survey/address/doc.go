// Package address decides which e-mail address is valid, which two are the same, and what goes on the envelope. It is the
// only place in the house that does: contacts, suppressions, bounces, uniqueness, governance, log-ins and the sender all
// ask it, so that nobody is mailed in one spelling who is on the list in another.
//
// What is decided here, once:
//
//   - People paste addresses out of mails, tables and web pages. Characters that nobody sees (U+200B, a byte order mark, a
//     soft hyphen, marks of direction), blanks, quotes and brackets around the address, a name before it, mailto:, a full
//     stop behind it, and full-width letters are mended, not refused.
//   - A domain is compared, and put on the envelope, as it stands in the DNS: mapped by UTS 46 (non-transitional, as
//     browsers do: "straße.example" is not "strasse.example") to ASCII labels in lower case. It is shown in its own letters.
//   - Upper and lower case before the @ are one person. RFC 5321 lets a server tell them apart; none that matters does, and
//     an opt-out must not be escaped by a capital letter. On the envelope stands what was written.
//   - What follows a + before the @ is a tag (RFC 5233): the mail lands with the same person. [Address.Key] keeps it, for the
//     two may be two rows; [Address.Person] drops it, for whoever asks not to be mailed, or was asked already, is a person.
//   - "@example.com" and "*@example.com" stand for everybody at that domain, and nobody at one below it, where a list may name many
//     ([ParseRule]); where one address is asked for, they are refused.
//   - Dots before the @ count: only Gmail ignores them, and guessing a provider's rules would join strangers elsewhere.
//   - What our sender cannot put on an envelope (a quoted part before the @, an address literal, a host without a dot) is
//     refused here, with a clause that says why, and so is what could be read in two ways (two addresses in one cell).
package address
