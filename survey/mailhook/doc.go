// Package mailhook reads what mail services tell of our mails by webhook: bounces, complaints, opt-outs, delays. Whoever calls is believed
// by what the service signs with alone: [Hooks.Read] looks at that first, and at the rest only then.
//
// What comes out is an [inbound.Mail], as if the news had come back as a mail: its MessageID is the service's own name of the event, by
// which what is told twice is known; About and To are the Message-ID and the return path of ours that it names.
//
// Each service tells of a mail in its own way. Amazon SES gives another Message-ID to what it sends, but names the envelope's sender and,
// where it is told to, the original header. SendGrid and Mailgun keep the Message-ID, and not all of their events name it. Postmark gives
// its own. So each mail carries its Message-ID once more, in the field that the service repeats in its events: see [Variable].
package mailhook
