package preflight

import (
	"context"
	"net/netip"
	"net/url"
	"strings"

	"earshot/survey"
)

// links looks at where mails lead.
func (r *run) links(ctx context.Context) []survey.MailCheck {
	const name = "Links"
	u, err := url.Parse(r.BaseURL)
	if err != nil || u.Hostname() == "" {
		return one(name, survey.CheckFault, "The address in -base-url cannot be read.", "Set it to where contacts reach you, such as https://feedback.example.com.")
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" {
		return one(name, survey.CheckFault, "Links lead to "+host+", which is no name that contacts can reach.", "Set -base-url to where contacts reach you, such as https://feedback.example.com.")
	}
	addrs, err := r.hosts(ctx, host)
	private := 0
	for _, found := range addrs {
		if a, ok := netip.AddrFromSlice(found.IP); ok && !isPublic(a.Unmap()) {
			private++
		}
	}
	switch {
	case u.Scheme != "https":
		return one(name, survey.CheckFault, "Links lead to "+host+" without encryption: browsers warn, and mail programs offer no unsubscribing by one click.", "Let -base-url begin with https://.")
	case err != nil:
		return silent(name, err)
	case len(addrs) == 0:
		return one(name, survey.CheckFault, "Links lead to "+host+", which the DNS does not know.", "Publish its address.")
	case private == len(addrs):
		return one(name, survey.CheckWarning, "Links lead to "+host+", whose address is inside your network as this machine sees it.", "See that it can be reached from outside.")
	case r.from != "" && organisation(host) != organisation(r.from):
		return one(name, survey.CheckWarning, "Links lead to "+organisation(host)+", mails come from "+organisation(r.from)+": filters take that for phishing.",
			"Let both be of one domain, such as feedback."+organisation(r.from)+".")
	}
	return one(name, survey.CheckOK, "Links lead to "+host+", encrypted, at the sender's domain.", "")
}
