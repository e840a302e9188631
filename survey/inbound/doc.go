// Package inbound reads a mail that came back and says what it is: a bounce, a complaint, an automatic answer, somebody who does not
// want to be asked any more, or what a person wrote. It is pure: bytes in, a value out.
//
// The order of the questions is the heart of it, for one mail often looks like several:
//
//  1. A complaint and a delivery report have a form of their own (RFC 5965, RFC 3464), which nothing else has by chance. It counts
//     only where it is the mail's own: what hangs in a message that somebody forwards or sends back says nothing of who sends it.
//  2. A notice is a bounce without that form. Mail servers write it in a thousand ways, so two of three signs must come together: a
//     mail server sent it, its subject says so, its words say so. A person who quotes a bounce has none of them, for quoted words
//     do not count; a bounce whose words also speak of a holiday has all.
//  3. Whatever else a program sends is an automatic answer, if it answers something, and of no interest if it is sent to many.
//  4. The rest was written by a person: who asks to be left alone says just that, in a line; who says more is answering.
//
// Mail is read as it comes, not as it should be: damaged headers, parts without an end, wrong encodings and wrong character sets lose
// what is damaged and no more.
package inbound
