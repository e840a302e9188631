package preflight

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"sync"
	"time"

	"earshot/survey"
)

// certificateWarning is how long before its end a certificate is told of.
const certificateWarning = 14 * 24 * time.Hour

// relays goes the way to each mail server at the same time.
func (r *run) relays(ctx context.Context) []survey.MailCheck {
	if len(r.Relays) == 0 {
		return one("Mail server", survey.CheckWarning, "No mail server is set: mails are kept and not sent.", "Set -smtp.")
	}
	found := make([][]survey.MailCheck, len(r.Relays))
	var all sync.WaitGroup
	for i, server := range r.Relays {
		all.Go(func() { found[i] = r.relay(ctx, server) })
	}
	all.Wait()
	return slices.Concat(found...)
}

// relay goes the way to a mail server, up to naming our sender. Of several each is named.
func (r *run) relay(ctx context.Context, server Server) []survey.MailCheck {
	name, encryption := "Mail server", "Encryption"
	if len(r.Relays) > 1 {
		name, encryption = name+" "+server.Name, encryption+" "+server.Name
	}
	found := server.Relay.Inspect(ctx)
	if found.Outcome.Delivery != survey.Accepted {
		state := survey.CheckFault
		if ctx.Err() != nil {
			state = survey.CheckUnknown
		}
		return one(name, state, "The mail server "+server.Host+" does not take our mails: "+found.Outcome.Reply+".", found.Outcome.Fault.Help())
	}
	way := "without a log-in"
	if found.Login != "" {
		way = "after a log-in by " + found.Login
	}
	checks := one(name, survey.CheckOK, "The mail server "+server.Host+" takes our sender "+way+".", "")
	switch left := found.Expires.Sub(r.Now); {
	case !found.Encrypted && found.Local:
		return append(checks, one(encryption, survey.CheckOK, "The way to the mail server is not encrypted and does not leave this machine.", "")...)
	case !found.Encrypted:
		return append(checks, one(encryption, survey.CheckWarning, "The way to the mail server is not encrypted.", "Use ?tls=starttls, if it offers that.")...)
	case found.CertificateErr != nil:
		return append(checks, one(encryption, survey.CheckWarning, "The mail server's certificate is not valid: "+found.CertificateErr.Error()+".",
			"Anybody on the way could read and change mails. Mend the certificate, then use ?tls=starttls.")...)
	case left < certificateWarning:
		return append(checks, one(encryption, survey.CheckWarning, fmt.Sprintf("The mail server's certificate ends on %s, in %d days; then no mail goes out.", found.Expires.Format("2 Jan 2006"), days(left)),
			"Renew it.")...)
	default:
		return append(checks, one(encryption, survey.CheckOK, fmt.Sprintf("%s; the certificate is valid until %s, for %d days.", tls.VersionName(found.Version), found.Expires.Format("2 Jan 2006"), days(left)), "")...)
	}
}

// days are whole days.
func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
