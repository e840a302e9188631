package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"regexp"
	"slices"

	"earshot/survey"
)

// fault says what is wrong with the relay, or with us in its eyes, so that no other message would fare better; empty if
// the failure is about this message. Whoever decides it wrongly either gives up on people because of a wrong password, or
// holds up all mail because of one recipient: see the table of real replies in the tests.
func (f *failure) fault() survey.Fault {
	said, ok := f.reply()
	switch {
	case ok:
		return said.fault(f.step)
	case errors.Is(f.err, errNoUTF8):
		return ""
	case f.step == securing, isTLS(f.err):
		return survey.FaultTLS
	case f.step.aboutMessage() && f.step != naming:
		return "" // it may be this message on which the connection breaks
	case f.step == loggingIn && !isBroken(f.err):
		return survey.FaultLogin // no way to log in, no token, a server that does not know the password either
	}
	return survey.FaultConnection
}

// isTLS says whether the encryption failed.
func isTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert)
}

// isBroken says whether the connection broke, or was too slow.
func isBroken(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled)
}

// errNoMethod says that the server offers no way to log in that we may use.
var errNoMethod = errors.New("the server offers no way to log in that we may use")

// aboutMessage says whether the step concerns a message. What a server answers before it is about us.
func (s step) aboutMessage() bool {
	return slices.Contains([]step{naming, addressing, announcing, sending, awaiting}, s)
}

// fault reads a reply that refuses or puts off.
func (r reply) fault(s step) survey.Fault {
	switch {
	case r.Code == badSequence:
		return ""
	case s == securing:
		return survey.FaultTLS
	case s == loggingIn:
		return r.worded(survey.FaultLogin)
	case s == greeting && r.Code/100 == 5:
		return survey.FaultBlocked
	case s == greeting || s == naming && r.Code/100 == 4:
		return r.worded(survey.FaultBusy)
	case s == naming && r.Code/100 == 5 && !r.tooLarge():
		return r.worded(survey.FaultSender)
	case r.Code/100 != 4 && r.Code/100 != 5, r.tooLarge(), r.aboutRecipient(s):
		return ""
	case r.Code == 421:
		return r.worded(survey.FaultBusy)
	}
	return r.worded("")
}

// worded returns the fault that the code or the words of the reply name, else the one that is known otherwise.
func (r reply) worded(otherwise survey.Fault) survey.Fault {
	words := r.Meaning()
	if r.wantsLogin() && !encryption.MatchString(words) {
		return survey.FaultLogin
	}
	for _, known := range faultWords {
		if known.words.MatchString(words) {
			return known.fault
		}
	}
	if r.blamesSender() {
		return survey.FaultSender
	}
	return otherwise
}

// tooLarge says that the message is larger than the server takes.
func (r reply) tooLarge() bool { return r.Code == 552 || r.Subject == 3 && r.Detail == 4 }

// aboutRecipient says that the reply is about the recipient's mailbox, whatever words stand in it: it does not exist, is full
// or closed, gets too much mail, or takes none from us.
func (r reply) aboutRecipient(s step) bool {
	mailbox := r.Subject == 2 && r.Detail >= 1 && r.Detail <= 4 && !relayLimit.MatchString(r.Words)
	restricted := r.Subject == 7 && slices.Contains(restrictions, r.Detail)
	return mailbox || restricted || r.Code/100 == 5 && r.blamesRecipient(s)
}

// restrictions are the details with which Microsoft says that this recipient takes mail from some only (X.7.x).
var restrictions = []int{124, 129, 133, 134, 135, 136}

// relayLimit is what Gmail's relay says with a code that is the recipients'.
var relayLimit = regexp.MustCompile(`(?i)relay limit`)

// blamesSender reads the codes that say that our address or domain is not accepted: RFC 3463 and 7372, and Microsoft's.
func (r reply) blamesSender() bool {
	switch r.Subject {
	case 1:
		return r.Detail == 7 || r.Detail == 8
	case 7:
		return slices.Contains([]int{20, 21, 22, 23, 24, 25, 26, 27, 29, 60, 515}, r.Detail)
	}
	return false
}

// encryption is how servers ask for TLS.
var encryption = regexp.MustCompile(`(?i)must issue a starttls|starttls (command )?(is )?(first|required)|encryption (is )?(required|needed)|requires? (a )?(secure|encrypted|tls)|\b(tls|ssl) (is )?(required|needed)|must (first )?use (a )?(tls|ssl|secure|encrypted)|(un|not |non-)(encrypted|secure) connection`)

// faultWords tells faults by what servers say; the first that matches holds. They are read only in replies that are not
// about the recipient (see aboutRecipient).
var faultWords = []struct {
	fault survey.Fault
	words *regexp.Regexp
}{
	{survey.FaultTLS, encryption},
	{survey.FaultQuota, regexp.MustCompile(`(?i)throttl|unusual rate|too many (messages|concurrent|connections|emails|login)|` +
		`\b(daily|hourly|sending|sends?|messages?|relay|submission|rate)\b.{0,24}\b(quota|limit)|(quota|limit|threshold|credits).{0,12}\bexceed|` +
		`exceed.{0,24}\b(threshold|quota|limits?|credits|rate)\b|rate limit|quota limit`)},
	{survey.FaultRelaying, regexp.MustCompile(`(?i)\brelay(ing)?\b.{0,24}\b(denied|permitted|allowed|prohibited|refused|disabled|rejected)|` +
		`\b(unable|not permitted|not allowed|cannot|refus\w*|do not|don't|no) (to )?relay|credentials for relay|tenantattribution|` +
		`non-accepted domain|unauthorized ip|(client|host|ip)\b.{0,48}\bnot (allowed|authori[sz]ed|permitted) to (send|relay|submit)`)},
	{survey.FaultLogin, regexp.MustCompile(`(?i)unauthenticated sender|not (been )?authenticated|must (first )?(be authenticated|authenticate|log ?in)|` +
		`authentication (is )?(required|needed)|account is not (yet )?activated`)},
	{survey.FaultSender, regexp.MustCompile(`(?i)sender (address |domain |verify |identity )?(rejected|refused|failed|denied|not allowed|is not allowed)|` +
		`send\w*denied|send as (this|that)|send on behalf|outbound sender|verified sender|address is not verified|not owned by user|` +
		`from (that|this|the) (email )?address|\b(spf|dkim|dmarc)\b|not authorized to perform`)},
	{survey.FaultBlocked, regexp.MustCompile(`(?i)client (host|ip)|spamhaus|barracuda|\brbl\b|dnsbl|(black|block|deny) ?list|\blisted (in|on|at|by)\b|` +
		`banned s|from (this|your) ip|your ip|\[?\d+\.\d+\.\d+\.\d+\]?.{0,40}(block|reput|listed|denied|banned)|reputation|` +
		`access denied, (spam|traffic|banned)|account.{0,16}\b(paused|suspended|blocked|under review)|sending (has been |is )?(paused|suspended)`)},
}
