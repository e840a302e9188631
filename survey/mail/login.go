package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/wneessen/go-mail/smtp"
)

// login is how we log in: the ways there are, and which of them this server has refused.
type login struct {
	mu      sync.Mutex
	refused map[string]bool
}

// method is a way to log in (RFC 4954); what it says is go-mail's.
type method struct {
	// name stands in the server's offer.
	name string
	auth func(c *Config, secret string, state *tls.ConnectionState) smtp.Auth
}

// methods are the ways to log in with a password, the strongest first: those that bind the log-in to this very connection, those that do not
// show the password, and those that do, to a server that has proven its name (see Config.checkServer) or is on this machine.
var methods = []method{
	{"SCRAM-SHA-256-PLUS", func(c *Config, p string, s *tls.ConnectionState) smtp.Auth {
		return smtp.ScramSHA256PlusAuth(c.Username, p, s)
	}},
	{"SCRAM-SHA-1-PLUS", func(c *Config, p string, s *tls.ConnectionState) smtp.Auth {
		return smtp.ScramSHA1PlusAuth(c.Username, p, s)
	}},
	{"SCRAM-SHA-256", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth {
		return smtp.ScramSHA256Auth(c.Username, p)
	}},
	{"SCRAM-SHA-1", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth { return smtp.ScramSHA1Auth(c.Username, p) }},
	{"PLAIN", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth {
		return smtp.PlainAuth("", c.Username, p, c.Host, true)
	}},
	{"LOGIN", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth {
		return smtp.LoginAuth(c.Username, p, c.Host, true)
	}},
	{"CRAM-MD5", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth { return smtp.CRAMMD5Auth(c.Username, p) }},
	{"NTLM", func(c *Config, p string, _ *tls.ConnectionState) smtp.Auth {
		domain, user, named := strings.Cut(c.Username, `\`)
		if !named {
			domain, user = "", c.Username
		}
		return smtp.NTLMAuth(user, p, domain)
	}},
}

// xoauth2 logs in with a token instead of a password.
var xoauth2 = method{"XOAUTH2", func(c *Config, token string, _ *tls.ConnectionState) smtp.Auth {
	return smtp.XOAuth2Auth(c.Username, token)
}}

// loginNames lists the ways that may be asked for.
func loginNames() []string {
	names := []string{xoauth2.name}
	for _, m := range methods {
		names = append(names, m.name)
	}
	return names
}

// pick returns the first of our ways that the server offers and has not refused; when it has refused all, it begins again. Servers offer ways
// by which an account cannot log in, such as SCRAM where they keep only a hash of the password: the next try is by another.
func (l *login) pick(c *Config, offered []string, encrypted bool) (method, bool) {
	if c.Token != nil {
		return xoauth2, slices.Contains(offered, xoauth2.name)
	}
	var open []method
	for _, m := range methods {
		bound := strings.HasSuffix(m.name, "-PLUS")
		if slices.Contains(offered, m.name) && (encrypted || !bound) && (c.Auth == "" || c.Auth == m.name) {
			open = append(open, m)
		}
	}
	if len(open) == 0 {
		return method{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range open {
		if !l.refused[m.name] {
			return m, true
		}
	}
	l.refused = nil
	return open[0], true
}

// refuse notes that the server does not let us in that way, and that it is no matter of time.
func (l *login) refuse(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refused == nil {
		l.refused = map[string]bool{}
	}
	l.refused[name] = true
}

// tried says which ways we would take.
func (c Config) tried() string {
	switch {
	case c.Token != nil:
		return xoauth2.name
	case c.Auth != "":
		return c.Auth
	}
	return strings.Join(loginNames()[1:], ", ")
}

// logIn logs in where there is a user, and returns by which way it tried.
func (c *connection) logIn() (how string, err error) {
	if c.config.Username == "" {
		return "", nil
	}
	_, offered := c.client.Extension("AUTH")
	state, encrypted := c.client.TLSConnectionState()
	m, there := c.login.pick(c.config, strings.Fields(strings.ToUpper(offered)), encrypted)
	if !there {
		return "", fmt.Errorf("%w: it offers %q, and we try %s", errNoMethod, offered, c.config.tried())
	}
	secret := c.config.Password
	if c.config.Token != nil {
		if secret, err = c.config.Token(); err != nil {
			return m.name, fmt.Errorf("%w: %w", errNoToken, err)
		}
	}
	err = c.client.Auth(m.auth(c.config, secret, &state))
	if said, ok := (&failure{step: loggingIn, err: err}).reply(); ok && said.Code/100 == 5 {
		c.login.refuse(m.name)
	}
	return m.name, err
}

// errNoToken says that the token was not given to us.
var errNoToken = errors.New("there is no token to log in with")
