package mail

import (
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/address"
)

// TLS says how the connection to the server is encrypted.
type TLS string

// The ways to encrypt.
const (
	// StartTLS upgrades a plain connection and fails if the server does not offer that or its certificate is not valid.
	StartTLS TLS = "starttls"
	// ImplicitTLS speaks TLS from the first byte, as port 465 does; the certificate must be valid.
	ImplicitTLS TLS = "tls"
	// Opportunistic upgrades if the server offers it and takes any certificate: no worse than plain text, which it falls back
	// to (RFC 7435). A password is never sent this way.
	Opportunistic TLS = "opportunistic"
	// NoTLS never encrypts: only for a server on the loopback.
	NoTLS TLS = "none"
)

// Config says how to reach the relay and who the sender is. What is zero gets the default named beside it.
type Config struct {
	Host string
	Port int // default 465 with ImplicitTLS, else 587
	// Username and Password log in; both empty means no login.
	Username string
	Password string
	// Auth is the way to log in by its SASL name, such as PLAIN; empty takes the strongest that the server offers.
	Auth string
	// Token returns the OAuth 2 access token of Username, with which we then log in instead of a password (XOAUTH2). It is asked at each
	// log-in, for tokens live an hour.
	Token func() (string, error)
	TLS   TLS // default StartTLS
	// Roots are the authorities that may vouch for the server; nil means those of the system.
	Roots *x509.CertPool
	// FromAddress is the sender of every message, in the envelope and in the header.
	FromAddress string
	// HELO is the name by which we greet; the default is the domain of FromAddress.
	HELO string
	// Timeout bounds each step of the dialogue up to the end of the message; default 30 s.
	Timeout time.Duration
	// AcceptTimeout bounds the wait for the server's word after the end of the message. It is long, as a server that scans the
	// message for viruses and spam is slow and giving up makes an Uncertain: default 5 min (RFC 5321, 4.5.3.2.6 asks for 10).
	AcceptTimeout time.Duration
	// Grace is how long Deliver still waits for the answer to a sent message when its context ends: a stop of the process shall
	// not turn an acceptance that is on its way into an Uncertain. Default 5 s.
	Grace time.Duration
	// MaxConnections bounds the connections open at once, and so the messages under way; default 4.
	MaxConnections int
	// MaxPerConnection is how many messages one connection carries before it is closed; default 100, as in Postfix.
	MaxPerConnection int
	// KeepIdle is how long an unused connection stays open; default 10 s.
	KeepIdle time.Duration
	// DKIM are the keys that may sign, the preferred first; see keyring. None signs nothing.
	DKIM []DKIM
	// LookupTXT asks the DNS which of several keys are published; nil means that the first of each algorithm signs.
	LookupTXT LookupTXT
	// Log receives what is wrong with the keys; nil discards it.
	Log *slog.Logger
	// Services are the mail services that may tell of the messages by webhook, so that each is told what to call them (see package mailhook).
	Services []string
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.Host = strings.Trim(c.Host, "[]") // as an IPv6 address stands in URLs
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	if c.Port == 0 {
		c.Port = defaultPort(c.TLS)
	}
	if from, err := address.Parse(c.FromAddress); c.HELO == "" && err == nil {
		c.HELO = from.Domain()
	}
	defaultTo(&c.Timeout, 30*time.Second)
	defaultTo(&c.AcceptTimeout, 5*time.Minute)
	defaultTo(&c.Grace, 5*time.Second)
	defaultTo(&c.MaxConnections, 4)
	defaultTo(&c.MaxPerConnection, 100)
	defaultTo(&c.KeepIdle, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func defaultTo[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func defaultPort(mode TLS) int {
	if mode == ImplicitTLS {
		return 465
	}
	return 587
}

// Validate reports all that is wrong with the settings in one Invalid error whose fields are named as in Config.
func (c Config) Validate() error {
	_, err := c.withDefaults().checked()
	return err
}

// problems collects what is wrong.
type problems []survey.FieldError

func (p *problems) add(field, format string, args ...any) {
	*p = append(*p, survey.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &survey.Error{Kind: survey.Invalid, Message: "the mail settings are not valid", Fields: p}
}

// checked validates settings that have their defaults and returns the parsed DKIM keys with them.
func (c Config) checked() (*keyring, error) {
	var p problems
	c.checkServer(&p)
	c.checkLimits(&p)
	from, err := address.Parse(c.FromAddress)
	if err != nil {
		p.add("FromAddress", "%v", err)
	}
	if err == nil && strings.ContainsAny(c.FromAddress, "<>\r\n") {
		p.add("FromAddress", "must be the bare address; the name of whoever asks is put before it")
	}
	if err == nil && from.NeedsUTF8() {
		p.add("FromAddress", "must have only ASCII letters before the @: too many servers refuse others")
	}
	keys := &keyring{lookup: c.LookupTXT, now: c.Now, log: c.Log}
	for i, d := range c.DKIM {
		s := d.checked(from.Domain(), &p)
		for _, other := range keys.keys[:min(i, len(keys.keys))] {
			if s.record() == other.record() {
				p.add("DKIM.Selector", "%s is the name of two keys", s.options.Selector)
			}
		}
		keys.keys = append(keys.keys, s)
	}
	return keys, p.err()
}

func (c Config) checkServer(p *problems) {
	if !isHost(c.Host) {
		p.add("Host", "must be the name or IP address of a mail server")
	}
	if c.Port < 1 || c.Port > 65535 {
		p.add("Port", "must be from 1 to 65535")
	}
	if c.HELO != "" && !isHost(c.HELO) {
		p.add("HELO", "must be a host name")
	}
	if !slices.Contains([]TLS{StartTLS, ImplicitTLS, Opportunistic, NoTLS}, c.TLS) {
		p.add("TLS", "must be starttls, tls, opportunistic or none")
	}
	if c.TLS == NoTLS && !isLoopback(c.Host) {
		p.add("TLS", "may be none only for a server on this machine")
	}
	if c.Username != "" && c.TLS == Opportunistic && !isLoopback(c.Host) {
		p.add("TLS", "must be starttls or tls when there is a password to send")
	}
	if c.Token == nil && (c.Username == "") != (c.Password == "") {
		p.add("Username", "and Password must be given together")
	}
	c.checkLogin(p)
}

func (c Config) checkLogin(p *problems) {
	if c.Auth != "" && !slices.Contains(loginNames(), c.Auth) {
		p.add("Auth", "must be one of %s", strings.Join(loginNames(), ", "))
	}
	switch {
	case c.Token != nil && (c.Username == "" || c.Password != ""):
		p.add("Token", "needs the user's name, and no password")
	case c.Token != nil && c.Auth != "" && c.Auth != xoauth2.name:
		p.add("Auth", "must be XOAUTH2 where a token is given")
	case c.Token == nil && c.Auth == xoauth2.name:
		p.add("Auth", "is XOAUTH2, which needs a token")
	case c.Auth != "" && c.Username == "":
		p.add("Auth", "needs a user")
	}
}

func (c Config) checkLimits(p *problems) {
	durations := []struct {
		field string
		value time.Duration
	}{{"Timeout", c.Timeout}, {"AcceptTimeout", c.AcceptTimeout}, {"Grace", c.Grace}, {"KeepIdle", c.KeepIdle}}
	for _, d := range durations {
		if d.value < 0 {
			p.add(d.field, "must not be negative")
		}
	}
	if c.MaxConnections < 1 {
		p.add("MaxConnections", "must be at least 1")
	}
	if c.MaxPerConnection < 1 {
		p.add("MaxPerConnection", "must be at least 1")
	}
}

// isHost takes an IP address, in brackets or not, or a name that can stand in the DNS.
func isHost(name string) bool {
	if net.ParseIP(strings.Trim(name, "[]")) != nil {
		return true
	}
	_, err := address.Domain(name)
	return err == nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
