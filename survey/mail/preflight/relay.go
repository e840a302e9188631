package preflight

import (
	"context"
	"crypto/tls"
	"fmt"
	"time"

	"earshot/survey"
)

// certificateWarning is how long before its end a certificate is told of.
const certificateWarning = 14 * 24 * time.Hour

// relay goes the way to the mail server, up to naming our sender.
func (r *run) relay(ctx context.Context) []survey.MailCheck {
	const name, encryption = "Mail server", "Encryption"
	if r.Relay == nil {
		return one(name, survey.CheckWarning, "No mail server is set: mails are kept and not sent.", "Set -smtp.")
	}
	found := r.Relay.Inspect(ctx)
	if found.Outcome.Delivery != survey.Accepted {
		state := survey.CheckFault
		if ctx.Err() != nil {
			state = survey.CheckUnknown
		}
		return one(name, state, "The mail server "+r.RelayHost+" does not take our mails: "+found.Outcome.Reply+".", faultHelp(found.Outcome.Fault))
	}
	way := "without a log-in"
	if found.Login != "" {
		way = "after a log-in by " + found.Login
	}
	checks := one(name, survey.CheckOK, "The mail server "+r.RelayHost+" takes our sender "+way+".", "")
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

// faultHelp says what to do about a fault of the mail server.
func faultHelp(f survey.Fault) string {
	switch f {
	case survey.FaultLogin:
		return "Check the user and the password in -smtp."
	case survey.FaultTLS:
		return "Check the port, ?tls=… and the server's certificate."
	case survey.FaultConnection:
		return "Check the host, the port and the firewall."
	case survey.FaultSender:
		return "Let the server's account send as -mail-from."
	case survey.FaultBlocked:
		return "Ask whoever runs the server why it has blocked this machine."
	case survey.FaultRelaying:
		return "Log in, or let the server carry mails of this machine to others."
	case survey.FaultQuota, survey.FaultBusy:
		return "Try again later."
	}
	return ""
}
