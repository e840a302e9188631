package mail

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ParseURL reads settings from one line:
//
//	smtp://user:password@mail.example.com:587?tls=starttls
//	smtps://user:password@mail.example.com
//	smtp://127.0.0.1:2525?tls=none
//
// The query takes tls (starttls, tls, opportunistic, none), auth (plain, scram-sha-256 …), helo and timeout ("30s"). An smtp:// URL without tls means
// starttls. FromAddress, Token and DKIM are left for the caller. It reports all problems at once and never quotes the password.
func ParseURL(line string) (Config, error) {
	var p problems
	u, err := url.Parse(line)
	if err != nil {
		p.add("URL", "must look like smtp://user:password@host:587, with special characters in the password written as %%40")
		return Config{}, p.err()
	}
	c := Config{Host: u.Hostname(), Username: u.User.Username(), TLS: StartTLS}
	c.Password, _ = u.User.Password()
	c.readScheme(u, &p)
	c.readQuery(u.Query(), &p)
	if c.Port, err = port(u.Port(), c.TLS); err != nil {
		p.add("Port", "%v", err)
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" || u.Opaque != "" {
		p.add("URL", "must have nothing but a query after the port")
	}
	if c.Host == "" {
		p.add("Host", "is missing")
	}
	return c, p.err()
}

func (c *Config) readScheme(u *url.URL, p *problems) {
	switch u.Scheme {
	case "smtp":
	case "smtps":
		c.TLS = ImplicitTLS
	default:
		p.add("URL", "must begin with smtp:// or smtps://")
	}
	if u.Scheme == "smtps" && u.Query().Has("tls") && u.Query().Get("tls") != string(ImplicitTLS) {
		p.add("tls", "contradicts smtps://")
	}
}

func (c *Config) readQuery(query url.Values, p *problems) {
	for key, values := range query {
		value := values[len(values)-1]
		switch key {
		case "tls":
			c.TLS = TLS(value)
		case "auth":
			c.Auth = strings.ToUpper(value)
		case "helo":
			c.HELO = value
		case "timeout":
			var err error
			if c.Timeout, err = time.ParseDuration(value); err != nil || c.Timeout <= 0 {
				p.add("timeout", "must be a duration such as 30s")
			}
		default:
			p.add(key, "is not known; tls, auth, helo, timeout, name, weight, backup, connections, per-second, per-hour, per-day and warm-up are")
		}
	}
}

func port(digits string, mode TLS) (int, error) {
	if digits == "" {
		return defaultPort(mode), nil
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 65535 {
		return 0, errors.New("must be from 1 to 65535")
	}
	return n, nil
}
