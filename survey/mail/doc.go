// Package mail composes invitation mails and hands them to an SMTP relay. It is the only importer of mail libraries.
//
// SMTP implements survey.Mailer. What it promises above all is an honest Outcome: whoever gets Temporary may send the message
// again, for no server has taken it; whoever gets Uncertain must not, for one may have.
package mail
