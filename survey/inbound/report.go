package inbound

import (
	"strings"
)

// field is a field of a report; its name is in lower case.
type field struct{ name, value string }

// fields are those of a report or of a recipient in one.
type fields []field

// get returns the value of the first field of the name that has one.
func (f fields) get(name string) string {
	for _, one := range f {
		if one.name == strings.ToLower(name) && one.value != "" {
			return one.value
		}
	}
	return ""
}

// readFields reads lines of the form "Name: value", where a line that begins with a blank goes on with the one before.
func readFields(text string) fields {
	var all fields
	for line := range strings.SplitSeq(text, "\n") {
		name, value, found := strings.Cut(line, ":")
		switch folded := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t"); {
		case folded && len(all) > 0:
			all[len(all)-1].value += " " + strings.TrimSpace(line)
		case found && !folded && isField([]byte(line)):
			all = append(all, field{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
		}
		if len(all) > maxHeaderLines {
			break
		}
	}
	return all
}

// reports reads a delivery report (RFC 3464), or a receipt of reading (RFC 8098), which is an answer of a program.
func (l *letter) reports(m *Mail) bool {
	if l.find("message/disposition-notification") != nil && l.media == "multipart/report" {
		m.Kind = AutoReply
		return true
	}
	if l.passedOn() {
		return false
	}
	if inner := l.wrapped(); inner != nil {
		return inner.reports(m)
	}
	groups := l.deliveryStatus()
	var failed, delayed []Failure
	settled := false
	for _, group := range groups {
		switch group.action() {
		case "failed":
			failed = append(failed, group.failure(l))
		case "delayed":
			delayed = append(delayed, group.failure(l))
		case "relayed", "expanded", "delivered":
			settled = true
		}
	}
	switch {
	case len(failed) > 0:
		m.Kind, m.Failures = Bounce, once(failed)
	case len(delayed) > 0:
		m.Kind, m.Failures = Delayed, once(delayed)
		for i := range m.Failures {
			m.Failures[i].Permanent, m.Failures[i].BadAddress = false, false
		}
	default:
		return settled
	}
	return true
}

// wrapped returns the delivery report that another mail server has put into a mail of its own, as gateways do, or nil.
func (l *letter) wrapped() *letter {
	inner := l.message()
	if inner == nil || inner.media != "multipart/report" || inner.params["report-type"] != "delivery-status" || !l.fromSystem() || l.find("message/delivery-status") != nil {
		return nil
	}
	return newLetter(inner)
}

// passedOn says that a person answers or forwards the mail, whatever parts of it they leave in.
func (l *letter) passedOn() bool {
	return l.media != "multipart/report" && passedOn.MatchString(l.subject) && !l.fromSystem()
}

// passedOn finds subjects that a person's program began with "Re:" or "Fwd:".
var passedOn = alternatives(`^\s*(?:re|aw|sv|vs|antw|odp|rv|res|tr|fwd?|wg|enc|doorst|i|r|ynt|回复|回覆|答复|转发|转寄|返信|転送|отв|ha|пер)(?:\[\d+\])?\s*[:：]`)

// deliveryStatus returns the groups of fields of the recipients, of all the parts that hold some: the machine's part of the
// report, or text in which a gateway left it. These are at most maxRecipients in all.
func (l *letter) deliveryStatus() []recipientFields {
	var all []recipientFields
	l.walk(func(p *part) {
		switch {
		case len(all) >= maxRecipients:
		case p.media == "message/delivery-status", p.media == "message/global-delivery-status":
			all = append(all, recipientGroups(p.words())...)
		case p.parts == nil && strings.HasPrefix(p.media, "text/") && l.fromSystemOrReport():
			if text := p.words(); finalRecipient.MatchString(text) {
				before, _ := original(text)
				all = append(all, recipientGroups(before)...)
			}
		}
	})
	return all[:min(len(all), maxRecipients)]
}

func (l *letter) fromSystemOrReport() bool { return l.media == "multipart/report" || l.fromSystem() }

var finalRecipient = alternatives(`(?m)^(?:final|original)-recipient\s*:.*@`)

// recipientFields are the fields of one recipient in a delivery report.
type recipientFields struct{ fields }

// recipientGroups divides a delivery report. Groups are divided by empty lines, and where these are missing by the second
// Final-Recipient; the fields of the message as a whole come first, and name no recipient.
func recipientGroups(text string) []recipientFields {
	var all []recipientFields
	for block := range strings.SplitSeq(blankLine.ReplaceAllString(text, "\n\n"), "\n\n") {
		var group fields
		named := false
		close := func() {
			if group.get("Final-Recipient")+group.get("Original-Recipient")+group.get("Action") != "" && len(all) < maxRecipients {
				all = append(all, recipientFields{group})
			}
			group, named = nil, false
		}
		for _, f := range readFields(block) {
			final := f.name == "final-recipient" && f.value != ""
			if final && named {
				close()
			}
			group, named = append(group, f), named || final
		}
		close()
	}
	return all
}

var blankLine = alternatives(`\n[ \t]+\n`)

// action returns what was done for the recipient: "failed", "delayed", "relayed", "expanded" or "delivered". Where the report does not
// say it the status does.
func (g recipientFields) action() string {
	action, _, _ := strings.Cut(strings.ToLower(g.get("Action")), " ")
	action = strings.Trim(action, ".;,()")
	switch action {
	case "failed", "delayed", "relayed", "expanded", "delivered":
		return action
	case "failure", "fail":
		return "failed"
	}
	switch {
	case strings.HasPrefix(g.get("Status"), "2."):
		return "delivered"
	case statusOf(g.get("Status"), g.get("Diagnostic-Code")).Class == 4:
		return "delayed"
	}
	return "failed"
}

// recipient returns the address that we wrote to, before that to which it was forwarded.
func (g recipientFields) recipient(l *letter) string {
	for _, name := range []string{"Original-Recipient", "Final-Recipient", "X-Actual-Recipient", "X-Original-Recipient"} {
		if found := addressesIn(g.get(name)); len(found) > 0 {
			return found[0]
		}
	}
	return first(l.sentTo())
}

// failure reads what happened at the recipient.
func (g recipientFields) failure(l *letter) Failure {
	f := NewFailure(g.recipient(l), g.get("Status"), g.get("Diagnostic-Code"))
	if f.generic() {
		f = f.knowing(l.notice().explains(f.Recipient, true))
	}
	return f
}

// NewFailure returns what happened to a mail at a recipient, as a report tells it: the status (RFC 3463), and what the server said, with or
// without "smtp;" in front. Both may be empty.
func NewFailure(recipient, status, diagnostic string) Failure {
	diagnostic = oneLine(diagnostic, maxDiagnostic)
	if kind, said, found := strings.Cut(diagnostic, ";"); found && !strings.Contains(strings.TrimSpace(kind), " ") {
		diagnostic = strings.TrimSpace(said)
	}
	f := judge(status, diagnostic)
	f.Recipient = oneLine(recipient, maxField)
	return f
}

// addressees returns whom the mail that came back was sent to, as its own header says, or that of this one.
func (l *letter) addressees() []string {
	all := addressesIn(l.header.Get("X-Failed-Recipients"))
	if inner := l.message(); inner != nil {
		all = append(all, mailboxes(inner.header.Get("To"))...)
	}
	return all
}

// once keeps the first failure of each recipient.
func once(failures []Failure) []Failure {
	var kept []Failure
	seen := map[string]bool{}
	for _, f := range failures {
		key := strings.ToLower(f.Recipient)
		if !seen[key] {
			seen[key] = true
			kept = append(kept, f)
		}
	}
	return kept
}
