package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/mail"
)

// checkRelays reads the mail servers of -smtp, completes each with the sender and the keys, and reports everything that is wrong with them.
func (c *config) checkRelays(problem report, keys []mail.DKIM) {
	lines := strings.Fields(c.smtp)
	names, withToken := map[string]bool{}, false
	for n, line := range lines {
		r, err := mail.ParseRelay(line)
		name := cmp.Or(r.Setup.Name, fmt.Sprintf("URL %d", n+1))
		about := ""
		if len(lines) > 1 {
			about = name + ": "
		}
		reportMail(problem, about, err)
		if names[name] {
			problem("smtp", "%sis the name of two mail servers: give one of them another by name=", about)
		}
		names[name] = true
		withToken = c.completeRelay(&r, keys, len(lines) == 1) || withToken
		if err == nil {
			reportMail(problem, about, r.Validate())
		} else if !strings.Contains(c.mailFrom, "@") && n == 0 {
			problem("mail-from", "must be an e-mail address when a mail server is set, and is %q", c.mailFrom)
		}
		c.relays = append(c.relays, r)
	}
	if len(lines) > 1 && c.smtpToken != "" && !withToken {
		problem("smtp-token", "is for a mail server with a user and without a password, and -smtp names none")
	}
}

// completeRelay sets what does not stand in the URL, and says whether a token lets us in there: where there are several, at those with a user and without a
// password.
func (c *config) completeRelay(r *mail.Relay, keys []mail.DKIM, alone bool) (withToken bool) {
	r.FromAddress, r.MaxConnections = c.mailFrom, cmp.Or(r.MaxConnections, c.workers)
	if withToken = c.smtpToken != "" && (alone || r.Username != "" && r.Password == ""); withToken {
		r.Token = func() (string, error) { return readToken(c.smtpToken) }
	}
	r.DKIM = keys
	if c.hooks != nil {
		r.Services = c.hooks.Services()
	}
	return withToken
}

// limitUnits are the times in which mails to a domain are bounded.
var limitUnits = map[string]func(*survey.MailLimits) *int{
	"s": func(l *survey.MailLimits) *int { return &l.PerSecond },
	"h": func(l *survey.MailLimits) *int { return &l.PerHour },
	"d": func(l *survey.MailLimits) *int { return &l.PerDay },
}

// mostToDomain bounds the numbers in -domain-limits.
const mostToDomain = 1_000_000_000

// checkDomainLimits reads -domain-limits: "gmail.com=20/s,1000/h *=2000/h".
func (c *config) checkDomainLimits(problem report) {
	for _, word := range strings.Fields(c.domainLimitsText) {
		name, rates, _ := strings.Cut(word, "=")
		domain, err := name, error(nil)
		if name != "*" {
			domain, err = address.Domain(name)
		}
		if err != nil {
			problem("domain-limits", "%q in %q is no domain, nor * for all others", name, word)
			continue
		}
		if _, twice := c.domainLimits[domain]; twice {
			problem("domain-limits", "%s stands there twice", domain)
			continue
		}
		limits, wrong := parseRates(rates)
		if wrong != nil {
			problem("domain-limits", "%q: %v", word, wrong)
			continue
		}
		if c.domainLimits == nil {
			c.domainLimits = map[string]survey.MailLimits{}
		}
		c.domainLimits[domain] = limits
	}
}

// parseRates reads "20/s,1000/h,5000/d".
func parseRates(text string) (limits survey.MailLimits, err error) {
	for _, rate := range strings.Split(text, ",") {
		count, unit, _ := strings.Cut(rate, "/")
		field, known := limitUnits[unit]
		n, wrong := strconv.Atoi(count)
		if !known || wrong != nil || n < 1 || n > mostToDomain {
			return limits, fmt.Errorf("%q must be how many mails in a second, an hour or a day, such as 20/s, 1000/h or 5000/d", rate)
		}
		if *field(&limits) != 0 {
			return limits, fmt.Errorf("/%s stands there twice", unit)
		}
		*field(&limits) = n
	}
	return limits, nil
}

// mailers are the connections to the mail servers, in the order of the configuration.
type mailers []*mail.SMTP

// newMailers returns the connections to the mail servers; none where none is set.
func newMailers(cfg *config, log *slog.Logger) (mailers, error) {
	var list mailers
	for _, r := range cfg.relays {
		settings := r.Config
		settings.LookupTXT, settings.Log = cfg.resolver().LookupTXT, log
		m, err := mail.NewSMTP(settings)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("mail server %s: %w", r.Setup.Name, err), list.Close())
		}
		list = append(list, m)
	}
	return list, nil
}

// Close closes them all.
func (m mailers) Close() error {
	var errs []error
	for _, x := range m {
		errs = append(errs, x.Close())
	}
	return errors.Join(errs...)
}

// setups tells the domain of them.
func (m mailers) setups(cfg *config) []survey.RelaySetup {
	list := make([]survey.RelaySetup, len(m))
	for i, x := range m {
		list[i] = cfg.relays[i].Setup
		list[i].Mailer, list[i].Connections = x, cfg.relays[i].MaxConnections
	}
	return list
}

// servers are where they are, as people read it.
func (c *config) servers() string {
	var list []string
	for _, r := range c.relays {
		list = append(list, net.JoinHostPort(r.Host, strconv.Itoa(r.Port)))
	}
	return strings.Join(list, ", ")
}
