package preflight

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"blitiri.com.ar/go/spf"

	"earshot/survey"
)

// nobody is an address that nobody has (RFC 5737): a record that lets it send lets everybody.
var nobody = netip.MustParseAddr("192.0.2.1")

// spf evaluates the record of the envelope's domain (RFC 7208) as receivers do.
func (r *run) spf(ctx context.Context) []survey.MailCheck {
	const name = "SPF"
	if r.from == "" {
		return noSender(name)
	}
	texts, err := r.texts(ctx, r.envelope)
	if err != nil {
		return silent(name, err)
	}
	records := spfRecords(texts)
	switch {
	case len(records) == 0:
		return one(name, survey.CheckFault, r.envelope+" has no SPF record, so receivers cannot tell whether your mail server may send for it.",
			"Publish one.", r.spfRecord("v=spf1 ~all"))
	case len(records) > 1:
		return one(name, survey.CheckFault, r.envelope+" has several SPF records, which is the same as none.", "Leave one that has the terms of all.",
			r.spfRecord(merged(records)))
	}
	return r.evaluate(ctx, name, records[0])
}

// evaluate judges a record by what it says of an address that nobody has, and of ours.
func (r *run) evaluate(ctx context.Context, name, record string) []survey.MailCheck {
	switch result, err := r.sender(ctx, nobody); result {
	case spf.TempError:
		return silent(name, err)
	case spf.PermError:
		return one(name, survey.CheckFault, "The SPF record of "+r.envelope+" cannot be evaluated: "+err.Error()+".",
			"Mend it; it may ask the DNS ten times at most, with all that it includes.")
	case spf.Pass:
		return one(name, survey.CheckFault, "The SPF record of "+r.envelope+" lets everybody send in your name.", "End it with ~all.",
			r.spfRecord(ended(record)))
	}
	var missing []netip.Addr
	for _, a := range r.sends {
		if result, err := r.sender(ctx, a); result == spf.TempError {
			return silent(name, err)
		} else if result != spf.Pass {
			missing = append(missing, a)
		}
	}
	switch {
	case len(r.sends) == 0:
		return one(name, survey.CheckOK, "The SPF record of "+r.envelope+" is valid. Whether it lets your mail server send is not known, as its outgoing address is not.",
			"Name the address with -outgoing.")
	case len(missing) == 0:
		return one(name, survey.CheckOK, "The SPF record of "+r.envelope+" lets "+words(r.sends)+" send.", "")
	case r.known:
		return one(name, survey.CheckFault, "The SPF record of "+r.envelope+" does not let "+words(missing)+" send.", "Add the address.",
			r.spfRecord(record, missing...))
	}
	return one(name, survey.CheckWarning, "The SPF record of "+r.envelope+" does not let the mail server send, which is "+words(missing)+".",
		"Add it, unless it hands mails on from other addresses: name those with -outgoing.", r.spfRecord(record, missing...))
}

// sender asks what the record says of an address.
func (r *run) sender(ctx context.Context, a netip.Addr) (spf.Result, error) {
	return spf.CheckHostWithSender(net.IP(a.AsSlice()), r.envelope, "check@"+r.envelope, spf.WithContext(ctx), spf.WithResolver(asker{r.DNS}))
}

// spfRecords are the texts that are SPF records.
func spfRecords(texts []string) []string {
	var records []string
	for _, t := range texts {
		if version, _, _ := strings.Cut(t, " "); strings.EqualFold(version, "v=spf1") {
			records = append(records, t)
		}
	}
	return records
}

// spfRecord is the record with what lets us send: the addresses that are missing; in a new record the providers', or else the mail servers.
func (r *run) spfRecord(record string, missing ...netip.Addr) survey.DNSRecord {
	var terms, hosts []string
	for _, server := range r.Relays {
		switch include := providerOf(server.Host); {
		case include != "":
			terms = append(terms, "include:"+include)
		case net.ParseIP(server.Host) == nil && server.Host != "localhost":
			hosts = append(hosts, "a:"+server.Host)
		}
	}
	if len(missing) == 0 && r.known {
		missing = r.sends
	}
	switch {
	case len(terms) > 0 && len(terms) == len(r.Relays):
	case len(missing) > 0:
		for _, a := range missing {
			family := "ip4:"
			if a.Is6() {
				family = "ip6:"
			}
			terms = append(terms, family+a.String())
		}
	default:
		terms = append(terms, hosts...)
	}
	if len(terms) == 0 {
		terms = []string{"mx"}
	}
	return survey.DNSRecord{Type: "TXT", Name: r.envelope, Text: with(record, terms...)}
}

// with is the record with terms that it does not have yet, behind its version.
func with(record string, terms ...string) string {
	have := strings.Fields(record)
	list := have[:1:1]
	for _, t := range terms {
		if !contains(have, t) {
			list = append(list, t)
		}
	}
	return strings.Join(append(list, have[1:]...), " ")
}

// merged is one record of several, in their order; it ends as the last does.
func merged(records []string) string {
	list := []string{"v=spf1"}
	end := "~all"
	for _, r := range records {
		for _, term := range strings.Fields(r)[1:] {
			if isAll(term) {
				end = term
			} else if !contains(list, term) {
				list = append(list, term)
			}
		}
	}
	return strings.Join(append(list, end), " ")
}

// ended is the record without what lets everybody send.
func ended(record string) string {
	var list []string
	for _, term := range strings.Fields(record) {
		if !isAll(term) {
			list = append(list, term)
		}
	}
	return strings.Join(append(list, "~all"), " ")
}

func isAll(term string) bool { return strings.EqualFold(strings.TrimLeft(term, "+-~?"), "all") }

func contains(list []string, term string) bool {
	for _, t := range list {
		if strings.EqualFold(t, term) {
			return true
		}
	}
	return false
}

// providers are services that hand mails on, with what their customers include.
var providers = []struct{ host, include string }{
	{"gmail.com", "_spf.google.com"}, {"google.com", "_spf.google.com"}, {"office365.com", "spf.protection.outlook.com"},
	{"outlook.com", "spf.protection.outlook.com"}, {"amazonaws.com", "amazonses.com"}, {"sendgrid.net", "sendgrid.net"}, {"mailgun.org", "mailgun.org"},
	{"brevo.com", "spf.brevo.com"}, {"postmarkapp.com", "spf.mtasv.net"}, {"mailjet.com", "spf.mailjet.com"}, {"zoho.com", "zoho.com"},
}

// providerOf is what to include for that mail server; empty where it is of no service that we know.
func providerOf(host string) string {
	for _, p := range providers {
		if strings.HasSuffix("."+strings.ToLower(host), "."+p.host) {
			return p.include
		}
	}
	return ""
}
