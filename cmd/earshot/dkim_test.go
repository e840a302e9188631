package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/emersion/go-msgauth/dkim"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/mail/mailtest"
)

// keyFile writes a private key as openssl does and returns the file's name.
func keyFile(tb testing.TB, key any) string {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return written(tb, "dkim.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func written(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func rsaKey(tb testing.TB, bits int) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// TestMailsAreSigned starts the program with a key, publishes the record that the settings page shows, and verifies the
// mail that came out as its receiver would.
func TestMailsAreSigned(t *testing.T) {
	t.Parallel()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		key  any
		args []string
		want string
	}{
		{"RSA, nothing else said", rsaKey(t, 2048), nil, "earshot._domainkey.company.example"},
		{"Ed25519, all said", ed, []string{"-dkim-domain", "company.example", "-dkim-selector", "s1.keys"}, "s1.keys._domainkey.company.example"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			where, sink := filepath.Join(t.TempDir(), "earshot.db"), mailtest.Start(t)
			db := journey.Open(t, where)
			prepared := journey.Prepare(t, db, 1)
			journey.Close(t, db)
			p := journey.Start(t, append([]string{
				"-store", where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-dkim-key", keyFile(t, row.key),
			}, row.args...)...)
			journey.NewClient(t, p.URL, prepared.Key).Do(http.MethodPost, "/api/v1/invitations",
				map[string]any{"contact_id": prepared.Contacts[0], "survey_id": prepared.Survey}, http.StatusCreated)
			name, record := dkimRecord(t, p)
			if name != row.want {
				t.Errorf("the page names the record %q, want %q", name, row.want)
			}
			signatures, err := dkim.VerifyWithOptions(bytes.NewReader(sink.Wait(1)[0].Raw), &dkim.VerifyOptions{
				LookupTXT: func(domain string) ([]string, error) {
					if domain != name {
						return nil, fmt.Errorf("nothing is published at %s", domain)
					}
					return []string{record}, nil
				},
			})
			if err != nil || len(signatures) != 1 || signatures[0].Err != nil {
				t.Fatalf("got signatures %+v and error %v, want one that holds", signatures, err)
			}
		})
	}
}

// dkimRecord reads the record off the settings page of a fresh installation.
func dkimRecord(t *testing.T, p *journey.Program) (name, text string) {
	t.Helper()
	admin := journey.NewClient(t, p.URL, "")
	admin.Do(http.MethodPost, p.SetupPath(), url.Values{
		"name": {"Ada"}, "email": {"ada@company.example"}, "password": {"correct horse battery staple"},
	}, http.StatusOK)
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(admin.Do(http.MethodGet, "/settings", nil, http.StatusOK).Body))
	if err != nil {
		t.Fatal(err)
	}
	fact := func(label string) string {
		return strings.TrimSpace(page.Find("dl.facts dt").FilterFunction(func(_ int, dt *goquery.Selection) bool { return dt.Text() == label }).Next().Text())
	}
	return fact("DKIM: publish a TXT record named"), fact("with the text")
}

// TestConfigOfMailReportsAllProblemsTogether, each by the option that it comes from.
func TestConfigOfMailReportsAllProblemsTogether(t *testing.T) {
	t.Parallel()
	good := keyFile(t, rsaKey(t, 2048))
	server := []string{"-smtp", "smtp://mail.company.example", "-mail-from", "ask@company.example"}
	for _, row := range []struct {
		name string
		args []string
		want []string
	}{
		{"nothing wrong", append(server, "-dkim-key", good), nil},
		{"a key before there is a server", []string{"-dkim-key", good}, nil},
		{"no server, no sender", []string{"-smtp", "mail.company.example"}, []string{"-smtp", "-mail-from"}},
		{"everything", []string{
			"-smtp", "smtp://u@mail.company.example?tls=none", "-mail-from", "a b", "-dkim-key", written(t, "x", []byte("nothing")),
			"-dkim-domain", "x y", "-dkim-selector", "a..b", "-workers", "0",
		}, []string{"-smtp", "-mail-from", "-dkim-key", "-dkim-domain", "-dkim-selector", "-workers"}},
		{"mails that come back", append(server, "-return-path", "bounces@bounce.company.example", "-lmtp", "127.0.0.1:2424"), nil},
		{"nowhere to come back to", append(server, "-lmtp", "[::1]:2424"), []string{"-return-path"}},
		{"anybody may say that mails came back", append(server, "-return-path", "bounces@company.example", "-lmtp", ":2424"), []string{"-lmtp"}},
		{"no address", append(server, "-return-path", "bounces"), []string{"-return-path"}},
		{"a return path with a tag", append(server, "-return-path", "bounces+x@company.example"), []string{"-return-path"}},
		{"a long return path", append(server, "-return-path", strings.Repeat("b", 33)+"@company.example"), []string{"-return-path"}},
		{"no such file", append(server, "-dkim-key", filepath.Join(t.TempDir(), "none.pem")), []string{"-dkim-key"}},
		{"a folder", append(server, "-dkim-key", t.TempDir()), []string{"-dkim-key"}},
		{"a large file", append(server, "-dkim-key", written(t, "x", make([]byte, maxKeyFile+1))), []string{"-dkim-key"}},
		{"no key", append(server, "-dkim-selector", "s1"), []string{"-dkim-key"}},
		{"somebody else's domain", append(server, "-dkim-key", good, "-dkim-domain", "other.example"), []string{"-dkim-domain"}},
	} {
		_, err := loadConfig(row.args, environment(nil), io.Discard)
		if (err == nil) != (len(row.want) == 0) {
			t.Errorf("%s: got error %v, want problems with %q", row.name, err, row.want)
			continue
		}
		for _, option := range row.want {
			if !strings.Contains(err.Error(), option+" or EARSHOT_") {
				t.Errorf("%s: got %v, want %s named", row.name, err, option)
			}
		}
	}
}
