package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// notifies reads a bounce that is no delivery report: words for people.
func (l *letter) notifies(m *Mail) bool {
	if !l.notice() {
		return false
	}
	m.Kind = Bounce
	text, _ := original(l.wholeText())
	text = cut(text, 50*maxField)
	if l.late(text) {
		m.Kind = Delayed
	}
	m.Failures = l.noticed(text)
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

// notice says whether the mail is a bounce in words.
func (l *letter) notice() bool {
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
	before, after := original(l.wholeText())
	_, coded := enhancedIn(before)
	return l.header.Has("X-Failed-Recipients") || l.media == "multipart/report" || l.message() != nil || after != "" || coded ||
		replyCode.MatchString(before) && noMailbox.MatchString(before) || l.listsAddress(before)
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

// wholeText returns the mail's text with all that it quotes, and where a server has put what it says into several, all of these.
func (l *letter) wholeText() string {
	var all []string
	l.walk(func(p *part) {
		if p.media == "text/plain" && p.parts == nil {
			all = append(all, p.words())
		}
	})
	if text := strings.Join(all, "\n"); strings.TrimSpace(text) != "" {
		return cut(text, maxWords)
	}
	return l.text()
}

// original divides a notice where the mail that came back begins.
func original(text string) (before, after string) {
	at := 0
	for line := range strings.Lines(text) {
		if at > 0 && (originalBegins.MatchString(line) || headerLine.MatchString(line)) && !aboutTranscript.MatchString(line) {
			return text[:at], text[at:]
		}
		at += len(line)
	}
	return text, ""
}

var (
	originalBegins  = alternatives(`^\W{0,3}-{2,}.*\b(?:copy|original|returned|unsent|below|undelivered|headers?|message|rejected)\b`, `^\W{0,3}original message headers?\b`, `^\W*(?:included|enclosed|below) is a copy`, `^message headers follow`)
	aboutTranscript = alternatives(`transcript|address|recipient|reason|error|fatal|fail|server|command|smtp|diagnos|details|information`)
	headerLine      = regexp.MustCompile(`^(?:Return-Path|Received|DKIM-Signature|MIME-Version|Message-ID|Message-Id|X-[A-Z][\w-]+): ?\S`)
)

// noticed returns the failures that the words tell of.
func (l *letter) noticed(text string) []Failure {
	named := addressesIn(l.header.Get("X-Failed-Recipients"))
	if len(named) == 0 {
		named = l.recipientsIn(text)
	}
	var failures []Failure
	for _, recipient := range distinct(named) {
		said := explanation(text, recipient, len(named) == 1)
		f := judge("", said)
		f.Recipient = recipient
		failures = append(failures, f)
	}
	return failures
}

// explains returns what the words of a delivery report say of a recipient.
func (l *letter) explains(recipient string) string {
	text, _ := original(l.wholeText())
	return explanation(text, recipient, true)
}

var (
	// recipientLine finds an address that begins a line, behind a label at most.
	recipientLine = regexp.MustCompile(`^[\s<"'` + "`" + `*•(\[-]*(?:([\p{L}][\p{L} -]{0,40}):\s*[<"'(\[]*)?(?:(?i:mailto|smtp):)?(` + addressPattern + `)`)
	senderLabel   = alternatives(`from`, `sender`, `von`, `absender`, `^de$`, `reply`, `contact`, `postmaster`, `subject`, `help`, `message.?id`)
	headerLabel   = alternatives(`^(?:to|cc|an|à|a|para)$`)
	ofRecipient   = regexp.MustCompile(`(?i)(?:rcpt to:\s*|recipient(?: address)?\W+|smtp[:=]\s*|\b(?:to|for) )[<'"]?(` + addressPattern + `)`)
)

// recipientsIn returns the addresses of which a notice tells: those that begin lines, else the first that is said to be the
// recipient's, else whom the mail that came back was sent to, else the first that is named at all.
func (l *letter) recipientsIn(text string) []string {
	var begin, sentTo, named []string
	for line := range strings.Lines(cut(text, 100*maxField)) {
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
	for _, candidates := range [][]string{named, sentTo, l.addressees(), l.quotedTo(), addressesIn(text)} {
		if others := slices.DeleteFunc(slices.Clone(candidates), l.ours); len(others) > 0 {
			return others[:1]
		}
	}
	// A mail to ourselves that was not delivered names nobody else.
	return append(begin, named...)
}

// quotedTo returns the To of the mail that came back as text.
func (l *letter) quotedTo() []string {
	_, after := original(l.wholeText())
	if found := toLine.FindStringSubmatch(after); found != nil {
		return mailboxes(found[1])
	}
	return nil
}

var toLine = regexp.MustCompile(`(?m)^[> ]*To:(.+)$`)

// ours says that an address in a notice is not the recipient's but that of the mail's own sender or recipient, or of a postmaster.
func (l *letter) ours(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	own := append(mailboxes(l.header.Get("To")), l.from)
	if inner := l.message(); inner != nil {
		own = append(own, mailboxes(inner.header.Get("From"))...)
	}
	return systemAddress.MatchString(local) || strings.Contains(l.header.Get("Message-Id"), address) ||
		slices.ContainsFunc(own, func(a string) bool { return strings.EqualFold(a, address) })
}

// explanation returns what a notice says of the recipient: the lines from its address to the next one's. Where it is the only one, and
// these lines say nothing, it is what the whole notice says.
func explanation(text, recipient string, only bool) string {
	var about []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(cut(line, maxField))
		switch found := recipientLine.FindStringSubmatch(line); {
		case containsFold(line, recipient):
			inside = true
		case found != nil && !senderLabel.MatchString(found[1]):
			inside = false
		}
		if inside && line != "" {
			about = append(about, line)
		}
	}
	said := strings.Join(about, " ")
	if bare := strings.TrimLeft(said, "<("); len(bare) >= len(recipient) && strings.EqualFold(bare[:len(recipient)], recipient) {
		said = strings.TrimLeft(bare[len(recipient):], ">):,. ")
	}
	if says(said) || !only {
		return fromReply(said)
	}
	var telling []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(cut(line, maxField)); says(line) {
			telling = append(telling, line)
		}
	}
	if len(telling) == 0 {
		return said
	}
	return fromReply(strings.Join(telling, " "))
}

// says says that text gives a reason.
func says(text string) bool {
	return statusOf("", text).Class != 0 || noMailbox.MatchString(text) || existing.MatchString(text) || passing.MatchString(text) || refusal.MatchString(text)
}

// fromReply leaves out the words before what fits if they are many, so that the reply is kept.
func fromReply(said string) string {
	if at := replyCode.FindStringIndex(said); at != nil && at[0] > maxDiagnostic/2 {
		return strings.TrimSpace(said[at[0]:])
	}
	return said
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
