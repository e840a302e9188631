package preflight

import (
	"bytes"
	"context"
	"fmt"
	"net/mail"
	"strings"

	"earshot/survey"
)

const (
	// longestLine is the longest that SMTP carries (RFC 5322, 2.1.1).
	longestLine = 998
	// largestMail is where Gmail begins to cut mails off, in bytes.
	largestMail = 100 << 10
)

// headers looks at a mail as it goes out.
func (r *run) headers(context.Context) []survey.MailCheck {
	const name = "Header and size"
	if r.SampleErr != nil {
		return one(name, survey.CheckFault, "A mail cannot be made: "+r.SampleErr.Error()+".", "")
	}
	if len(r.Sample) == 0 {
		return one(name, survey.CheckUnknown, "Without a sender no mail can be made.", "Set -mail-from.")
	}
	m, err := mail.ReadMessage(bytes.NewReader(r.Sample))
	if err != nil {
		return one(name, survey.CheckFault, "A mail cannot be read: "+err.Error()+".", "")
	}
	if problem := r.misses(m.Header); problem != "" {
		return one(name, survey.CheckFault, "A mail is not as it must be: "+problem+".", "")
	}
	longest := 0
	for line := range bytes.Lines(r.Sample) {
		longest = max(longest, len(bytes.TrimRight(line, "\r\n")))
	}
	size := fmt.Sprintf("a mail has %d bytes, its longest line %d", len(r.Sample), longest)
	checks := one(name, survey.CheckOK, "From, To, Date, Message-ID and unsubscribing by one click are there; "+size+".", "")
	switch {
	case longest > longestLine || len(r.Sample) > largestMail:
		checks = one(name, survey.CheckWarning, "A mail is too large: "+size+".", "Shorten the survey's texts.")
	case m.Header.Get("List-Unsubscribe-Post") == "":
		checks = one(name, survey.CheckWarning, "Mail programs offer no unsubscribing by one click, which Google and Yahoo want; "+size+".", "Let -base-url begin with https://.")
	}
	if !r.Postal {
		return append(checks, one("Postal address", survey.CheckWarning, "Mails do not tell where you can be written to, which the law of many countries wants.", "Set -postal-address.")...)
	}
	return append(checks, one("Postal address", survey.CheckOK, "Mails tell where you can be written to.", "")...)
}

// misses says what a header lacks, or has twice; empty if nothing.
func (r *run) misses(h mail.Header) string {
	for _, field := range []string{"From", "To", "Date", "Message-Id", "Subject", "Mime-Version"} {
		if n := len(h[field]); n != 1 {
			return fmt.Sprintf("it has %d fields %s", n, field)
		}
	}
	if _, err := h.Date(); err != nil {
		return "its date cannot be read"
	}
	from, err := h.AddressList("From")
	if err != nil || len(from) != 1 || !strings.EqualFold(domainOf(from[0].Address), r.from) {
		return "its sender is not of " + r.from
	}
	if id := h.Get("Message-Id"); !strings.HasPrefix(id, "<") || !strings.Contains(id, "@") {
		return "its Message-ID is none"
	}
	if h.Get("List-Unsubscribe") == "" {
		return "it says nothing of unsubscribing"
	}
	return ""
}
