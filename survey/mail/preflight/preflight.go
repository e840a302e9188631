package preflight

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/mail"
)

// DNS is what is asked of the DNS; *net.Resolver is one. Errors are *net.DNSError, by which names that are not there are told from silence.
type DNS interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Relay is the mail server.
type Relay interface {
	// Inspect goes the way to it, without a message.
	Inspect(ctx context.Context) mail.Inspection
}

// Server is a mail server with its name and its host.
type Server struct {
	Name, Host string
	Relay      Relay
}

// SpamFilter judges a mail: the more points, the more it looks like spam; from limit on it is called that. It returns the rules that it met.
type SpamFilter interface {
	Score(ctx context.Context, message []byte) (points, limit float64, rules string, err error)
}

// Setup is what is looked at.
type Setup struct {
	// From is the sender's address, ReturnPath that to which mails come back; empty where none is set.
	From, ReturnPath string
	// BaseURL is where links lead.
	BaseURL string
	// Postal says that a postal address stands in mails.
	Postal bool
	// Keys sign.
	Keys []mail.DKIM
	// Relays are the mail servers; none where none is set.
	Relays []Server
	// Outgoing are the addresses from which the mail servers hand mails on, as far as the operator knows them.
	Outgoing []netip.Addr
	// Sample is a mail as it goes out, or why it cannot be made.
	Sample    []byte
	SampleErr error
	// Spam is nil where there is no filter.
	Spam SpamFilter
	DNS  DNS
	Now  time.Time
}

const (
	// patience is how long a check of the DNS or of the mail server may take, spamPatience how long the spam filter: whoever looks at the page waits.
	patience     = 10 * time.Second
	spamPatience = 12 * time.Second
)

// run is a look at a setup, with what several checks need.
type run struct {
	Setup
	// from is the sender's domain, envelope that of the envelope's sender; empty where no sender is set.
	from, envelope string
	// sends are the addresses from which mails leave, known says that the operator has told them.
	sends []netip.Addr
	known bool
}

// Run looks at everything at once and returns what it found, in an order that reads well.
func Run(ctx context.Context, s Setup) []survey.MailCheck {
	r := &run{Setup: s, from: domainOf(s.From)}
	r.envelope = cmp.Or(domainOf(s.ReturnPath), r.from)
	dns, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r.sends, r.known = r.outgoing(dns)
	checks := []struct {
		ctx  context.Context
		look func(context.Context) []survey.MailCheck
	}{
		{dns, r.relays}, {dns, r.spf}, {dns, r.dkim}, {dns, r.dmarc}, {dns, r.reverse}, {dns, r.replies}, {dns, r.returns}, {dns, r.links},
		{ctx, r.headers}, {ctx, r.spam},
	}
	found := make([][]survey.MailCheck, len(checks))
	var all sync.WaitGroup
	for i, check := range checks {
		all.Go(func() { found[i] = check.look(check.ctx) })
	}
	all.Wait()
	return slices.Concat(found...)
}

// Failed says whether one of the checks found a fault.
func Failed(checks []survey.MailCheck) bool {
	return slices.ContainsFunc(checks, func(c survey.MailCheck) bool { return c.State == survey.CheckFault })
}

// domainOf is the domain of an address; empty where it is none.
func domainOf(text string) string {
	a, err := address.Parse(text)
	if err != nil {
		return ""
	}
	return a.Domain()
}

// organisation is the domain that was registered: example.co.uk of mail.example.co.uk (RFC 7489, 3.2). A name that is no registered one is
// its own.
func organisation(domain string) string {
	if registered, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return registered
	}
	return domain
}

// outgoing are the addresses from which mails leave: those that the operator names, else those of the mail servers where these are other machines.
func (r *run) outgoing(ctx context.Context) (addrs []netip.Addr, known bool) {
	if len(r.Outgoing) > 0 {
		return r.Outgoing, true
	}
	for _, server := range r.Relays {
		found, err := r.DNS.LookupIPAddr(ctx, server.Host)
		if err != nil {
			continue
		}
		for _, ip := range found {
			if a, ok := netip.AddrFromSlice(ip.IP); ok && isPublic(a.Unmap()) && !slices.Contains(addrs, a.Unmap()) {
				addrs = append(addrs, a.Unmap())
			}
		}
	}
	return addrs, false
}

// isPublic says whether the address can be reached from everywhere.
func isPublic(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate()
}

// one is a single check.
func one(name string, state survey.CheckState, found, do string, publish ...survey.DNSRecord) []survey.MailCheck {
	return []survey.MailCheck{{Name: name, State: state, Found: found, Do: do, Publish: publish}}
}

// noSender is what is said of what depends on the sender while none is set.
func noSender(name string) []survey.MailCheck {
	return one(name, survey.CheckUnknown, "No sender is set.", "Set -mail-from.")
}

// silent is what is said where the DNS gave no answer.
func silent(name string, err error) []survey.MailCheck {
	return one(name, survey.CheckUnknown, "The DNS did not answer: "+strings.TrimSuffix(err.Error(), ".")+".", "")
}

// words joins addresses.
func words(addrs []netip.Addr) string {
	var list []string
	for _, a := range addrs {
		list = append(list, a.String())
	}
	return strings.Join(list, ", ")
}
