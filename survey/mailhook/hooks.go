package mailhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"earshot/survey/inbound"
)

// The services, as they are called in the address of the hook.
const (
	SES      = "ses"
	SendGrid = "sendgrid"
	Postmark = "postmark"
	Mailgun  = "mailgun"
)

// Variable is what our Message-ID is called among the variables that a service repeats in its events. Postmark takes at most 20 characters.
const Variable = "earshot_message_id"

// Options say which services are believed, and by what. A service whose option is empty is not.
type Options struct {
	// SESTopic is the ARN of the SNS topic to which Amazon SES publishes. Everybody can have SNS sign something, so only this one counts.
	SESTopic string
	// SendGridKey is the public key of the signed event webhook, as SendGrid shows it: base64 of its DER form.
	SendGridKey string
	// PostmarkSecret is the password of the hook's address. Postmark does not sign.
	PostmarkSecret string
	// MailgunKey is the HTTP webhook signing key.
	MailgunKey string
	// Fetch gets what lies at an https address of Amazon SNS: a certificate, or the confirmation of a subscription. Required for SES.
	Fetch func(ctx context.Context, url string) ([]byte, error)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// The errors of Read.
var (
	// ErrNotSet means that the service is not one of those that are believed.
	ErrNotSet = errors.New("nothing is set up for that mail service")
	// ErrStranger means that it was not the service that called.
	ErrStranger = errors.New("the signature or the password does not hold")
	// ErrUnreadable means that the service called, and that the body is not what it sends.
	ErrUnreadable = errors.New("the body is not what the service sends")
	// ErrUnavailable means that it cannot be told now whether it was the service: its certificate could not be fetched.
	ErrUnavailable = errors.New("the signature cannot be verified now")
)

// Request is a call of the hook.
type Request struct {
	// Header returns the first value of a field of the header, or nothing.
	Header func(name string) string
	// Password is that of HTTP's basic authentication; empty if there is none.
	Password string
	Body     []byte
}

// Hooks read what the services tell. They are safe for concurrent use.
type Hooks struct {
	Options
	sendGridKey *ecdsa.PublicKey
	// mu guards certificates, those of SNS by their address, and tokens, the events that Mailgun's tokens came with.
	mu           sync.Mutex
	certificates map[string]*x509.Certificate
	tokens       map[string]spentToken
}

// OptionError says which option of Options is wrong: its field's name, and what it must be.
type OptionError struct{ Field, Message string }

// Error implements error.
func (e *OptionError) Error() string { return e.Field + " " + e.Message }

// New returns the hooks, or an *OptionError.
func New(o Options) (*Hooks, error) {
	h := &Hooks{Options: o, certificates: map[string]*x509.Certificate{}, tokens: map[string]spentToken{}}
	if h.Now == nil {
		h.Now = time.Now
	}
	if o.SESTopic != "" && !topicARN.MatchString(o.SESTopic) {
		return nil, &OptionError{"SESTopic", "must be the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:bounces"}
	}
	if o.SESTopic != "" && o.Fetch == nil {
		return nil, &OptionError{"Fetch", "is missing"}
	}
	if o.PostmarkSecret != "" && len(o.PostmarkSecret) < leastSecret {
		return nil, &OptionError{"PostmarkSecret", fmt.Sprintf("must have at least %d characters: it is all that tells Postmark from strangers", leastSecret)}
	}
	var err error
	if h.sendGridKey, err = publicKey(o.SendGridKey); err != nil {
		return nil, &OptionError{"SendGridKey", "must be the verification key that SendGrid shows, in base64"}
	}
	return h, nil
}

// leastSecret is the shortest password of the hook's address, in bytes.
const leastSecret = 16

// publicKey reads a key; empty is none.
func publicKey(text string) (*ecdsa.PublicKey, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // none is set
	}
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("no ECDSA key")
	}
	return key, nil
}

// Services are those that are believed.
func (h *Hooks) Services() []string {
	var set []string
	for _, service := range []struct{ name, by string }{
		{SES, h.SESTopic}, {SendGrid, h.SendGridKey}, {Postmark, h.PostmarkSecret}, {Mailgun, h.MailgunKey},
	} {
		if service.by != "" {
			set = append(set, service.name)
		}
	}
	return set
}

// Takes says whether the service is one of those that are believed, so that nothing is read of what others send.
func (h *Hooks) Takes(service string) bool {
	switch service {
	case SES:
		return h.SESTopic != ""
	case SendGrid:
		return h.sendGridKey != nil
	case Postmark:
		return h.PostmarkSecret != ""
	case Mailgun:
		return h.MailgunKey != ""
	}
	return false
}

// Read returns what the service tells, of which nothing may be about our mails. Errors are ErrNotSet, ErrStranger, ErrUnreadable and
// ErrUnavailable.
func (h *Hooks) Read(ctx context.Context, service string, r Request) ([]inbound.Mail, error) {
	if !h.Takes(service) {
		return nil, ErrNotSet
	}
	switch service {
	case SES:
		return h.readSNS(ctx, r)
	case SendGrid:
		return h.readSendGrid(r)
	case Postmark:
		return h.readPostmark(r)
	default:
		return h.readMailgun(r)
	}
}

// named is the name of an event: the service's own, or one made of its content where it gives none.
func named(own string, content []byte) string {
	if own != "" {
		return own
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// fresh says whether what was signed at that time, in seconds since 1970, is neither older than a service tries again, nor from the future.
func (h *Hooks) fresh(signed int64) bool {
	age := h.Now().Sub(time.Unix(signed, 0))
	return age > -clockSkew && age < longestRetry
}

const (
	// longestRetry is longer than any of the services goes on trying: SendGrid a day, Mailgun eight hours.
	longestRetry = 26 * time.Hour
	// clockSkew is how far ahead a service's clock may be.
	clockSkew = 10 * time.Minute
)

// ids returns Message-IDs without their brackets, and without those that are empty.
func ids(all ...string) []string {
	var found []string
	for _, id := range all {
		if id = strings.Trim(strings.TrimSpace(id), "<>"); id != "" {
			found = append(found, id)
		}
	}
	return found
}

// bounce is what an event says that tells of a mail that did not arrive.
func bounce(f inbound.Failure) inbound.Mail {
	return inbound.Mail{Kind: inbound.Bounce, Failures: []inbound.Failure{f}}
}

// delayed is what an event says that tells of a mail that is tried again.
func delayed(f inbound.Failure) inbound.Mail {
	f.Permanent, f.BadAddress = false, false
	return inbound.Mail{Kind: inbound.Delayed, Failures: []inbound.Failure{f}}
}

// dead is the failure of an address that does not exist, or to which the service itself mails no more for that.
func dead(f inbound.Failure) inbound.Failure {
	f.Permanent, f.BadAddress = true, true
	return f
}

// passing is a failure that says nothing of whether the address exists.
func passing(f inbound.Failure) inbound.Failure {
	f.Permanent, f.BadAddress = false, false
	return f
}

// refused is a failure for good that says nothing of whether the address exists.
func refused(f inbound.Failure) inbound.Failure {
	f.Permanent, f.BadAddress = true, false
	return f
}
