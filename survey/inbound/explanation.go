package inbound

import (
	"regexp"
	"strings"
	"sync"
)

// notice is what a mail says in words of mail that was not delivered.
type notice struct {
	// text is what the server says, of at most maxNotice bytes; mail is what it sends back as text behind that.
	text, mail string
	lines      []noticeLine
	// telling are those of the lines that give a reason, as one.
	telling func() string
}

// noticeLine is a line of a notice that is not empty.
type noticeLine struct {
	text, lower string
	// ofRecipient says that it begins with an address, and that is not called the sender's.
	ofRecipient bool
}

// How many bytes of a notice are read, and how many of what it says of a recipient.
const (
	maxNotice      = 30 * maxField
	maxExplanation = 2 * maxField
)

func (l *letter) readNotice() *notice {
	n := &notice{}
	n.text, n.mail = original(l.wholeText())
	n.text = cut(n.text, maxNotice)
	for line := range strings.Lines(n.text) {
		if line = strings.TrimSpace(cut(line, maxField)); line != "" {
			found := recipientLine.FindStringSubmatch(line)
			n.lines = append(n.lines, noticeLine{line, strings.ToLower(line), found != nil && !senderLabel.MatchString(found[1])})
		}
	}
	n.telling = sync.OnceValue(n.tellingLines)
	return n
}

// explains returns what the notice says of the recipient: the lines from its address to the next one's. Where it is the only one, and
// these lines say nothing, it is what the whole notice says.
func (n *notice) explains(recipient string, only bool) string {
	var about joined
	inside := false
	address := strings.ToLower(recipient)
	for _, line := range n.lines {
		switch {
		case strings.Contains(line.lower, address):
			inside = true
		case line.ofRecipient:
			inside = false
		}
		if inside && !about.add(line.text) {
			break
		}
	}
	said := about.text()
	if bare := strings.TrimLeft(said, "<("); len(bare) >= len(recipient) && strings.EqualFold(bare[:len(recipient)], recipient) {
		said = strings.TrimLeft(bare[len(recipient):], ">):,. ")
	}
	if says(said) || !only {
		return fromReply(said)
	}
	if telling := n.telling(); telling != "" {
		return fromReply(telling)
	}
	return said
}

func (n *notice) tellingLines() string {
	var telling joined
	read := 0
	for _, line := range n.lines {
		if read += len(line.text); read > 4*maxOpening || says(line.text) && !telling.add(line.text) {
			break
		}
	}
	return telling.text()
}

// joined are lines that become one, of at most maxExplanation bytes.
type joined struct {
	lines []string
	size  int
}

// add returns whether there is room for more.
func (j *joined) add(line string) bool {
	j.lines = append(j.lines, line)
	j.size += len(line) + 1
	return j.size < maxExplanation
}

func (j *joined) text() string { return cut(strings.Join(j.lines, " "), maxExplanation) }

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

var (
	// recipientLine finds an address that begins a line, behind a label at most.
	recipientLine = regexp.MustCompile(`^[\s<"'` + "`" + `*•(\[-]*(?:([\p{L}][\p{L} -]{0,40}):\s*[<"'(\[]*)?(?:(?i:mailto|smtp):)?(` + addressPattern + `)`)
	senderLabel   = alternatives(`from`, `sender`, `von`, `absender`, `^de$`, `reply`, `contact`, `postmaster`, `subject`, `help`, `message.?id`)
	headerLabel   = alternatives(`^(?:to|cc|an|à|a|para)$`)
	ofRecipient   = regexp.MustCompile(`(?i)(?:rcpt to:\s*|recipient(?: address)?\W+|smtp[:=]\s*|\b(?:to|for) )[<'"]?(` + addressPattern + `)`)
)

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
