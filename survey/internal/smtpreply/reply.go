// Package smtpreply reads what mail servers answer: reply codes (RFC 5321) and enhanced status codes (RFC 3463). Whoever sends mail
// meets them in the dialogue, whoever reads bounces in a report; what they say of a recipient is decided here, once.
package smtpreply

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Reply is what a server said: code 550 (zero if it is not known), enhanced 5.1.1 (zeros if it gave none), and its words on one line.
type Reply struct {
	Code                   int
	Class, Subject, Detail int
	Words                  string
}

var enhanced = regexp.MustCompile(`^([245])\.(\d{1,3})\.(\d{1,3})\b`)

// New reads a reply. Where it has several lines, each of which begins with the enhanced code, that is kept once.
func New(code int, words string) Reply {
	lines := strings.Split(words, "\n")
	for i := 1; i < len(lines); i++ {
		lines[i] = strings.TrimSpace(enhanced.ReplaceAllString(lines[i], ""))
	}
	words = strings.Join(lines, " ")
	r := Reply{Code: code, Words: words}
	if enhanced.MatchString(words) {
		_, _ = fmt.Sscanf(words, "%d.%d.%d", &r.Class, &r.Subject, &r.Detail)
	}
	return r
}

// named finds addresses.
var named = regexp.MustCompile(`[^\s<>"'` + "`" + `(),;]+@[^\s<>"'` + "`" + `(),;]+`)

// Meaning is what the words say without the addresses in them: sales@blockchain.example is on no block list.
func (r Reply) Meaning() string { return named.ReplaceAllString(r.Words, "") }

// BlamesRecipient says that it is the address that is refused, so that it need not be tried for another message. Whether a code
// that has no enhanced one beside it is about the recipient depends on addressing: that it was the answer to RCPT.
func (r Reply) BlamesRecipient(addressing bool) bool {
	if r.Class != 0 {
		return r.enhancedBlamesRecipient()
	}
	codes := []int{550, 551, 553} // RFC 5321, 4.2.3; 552 is a full mailbox
	return addressing && slices.Contains(codes, r.Code) && !policy.MatchString(r.Meaning())
}

// enhancedBlamesRecipient reads RFC 3463: 5.1.x is about addresses, of which 7, 8 and 9 are the sender's; 5.2.1 is a mailbox
// that is closed. Microsoft says 5.4.1 of a recipient that does not exist.
func (r Reply) enhancedBlamesRecipient() bool {
	switch r.Subject {
	case 1:
		return !slices.Contains([]int{7, 8, 9}, r.Detail)
	case 2:
		return r.Detail == 1
	case 4:
		return r.Detail == 1 && strings.Contains(strings.ToLower(r.Words), "recipient address rejected")
	}
	return false
}

// policy finds replies that refuse the sender with a bare 550: taking them for dead addresses would cost every recipient there.
var policy = regexp.MustCompile(`(?i)spam|\bblock(ed|ing|s|list(ed)?)?\b|blacklist|denylist|reputation|policy|relay|denied|\bspf\b|\bdkim\b|\bdmarc\b|listed|\brbl\b|\bsender\b|not allowed|authenti`)
