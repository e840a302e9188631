package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// notifies reads a bounce that is no delivery report: words for people.
func (l *letter) notifies(m *Mail) bool {
	if !l.isNotice() {
		return false
	}
	m.Kind = Bounce
	if l.late(l.notice().text) {
		m.Kind = Delayed
	}
	m.Failures = l.noticed()
	if m.Kind == Delayed {
		for i, f := range m.Failures {
			m.Failures[i].Permanent, m.Failures[i].BadAddress, m.Failures[i].Status = false, false, "4"+f.Status[1:]
		}
	}
	return true
}

// enoughSigns is how many signs of a bounce must come together; what only a mail server writes counts for two. Where nothing is sent
// back and no mail server is named it takes one more, for people and their answering programs, too, write that something could not be
// delivered.
const enoughSigns = 2

// isNotice says whether the mail is a bounce in words. What calls itself an automatic answer is one only where it is plain that a mail
// server wrote it: who is absent, too, writes of mail that will not be read, and sends back what they answer.
func (l *letter) isNotice() bool {
	if l.declaresAnswer() && !l.fromSystem() && !l.header.Has("X-Failed-Recipients") && l.media != "multipart/report" {
		return false
	}
	signs, enough := 0, enoughSigns
	if !l.fromSystem() && !l.returnsMail() {
		enough++
	}
	for _, sign := range []struct {
		holds  bool
		counts int
	}{
		{l.header.Get("X-Failed-Recipients") != "", enoughSigns},
		{l.media == "multipart/report" && l.params["report-type"] == "delivery-status" && l.header.Get("In-Reply-To") == "", 1},
		{l.fromSystem() || l.nullSender() && !absent.MatchString(l.subject), 1},
		{bounceSubject.MatchString(l.subject), 1},
		{bounceWords.MatchString(cut(l.said, maxOpening)) || l.fromSystem() && noMailbox.MatchString(cut(l.said, maxOpening)), 1},
	} {
		if sign.holds {
			signs += sign.counts
		}
	}
	return signs >= enough
}

// returnsMail says that the mail carries what only comes with mail that was not delivered: that mail, or a server's reply.
func (l *letter) returnsMail() bool {
	n := l.notice()
	_, coded := enhancedIn(n.text)
	return l.header.Has("X-Failed-Recipients") || l.media == "multipart/report" || l.message() != nil || n.mail != "" || coded ||
		replyCode.MatchString(n.text) && noMailbox.MatchString(n.text) || l.listsAddress(n.text)
}

// listsAddress says that the words that something was not delivered are followed by an address on a line of its own.
func (l *letter) listsAddress(text string) bool {
	since := maxAttribution
	for line := range strings.Lines(cut(text, maxOpening)) {
		line = strings.TrimSpace(line)
		found := anAddress.FindString(line)
		if since++; bounceWords.MatchString(line) {
			since = 0
		}
		if since < maxAttribution && found != "" && strings.Trim(line, "<>'\" ") == found && !l.ours(found) {
			return true
		}
	}
	return false
}

// maxOpening is how many bytes of a text say what it is about.
const maxOpening = 4_000

// fromSystem says that a mail server, not a person or another program, is the sender.
func (l *letter) fromSystem() bool {
	local, _, _ := strings.Cut(l.from, "@")
	return systemAddress.MatchString(local) || systemName.MatchString(l.name) || l.from == "" && systemName.MatchString(l.field("From"))
}

// nullSender says that the mail wants no bounce itself (RFC 5321, 4.5.5).
func (l *letter) nullSender() bool { return strings.TrimSpace(l.header.Get("Return-Path")) == "<>" }

// late says that the server is still trying.
func (l *letter) late(text string) bool {
	text = cut(text, maxOpening)
	return (lateSubject.MatchString(l.subject) || lateWords.MatchString(text)) && !final.MatchString(text)
}

// noticed returns the failures that the words tell of.
func (l *letter) noticed() []Failure {
	named := addressesIn(l.header.Get("X-Failed-Recipients"))
	if len(named) == 0 {
		named = l.recipientsIn(l.notice().text)
	}
	var failures []Failure
	for _, recipient := range distinct(named) {
		said := l.notice().explains(recipient, len(named) == 1)
		f := judge("", said)
		f.Recipient = recipient
		failures = append(failures, f)
	}
	return failures
}

// recipientsIn returns the addresses of which a notice tells: those that begin lines, else the first that is said to be the
// recipient's, else whom the mail that came back was sent to, else the first that is named at all.
func (l *letter) recipientsIn(text string) []string {
	var begin, sentTo, named []string
	for line := range strings.Lines(text) {
		switch found := recipientLine.FindStringSubmatch(cut(line, maxField)); {
		case found == nil || len(begin) >= maxRecipients || senderLabel.MatchString(found[1]):
		case headerLabel.MatchString(found[1]):
			sentTo = append(sentTo, bare(found[2])) // Exchange repeats the header of the mail, where more may stand than failed
		default:
			begin = append(begin, bare(found[2]))
		}
	}
	for _, found := range ofRecipient.FindAllStringSubmatch(text, 20) {
		named = append(named, bare(found[1]))
	}
	if others := slices.DeleteFunc(slices.Clone(begin), l.ours); len(others) > 0 {
		return others
	}
	for _, candidates := range [][]string{named, sentTo, l.sentTo(), l.quotedTo(), addressesIn(text)} {
		if others := slices.DeleteFunc(slices.Clone(candidates), l.ours); len(others) > 0 {
			return others[:1]
		}
	}
	// A mail to ourselves that was not delivered names nobody else.
	return append(begin, named...)
}

// quotedTo returns the To of the mail that came back as text.
func (l *letter) quotedTo() []string {
	if found := toLine.FindStringSubmatch(l.notice().mail); found != nil {
		return mailboxes(found[1])
	}
	return nil
}

var toLine = regexp.MustCompile(`(?m)^[> ]*To:(.+)$`)

// ours says that an address in a notice is not the recipient's but that of the mail's own sender or recipient, or of a postmaster.
func (l *letter) ours(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	return systemAddress.MatchString(local) || strings.Contains(l.header.Get("Message-Id"), address) ||
		slices.ContainsFunc(l.own(), func(a string) bool { return strings.EqualFold(a, address) })
}

// ownAddresses returns the senders and recipients of the mail itself, and who sent the mail that came back.
func (l *letter) ownAddresses() []string {
	own := append(mailboxes(l.header.Get("To")), l.from)
	if inner := l.message(); inner != nil {
		own = append(own, mailboxes(inner.header.Get("From"))...)
	}
	return own
}
