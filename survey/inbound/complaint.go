package inbound

import (
	"slices"
	"strings"
)

// complains reads a complaint: a feedback report (RFC 5965), or Microsoft's form, which has no report but the message attached,
// or is that message itself.
func (l *letter) complains(m *Mail) bool {
	report := l.feedback()
	inner := l.message()
	original := l.header.Get(reportedBy)
	if inner != nil && original == "" && !l.returnsInner() {
		original = inner.header.Get(reportedBy)
	}
	switch {
	case report != nil && !complaint(report.get("Feedback-Type")):
		return true // it says that the mail was no spam, or failed a check: nobody complains
	case report == nil && original == "":
		return false
	}
	m.Kind = Complaint
	var who []string
	for _, f := range report {
		if slices.Contains([]string{"original-rcpt-to", "removal-recipient"}, f.name) {
			who = append(who, addressesIn(f.value)...)
		}
	}
	who = append(who, addressesIn(original)...)
	if len(who) == 0 && inner != nil {
		who = mailboxes(inner.header.Get("To"))
	}
	m.Complainants = distinct(slices.DeleteFunc(who, func(a string) bool { return strings.HasPrefix(strings.ToLower(a), "redacted") }))
	return true
}

// returnsInner says that the message hangs in the mail because it was not delivered, or because a person answers or forwards it.
func (l *letter) returnsInner() bool { return l.fromSystemOrReport() || l.passedOn() }

// reportedBy is where Microsoft writes who called the message spam.
const reportedBy = "X-Hmxmroriginalrecipient"

// complaint says whether a feedback report of the type is a person's complaint. The types that are not are of mail that was taken
// for spam wrongly (RFC 5965) and of failed checks of the sender (RFC 6591).
func complaint(feedback string) bool {
	return !slices.Contains([]string{"not-spam", "auth-failure", "dmarc"}, strings.ToLower(strings.TrimSpace(feedback)))
}

// feedback returns the fields of a feedback report, nil if the mail is none.
func (l *letter) feedback() fields {
	if p := l.find("message/feedback-report"); p != nil {
		return readFields(p.words())
	}
	if l.params["report-type"] != "feedback-report" {
		return nil
	}
	var found fields
	l.walk(func(p *part) {
		if f := readFields(p.words()); found == nil && f.get("Feedback-Type") != "" {
			found = f
		}
	})
	return found
}

// distinct returns the addresses once each, however they are written.
func distinct(addresses []string) []string {
	var once []string
	for _, a := range addresses {
		if !slices.ContainsFunc(once, func(b string) bool { return strings.EqualFold(a, b) }) && len(once) < maxRecipients {
			once = append(once, a)
		}
	}
	return once
}
