package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"earshot/survey"
	"earshot/survey/internal/smtpreply"
)

// step is a stage of the dialogue; its text is what people read.
type step string

// The steps in their order.
const (
	connecting step = "connecting"
	greeting   step = "the greeting"
	securing   step = "STARTTLS"
	loggingIn  step = "the log-in"
	naming     step = "MAIL FROM"
	addressing step = "RCPT TO"
	announcing step = "DATA"
	sending    step = "sending the message"
	awaiting   step = "the end of the message"
)

// failure is what ended a try at a step: the server's reply (a *textproto.Error) or a broken connection.
type failure struct {
	step step
	err  error
	// how is the way to log in; empty at other steps.
	how string
}

// fail returns nil when there is no error.
func fail(s step, err error) *failure {
	if err == nil {
		return nil
	}
	return &failure{step: s, err: err}
}

// reply returns what the server said, if it said anything.
func (f *failure) reply() (reply, bool) {
	var said *textproto.Error
	if !errors.As(f.err, &said) {
		return reply{}, false
	}
	return newReply(said.Code, said.Msg), true
}

// dead says that the connection is gone: no reply at all, or 421, after which the server hangs up.
func (f *failure) dead() bool {
	said, ok := f.reply()
	return said.Code == 421 || !ok && !errors.Is(f.err, errNoUTF8)
}

// outcome is the heart of the promise to the sender: see the table in the tests.
func (f *failure) outcome() survey.Outcome {
	fault := f.fault()
	if said, ok := f.reply(); ok {
		o := said.outcome(f.step, fault)
		if f.how != "" {
			o.Reply = short(o.Reply + " (log-in by " + f.how + ")")
		}
		return o
	}
	if f.step == awaiting {
		words := "the connection broke after the message was sent, before the server answered, so it may have been taken: "
		return survey.Outcome{Delivery: survey.Uncertain, Reply: short(words + f.err.Error())}
	}
	if errors.Is(f.err, errNoUTF8) {
		return survey.Outcome{Delivery: survey.Refused, Reply: f.err.Error()}
	}
	return survey.Outcome{Delivery: survey.Temporary, Fault: fault, Reply: short(string(f.step) + ": " + f.err.Error())}
}

// reply is what a server said to us.
type reply struct{ smtpreply.Reply }

// newReply reads a reply.
func newReply(code int, words string) reply { return reply{smtpreply.New(code, words)} }

// String is the reply on one line.
func (r reply) String() string { return short(fmt.Sprintf("%d %s", r.Code, r.Words)) }

// outcome says what a reply means for the message. A fault of the relay is none of the message's: it is put off.
func (r reply) outcome(s step, fault survey.Fault) survey.Outcome {
	o := survey.Outcome{Delivery: r.delivery(s), Fault: fault, Reply: r.String()}
	if fault != "" && o.Delivery == survey.Refused {
		o.Delivery = survey.Temporary
	}
	switch {
	case o.Delivery == survey.Accepted:
	case fault == survey.FaultLogin:
		o.Reply = short("the mail server does not accept our log-in; check its user and password: " + o.Reply)
	default:
		o.Reply = short(o.Reply + " (" + string(s) + ")")
	}
	o.BadAddress = o.Delivery == survey.Refused && r.blamesRecipient(s)
	return o
}

// delivery says what a reply means for the message. What a server answers before MAIL is about us, not about the message.
func (r reply) delivery(s step) survey.Delivery {
	switch class := r.Code / 100; {
	case class == 2 && s == awaiting:
		return survey.Accepted
	case class == 5 && s.aboutMessage() && r.Code != badSequence:
		return survey.Refused
	case class != 4 && class != 5 && s == awaiting:
		return survey.Uncertain
	}
	return survey.Temporary
}

// badSequence is a server's complaint that we lost the thread of the dialogue, which says nothing about the message.
const badSequence = 503

// wantsLogin says that it is our log-in that is missing or wrong (RFC 4954, 6), which is for the operator to mend.
func (r reply) wantsLogin() bool {
	codes := []int{530, 534, 535, 538}
	return slices.Contains(codes, r.Code) || r.Class == 5 && r.Subject == 7 && r.Detail == 8
}

// blamesRecipient says that it is the address that is refused, so that it need not be tried for another message.
func (r reply) blamesRecipient(s step) bool { return r.BlamesRecipient(s == addressing) }

// maxReply is how much of a server's words is kept.
const maxReply = 500

func short(s string) string {
	s = oneLine(s)
	if len(s) > maxReply {
		s = strings.ToValidUTF8(s[:maxReply], "") + "…"
	}
	return s
}
