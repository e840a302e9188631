package preflight

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"earshot/survey"
)

// reverse looks whether the addresses from which mails leave have names that lead back to them, as Google and others want.
func (r *run) reverse(ctx context.Context) []survey.MailCheck {
	const name = "Reverse DNS"
	if len(r.sends) == 0 {
		return one(name, survey.CheckUnknown, "Your mail server sends, and its outgoing address is not known here.", "Name the address with -outgoing.")
	}
	worst := survey.CheckWarning // whoever runs the mail server may send from other addresses
	if r.known {
		worst = survey.CheckFault
	}
	var good, bad []netip.Addr
	var publish []survey.DNSRecord
	for _, a := range r.sends {
		back, err := r.leadsBack(ctx, a)
		switch {
		case err != nil:
			return silent(name, err)
		case back:
			good = append(good, a)
		default:
			bad = append(bad, a)
			publish = append(publish, survey.DNSRecord{Type: "PTR", Name: a.String(), Text: "the name of the mail server, whose address is " + a.String()})
		}
	}
	if len(bad) > 0 {
		return one(name, worst, words(bad)+" has no name that leads back to it, so many servers take no mail from there.",
			"Have whoever owns the address give it the mail server's name.", publish...)
	}
	return one(name, survey.CheckOK, words(good)+" has a name that leads back to it.", "")
}

// leadsBack says whether one of the address's names has the address.
func (r *run) leadsBack(ctx context.Context, a netip.Addr) (bool, error) {
	names, err := r.DNS.LookupAddr(ctx, a.String())
	if absent(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, host := range names {
		addrs, err := r.hosts(ctx, strings.TrimSuffix(host, "."))
		if err != nil {
			return false, err
		}
		for _, found := range addrs {
			if b, ok := netip.AddrFromSlice(found.IP); ok && b.Unmap() == a {
				return true, nil
			}
		}
	}
	return false, nil
}

// replies looks whether mails to the sender's domain arrive: people answer there.
func (r *run) replies(ctx context.Context) []survey.MailCheck {
	if r.from == "" {
		return noSender("Answers to the sender")
	}
	return r.takesMail(ctx, "Answers to the sender", r.from)
}

// returns looks whether what does not arrive can come back.
func (r *run) returns(ctx context.Context) []survey.MailCheck {
	const name = "Mails that come back"
	if r.ReturnPath == "" {
		return one(name, survey.CheckWarning, "No return path is set: what does not arrive is never noticed, and its contacts are asked again.",
			"Set -return-path; see the operators' manual.")
	}
	return r.takesMail(ctx, name, domainOf(r.ReturnPath))
}

// takesMail judges a domain's MX records (RFC 5321, 5.1 and 7505).
func (r *run) takesMail(ctx context.Context, name, domain string) []survey.MailCheck {
	records, err := r.DNS.LookupMX(ctx, domain)
	if err != nil && !absent(err) {
		return silent(name, err)
	}
	var hosts []string
	for _, mx := range records {
		if host := strings.TrimSuffix(mx.Host, "."); host != "" {
			hosts = append(hosts, host)
		}
	}
	publish := survey.DNSRecord{Type: "MX", Name: domain, Text: "10 the name of the server that takes its mail"}
	switch {
	case len(hosts) > 0:
		slices.Sort(hosts)
		return one(name, survey.CheckOK, domain+" takes mail at "+strings.Join(hosts, ", ")+".", "")
	case len(records) > 0:
		return one(name, survey.CheckFault, domain+" says that it takes no mail (an MX record without a name).", "Publish another.", publish)
	}
	addrs, err := r.hosts(ctx, domain)
	switch {
	case err != nil:
		return silent(name, err)
	case len(addrs) > 0:
		return one(name, survey.CheckWarning, domain+" has no MX record; mail goes to the address of the domain itself.", "Publish one.", publish)
	}
	return one(name, survey.CheckFault, domain+" has neither an MX record nor an address: nothing can be sent there, and many servers refuse such a sender.",
		"Publish an MX record.", publish)
}
