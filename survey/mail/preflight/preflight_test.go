package preflight_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/preflight"
)

// zone is a DNS as a table: names with a type in front. What is not in it is not there; err is what it answers to everything.
type zone struct {
	records map[string][]string
	err     error
}

func (z *zone) ask(kind, name string) ([]string, error) {
	if z.err != nil {
		return nil, z.err
	}
	if found := z.records[kind+" "+strings.TrimSuffix(name, ".")]; found != nil {
		return found, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) { return z.ask("TXT", name) }

func (z *zone) LookupAddr(_ context.Context, name string) ([]string, error) {
	return z.ask("PTR", name)
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	hosts, err := z.ask("MX", name)
	var found []*net.MX
	for _, host := range hosts {
		found = append(found, &net.MX{Host: host, Pref: 10})
	}
	return found, err
}

func (z *zone) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	addrs, err := z.ask("A", name)
	var found []net.IPAddr
	for _, a := range addrs {
		found = append(found, net.IPAddr{IP: net.ParseIP(a)})
	}
	return found, err
}

// relay is a mail server that was found so.
type relay mail.Inspection

func (r relay) Inspect(context.Context) mail.Inspection { return mail.Inspection(r) }

// filter is a spam filter that says so.
type filter struct {
	points float64
	err    error
}

func (f filter) Score(context.Context, []byte) (float64, float64, string, error) {
	return f.points, 5, "HTML_MESSAGE", f.err
}

var now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// key is a DKIM key of that selector.
func key(selector string) mail.DKIM {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed([]byte(strings.Repeat(selector[:1], ed25519.SeedSize))))
	if err != nil {
		panic(err)
	}
	return mail.DKIM{Domain: "company.example", Selector: selector, PrivateKey: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))}
}

const sample = "From: Company <ask@company.example>\r\nTo: kim@customer.example\r\nDate: Tue, 01 Dec 2026 12:00:00 +0000\r\nMessage-ID: <x@company.example>\r\n" +
	"Subject: x\r\nMIME-Version: 1.0\r\nList-Unsubscribe: <https://feedback.company.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello\r\n"

// well is a setup at which nothing is wrong, with its DNS.
func well() (preflight.Setup, *zone) {
	_, text := key("a").Record()
	z := &zone{records: map[string][]string{
		"TXT company.example":               {"some-site-verification=1", "v=spf1 ip4:203.0.113.5 ~all"},
		"TXT bounce.company.example":        {"v=spf1 a:mail.company.example -all"},
		"TXT a._domainkey.company.example":  {text},
		"TXT _dmarc.company.example":        {"v=DMARC1; p=reject"},
		"MX company.example":                {"mail.company.example."},
		"MX bounce.company.example":         {"feedback.company.example."},
		"A mail.company.example":            {"203.0.113.5"},
		"A feedback.company.example":        {"203.0.113.9"},
		"PTR 203.0.113.5":                   {"mail.company.example."},
		"A secondary.company.example":       {"203.0.113.77"},
		"A bare.company.example":            {"203.0.113.8"},
		"MX null.company.example":           {"."},
		"TXT loop.company.example":          {"v=spf1 include:loop.company.example ~all"},
		"TXT everybody.company.example":     {"v=spf1 mx +all"},
		"TXT two.company.example":           {"v=spf1 a ~all", "v=spf1 mx -all"},
		"TXT _dmarc.broken.company.example": {"v=DMARC1; p=perhaps"},
	}}
	return preflight.Setup{
		From: "ask@company.example", ReturnPath: "bounces@bounce.company.example", BaseURL: "https://feedback.company.example", Postal: true,
		Keys: []mail.DKIM{key("a")}, Relays: []preflight.Server{{Name: "main", Host: "mail.company.example",
			Relay: relay{Outcome: survey.Outcome{Delivery: survey.Accepted}, Login: "PLAIN", Encrypted: true, Version: tls.VersionTLS13, Expires: now.Add(60 * 24 * time.Hour)}}},
		Sample: []byte(sample), Spam: filter{points: 0.6}, DNS: z, Now: now,
	}, z
}

func find(t *testing.T, checks []survey.MailCheck, name string) survey.MailCheck {
	t.Helper()
	i := slices.IndexFunc(checks, func(c survey.MailCheck) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("nothing is said of %s: %+v", name, checks)
	}
	return checks[i]
}

func TestAllIsWell(t *testing.T) {
	t.Parallel()
	setup, _ := well()
	checks := preflight.Run(context.Background(), setup)
	for _, c := range checks {
		if c.State != survey.CheckOK || c.Do != "" || len(c.Publish) > 0 || !strings.HasSuffix(c.Found, ".") {
			t.Errorf("got %+v, want all well in a sentence, and nothing to do", c)
		}
	}
	if len(checks) != 13 || preflight.Failed(checks) {
		t.Errorf("got %d checks, failed %t; want 13", len(checks), preflight.Failed(checks))
	}
}

// TestFindings breaks one thing after the other.
func TestFindings(t *testing.T) {
	t.Parallel()
	type change = func(*preflight.Setup, *zone)
	outgoing := func(addrs ...string) change {
		return func(s *preflight.Setup, _ *zone) {
			for _, a := range addrs {
				s.Outgoing = append(s.Outgoing, netip.MustParseAddr(a))
			}
		}
	}
	drop := func(names ...string) change {
		return func(_ *preflight.Setup, z *zone) {
			for _, name := range names {
				delete(z.records, name)
			}
		}
	}
	set := func(name string, texts ...string) change {
		return func(_ *preflight.Setup, z *zone) { z.records[name] = texts }
	}
	from := func(address string) change {
		return func(s *preflight.Setup, _ *zone) { s.From = address }
	}
	back := func(address string) change {
		return func(s *preflight.Setup, _ *zone) { s.ReturnPath = address }
	}
	base := func(url string) change {
		return func(s *preflight.Setup, _ *zone) { s.BaseURL = url }
	}
	found := func(i mail.Inspection) change {
		return func(s *preflight.Setup, _ *zone) { s.Relays[0].Relay = relay(i) }
	}
	accepted := survey.Outcome{Delivery: survey.Accepted}
	mailed := func(old, with string) change {
		return func(s *preflight.Setup, _ *zone) { s.Sample = []byte(strings.Replace(sample, old, with, 1)) }
	}
	for _, row := range []struct {
		name    string
		change  change
		check   string
		want    survey.CheckState
		words   string
		publish string // the first record: type, name and text
	}{
		{"no SPF", drop("TXT bounce.company.example"), "SPF", survey.CheckFault, "has no SPF record", "TXT bounce.company.example v=spf1 a:mail.company.example ~all"},
		{"no SPF, a provider", func(s *preflight.Setup, z *zone) {
			s.Relays[0].Host = "smtp.gmail.com"
			drop("TXT bounce.company.example")(s, z)
		}, "SPF", survey.CheckFault, "has no SPF record", "TXT bounce.company.example v=spf1 include:_spf.google.com ~all"},
		{"two SPF records", back("b@two.company.example"), "SPF", survey.CheckFault, "several", "TXT two.company.example v=spf1 a:mail.company.example a mx -all"},
		{"SPF that never ends", back("b@loop.company.example"), "SPF", survey.CheckFault, "lookup limit", ""},
		{"SPF that lets everybody", back("b@everybody.company.example"), "SPF", survey.CheckFault, "everybody", "TXT everybody.company.example v=spf1 a:mail.company.example mx ~all"},
		{"SPF without our server", set("TXT bounce.company.example", "v=spf1 ip4:198.51.100.7 ~all"), "SPF", survey.CheckWarning, "203.0.113.5", "TXT bounce.company.example v=spf1 ip4:203.0.113.5 ip4:198.51.100.7 ~all"},
		{"SPF without the address that we know", outgoing("203.0.113.77", "203.0.113.5"), "SPF", survey.CheckFault, "does not let 203.0.113.77 send", "TXT bounce.company.example v=spf1 ip4:203.0.113.77 a:mail.company.example -all"},
		{"SPF without the IPv6 address", outgoing("2001:db8::5"), "SPF", survey.CheckFault, "2001:db8::5", "TXT bounce.company.example v=spf1 ip6:2001:db8::5 a:mail.company.example -all"},
		{"SPF of a server on this machine", func(s *preflight.Setup, _ *zone) { s.Relays[0].Host = "127.0.0.1" }, "SPF", survey.CheckOK, "is not known", ""},
		{"no return path: SPF of the sender", back(""), "SPF", survey.CheckOK, "company.example lets 203.0.113.5 send", ""},
		{"no key", func(s *preflight.Setup, _ *zone) { s.Keys = nil }, "DKIM", survey.CheckUnknown, "does not sign", ""},
		{"a key that is not published", drop("TXT a._domainkey.company.example"), "DKIM", survey.CheckFault, "missing", "TXT a._domainkey.company.example v=DKIM1"},
		{"another key is published", set("TXT a._domainkey.company.example", "v=DKIM1; k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "DKIM", survey.CheckFault, "another key", "TXT a._domainkey.company.example v=DKIM1"},
		{"a new key that is not published yet", func(s *preflight.Setup, _ *zone) { s.Keys = append(s.Keys, key("b")) }, "DKIM", survey.CheckWarning, "b._domainkey", "TXT b._domainkey.company.example v=DKIM1"},
		{"no DMARC", drop("TXT _dmarc.company.example"), "DMARC", survey.CheckWarning, "no DMARC", "TXT _dmarc.company.example v=DMARC1; p=none; rua=mailto:dmarc@company.example"},
		{"DMARC of the organisation", from("ask@news.company.example"), "DMARC", survey.CheckOK, "record of company.example", ""},
		{"DMARC that nobody reads", from("ask@broken.company.example"), "DMARC", survey.CheckFault, "cannot be read", "TXT _dmarc.company.example v=DMARC1"},
		{"strict DMARC", set("TXT _dmarc.company.example", "v=DMARC1; p=reject; aspf=s"), "Alignment", survey.CheckOK, "DKIM is about company.example", ""},
		{"strict DMARC without a key", func(s *preflight.Setup, z *zone) {
			s.Keys = nil
			z.records["TXT _dmarc.company.example"] = []string{"v=DMARC1; p=reject; aspf=s"}
		}, "Alignment", survey.CheckFault, "Nothing", ""},
		{"strict DMARC, a key above", func(s *preflight.Setup, z *zone) {
			s.From = "ask@news.company.example"
			z.records["TXT _dmarc.company.example"] = []string{"v=DMARC1; p=none; adkim=s"}
		}, "Alignment", survey.CheckWarning, "Only SPF", ""},
		{"SPF alone", func(s *preflight.Setup, _ *zone) { s.Keys = nil }, "Alignment", survey.CheckWarning, "only SPF", ""},
		{"no name for the server", drop("PTR 203.0.113.5"), "Reverse DNS", survey.CheckWarning, "no name", "PTR 203.0.113.5 the name"},
		{"no name for the address that we know", outgoing("203.0.113.77"), "Reverse DNS", survey.CheckFault, "no name", "PTR 203.0.113.77 the name"},
		{"a name that leads elsewhere", set("PTR 203.0.113.5", "secondary.company.example."), "Reverse DNS", survey.CheckWarning, "no name", "PTR 203.0.113.5 the name"},
		{"a server on this machine", func(s *preflight.Setup, _ *zone) { s.Relays[0].Host = "localhost" }, "Reverse DNS", survey.CheckUnknown, "not known", ""},
		{"nobody takes answers", drop("MX company.example"), "Answers to the sender", survey.CheckFault, "neither", "MX company.example 10"},
		{"the domain itself takes answers", from("ask@bare.company.example"), "Answers to the sender", survey.CheckWarning, "no MX", "MX bare.company.example 10"},
		{"answers are refused", from("ask@null.company.example"), "Answers to the sender", survey.CheckFault, "takes no mail", "MX null.company.example 10"},
		{"no return path", back(""), "Mails that come back", survey.CheckWarning, "never noticed", ""},
		{"nothing can come back", drop("MX bounce.company.example"), "Mails that come back", survey.CheckFault, "neither", "MX bounce.company.example 10"},
		{"no encryption of links", base("http://feedback.company.example"), "Links", survey.CheckFault, "without encryption", ""},
		{"links to this machine", base("http://127.0.0.1:8080"), "Links", survey.CheckFault, "no name", ""},
		{"links to nowhere", base("https://gone.company.example"), "Links", survey.CheckFault, "does not know", ""},
		{"links into the network", set("A feedback.company.example", "10.1.2.3"), "Links", survey.CheckWarning, "inside your network", ""},
		{"links to another domain", func(s *preflight.Setup, z *zone) {
			s.BaseURL = "https://surveys.other.example"
			z.records["A surveys.other.example"] = []string{"203.0.113.10"}
		}, "Links", survey.CheckWarning, "other.example", ""},
		{"no server", func(s *preflight.Setup, _ *zone) { s.Relays = nil }, "Mail server", survey.CheckWarning, "kept", ""},
		{"a wrong password", found(mail.Inspection{Outcome: survey.Outcome{Delivery: survey.Temporary, Fault: survey.FaultLogin, Reply: "535 no"}}), "Mail server", survey.CheckFault, "535 no", ""},
		{"a certificate that ends soon", found(mail.Inspection{Outcome: accepted, Encrypted: true, Expires: now.Add(5 * 24 * time.Hour)}), "Encryption", survey.CheckWarning, "in 5 days", ""},
		{"a certificate that does not hold", found(mail.Inspection{Outcome: accepted, Encrypted: true, Expires: now.Add(90 * 24 * time.Hour), CertificateErr: errors.New("unknown authority")}), "Encryption", survey.CheckWarning, "unknown authority", ""},
		{"no encryption", found(mail.Inspection{Outcome: accepted}), "Encryption", survey.CheckWarning, "not encrypted", ""},
		{"no encryption on this machine", found(mail.Inspection{Outcome: accepted, Local: true}), "Encryption", survey.CheckOK, "does not leave this machine", ""},
		{"no mail can be made", func(s *preflight.Setup, _ *zone) { s.SampleErr = errors.New("too long") }, "Header and size", survey.CheckFault, "too long", ""},
		{"two dates", mailed("Date:", "Date: Tue, 01 Dec 2026 12:00:00 +0000\r\nDate:"), "Header and size", survey.CheckFault, "2 fields Date", ""},
		{"another sender", mailed("ask@company.example", "ask@other.example"), "Header and size", survey.CheckFault, "sender is not of company.example", ""},
		{"no unsubscribing", mailed("List-Unsubscribe:", "X-List:"), "Header and size", survey.CheckFault, "unsubscribing", ""},
		{"no one-click", mailed("List-Unsubscribe-Post:", "X-Post:"), "Header and size", survey.CheckWarning, "one click", ""},
		{"a long line", mailed("Hello", strings.Repeat("x", 999)), "Header and size", survey.CheckWarning, "999", ""},
		{"a large mail", mailed("Hello", strings.Repeat("Hello\r\n", 20000)), "Header and size", survey.CheckWarning, "too large", ""},
		{"no postal address", func(s *preflight.Setup, _ *zone) { s.Postal = false }, "Postal address", survey.CheckWarning, "law", ""},
		{"spam", func(s *preflight.Setup, _ *zone) { s.Spam = filter{points: 5} }, "Spam score", survey.CheckFault, "5.0 points", ""},
		{"nearly spam", func(s *preflight.Setup, _ *zone) { s.Spam = filter{points: 2.1} }, "Spam score", survey.CheckWarning, "2.1 points", ""},
		{"a filter that fails", func(s *preflight.Setup, _ *zone) { s.Spam = filter{err: errors.New("no rules")} }, "Spam score", survey.CheckUnknown, "no rules", ""},
		{"no filter", func(s *preflight.Setup, _ *zone) { s.Spam = nil }, "Spam score", survey.CheckUnknown, "not on this machine", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			setup, z := well()
			row.change(&setup, z)
			got := find(t, preflight.Run(context.Background(), setup), row.check)
			if got.State != row.want || !strings.Contains(got.Found, row.words) {
				t.Errorf("got %+v, want %s about %q", got, row.want, row.words)
			}
			publish := ""
			for _, record := range got.Publish {
				publish = record.Type + " " + record.Name + " " + record.Text
				break
			}
			if (publish == "") != (row.publish == "") || !strings.HasPrefix(publish, row.publish) {
				t.Errorf("got to publish %q, want %q", publish, row.publish)
			}
			if row.publish != "" && strings.HasPrefix(row.publish, "TXT") && strings.Contains(row.publish, "all") && publish != row.publish {
				t.Errorf("got the record %q, want %q", publish, row.publish)
			}
		})
	}
}

// TestWithoutADNS finds nothing out and calls nothing a fault that may be well.
func TestWithoutADNS(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("dial udp: network is unreachable"), context.DeadlineExceeded,
		&net.DNSError{Err: "server misbehaving", IsTemporary: true}, &net.DNSError{Err: "connection refused"},
	} {
		setup, z := well()
		z.err = err
		setup.Outgoing = []netip.Addr{netip.MustParseAddr("203.0.113.5")}
		checks := preflight.Run(context.Background(), setup)
		for _, name := range []string{"SPF", "DKIM", "DMARC", "Reverse DNS", "Answers to the sender", "Mails that come back", "Links"} {
			if got := find(t, checks, name); got.State != survey.CheckUnknown || !strings.Contains(got.Found, "not") {
				t.Errorf("%v: got %+v, want it unknown", err, got)
			}
		}
		if preflight.Failed(checks) {
			t.Errorf("%v: got a fault", err)
		}
	}
}

// TestWithoutAnything says what to set.
func TestWithoutAnything(t *testing.T) {
	t.Parallel()
	for _, c := range preflight.Run(context.Background(), preflight.Setup{BaseURL: "https://feedback.company.example", DNS: &zone{}, Now: now}) {
		if c.Found == "" || c.State == survey.CheckOK {
			t.Errorf("got %+v", c)
		}
	}
}
