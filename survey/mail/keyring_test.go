package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// txtZone is a DNS of texts that tests change.
type txtZone struct {
	mu    sync.Mutex
	texts map[string][]string
	away  bool
	asked int
}

func (n *txtZone) lookup(_ context.Context, name string) ([]string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	if n.away {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	if texts := n.texts[name]; texts != nil {
		return texts, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// change changes the DNS.
func (n *txtZone) change(how func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	how()
}

// signers are the selectors of the signatures of a mail; the test fails where one does not hold.
func signers(t *testing.T, raw []byte, dns map[string][]string) []string {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, name[:2])
		return dns[name], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range found {
		if s.Err != nil {
			t.Errorf("a signature does not hold: %v", s.Err)
		}
	}
	slices.Sort(asked)
	return asked
}

// TestKeysAreChosenByTheDNS changes keys as an operator does: names the new one before it is published, publishes it, takes the old one away.
func TestKeysAreChosenByTheDNS(t *testing.T) {
	t.Parallel()
	all, keys := map[string][]string{}, []mail.DKIM{}
	for _, k := range []struct{ selector, kind string }{{"r2", "rsa"}, {"e2", "ed25519"}, {"r1", "rsa"}} {
		key, record := dkimKey(t, k.kind)
		keys = append(keys, mail.DKIM{Domain: "earshot.example", Selector: k.selector, PrivateKey: key})
		all[k.selector+"._domainkey.earshot.example"] = []string{record}
	}
	dns := &txtZone{texts: map[string][]string{}}
	publish := func(selectors ...string) {
		dns.texts = map[string][]string{}
		for _, s := range selectors {
			dns.texts[s+"._domainkey.earshot.example"] = all[s+"._domainkey.earshot.example"]
		}
	}
	sink := mailtest.Start(t)
	var mu sync.Mutex
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	config := configFor(t, sink.URL(), nil)
	config.DKIM, config.LookupTXT = keys, dns.lookup
	config.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	mailer := newSMTP(t, config)
	// signed sends mails until one is signed by want: an answer of the DNS is waited for by the first mail alone.
	signed := func(want string) {
		t.Helper()
		got := ""
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
			if got = fmt.Sprint(signers(t, sink.Drain()[0].Raw, all)); got == want {
				return
			}
		}
		t.Errorf("got a mail signed by %s, want %s", got, want)
	}
	later := func(how func()) {
		dns.change(how)
		mu.Lock()
		now = now.Add(time.Hour)
		mu.Unlock()
	}
	dns.change(func() { publish("r1") })
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
	if got := fmt.Sprint(signers(t, sink.Drain()[0].Raw, all)); got != "[r1]" {
		t.Errorf("got the first mail signed by %s, want the key that is published", got)
	}
	later(func() { publish("r1", "r2", "e2") })
	signed("[e2 r2]")
	later(func() { dns.away = true })
	signed("[e2 r2]")
	later(func() { dns.away = false; publish("r1") })
	signed("[r1]")
	later(func() { publish() })
	signed("[e2 r2]")
	asked := dns.asked
	signed("[e2 r2]")
	if dns.asked != asked {
		t.Errorf("got %d look-ups for one mail more, want none: an answer holds for a while", dns.asked-asked)
	}
}

// TestOneKeySignsWithoutTheDNS: there is nothing to choose.
func TestOneKeySignsWithoutTheDNS(t *testing.T) {
	t.Parallel()
	key, record := dkimKey(t, "rsa")
	dns := &txtZone{}
	sink := mailtest.Start(t)
	config := configFor(t, sink.URL(), nil)
	config.DKIM, config.LookupTXT = []mail.DKIM{{Domain: "earshot.example", Selector: "r1", PrivateKey: key}}, dns.lookup
	wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
	if err := verify(sink.Wait(1)[0].Raw, "r1._domainkey.earshot.example", record); err != nil || dns.asked != 0 {
		t.Errorf("got error %v and %d look-ups, want a signature and none", err, dns.asked)
	}
}

func TestStateOfAKey(t *testing.T) {
	t.Parallel()
	key, record := dkimKey(t, "rsa")
	_, other := dkimKey(t, "rsa")
	d := mail.DKIM{Domain: "earshot.example", Selector: "r1", PrivateKey: key}
	for _, row := range []struct {
		name  string
		texts []string
		err   error
		want  mail.Published
	}{
		{"published", []string{record}, nil, mail.KeyPublished},
		{"of another key", []string{other}, nil, mail.KeyMissing},
		{"taken back", []string{"v=DKIM1; k=rsa; p="}, nil, mail.KeyMissing},
		{"twice", []string{record, other}, nil, mail.KeyMissing},
		{"not there", nil, &net.DNSError{Err: "no such host", IsNotFound: true}, mail.KeyMissing},
		{"no answer", nil, &net.DNSError{Err: "i/o timeout", IsTimeout: true}, mail.KeyUnknown},
		{"no network", nil, errors.New("network is unreachable"), mail.KeyUnknown},
	} {
		got := d.State(context.Background(), func(context.Context, string) ([]string, error) { return row.texts, row.err })
		if got.Published != row.want || (got.Found == "") != (row.want == mail.KeyPublished) {
			t.Errorf("%s: got %+v, want %s", row.name, got, row.want)
		}
	}
}
