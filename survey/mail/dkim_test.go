package mail_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// dkimKey returns a private key as PEM and the DNS record of its public half.
func dkimKey(tb testing.TB, kind string) (key, record string) {
	tb.Helper()
	var private crypto.Signer
	var err error
	switch kind {
	case "ed25519":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	default:
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		tb.Fatalf("making a key: %v", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatalf("encoding the key: %v", err)
	}
	public, ok := private.Public().(ed25519.PublicKey)
	record = base64.StdEncoding.EncodeToString(public)
	if !ok {
		kind = "rsa"
		spki, err := x509.MarshalPKIXPublicKey(private.Public())
		if err != nil {
			tb.Fatalf("encoding the public key: %v", err)
		}
		record = base64.StdEncoding.EncodeToString(spki)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "v=DKIM1; k=" + kind + "; p=" + record
}

// verify returns the error of the message's only signature, or one that says that there is not one.
func verify(raw []byte, name, record string) error {
	lookup := func(domain string) ([]string, error) {
		if domain != name {
			return nil, fmt.Errorf("unexpected look-up of %s", domain)
		}
		return []string{record}, nil
	}
	signatures, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: lookup})
	if err != nil {
		return err
	}
	if len(signatures) != 1 {
		return fmt.Errorf("got %d signatures, want 1", len(signatures))
	}
	return signatures[0].Err
}

func TestDKIM(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"rsa", "ed25519"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			key, record := dkimKey(t, kind)
			sink := mailtest.Start(t)
			config := configFor(t, sink.URL(), nil)
			config.DKIM = []mail.DKIM{{Domain: "earshot.example", Selector: "s1", PrivateKey: key}}
			sent := invitation()
			sent.Text += ".\n..two dots\nends with blanks   \n\n\n"
			wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), sent), survey.Accepted, false, "250")
			raw := sink.Wait(1)[0].Raw
			const name = "s1._domainkey.earshot.example"
			if err := verify(raw, name, record); err != nil {
				t.Errorf("verifying the signature: %v\n%s", err, raw)
			}
			for _, change := range [][2]string{
				{"List-Unsubscribe: <https://ask", "List-Unsubscribe: <https://evil"},
				{"List-Unsubscribe-Post: List-Unsubscribe=One-Click", "List-Unsubscribe-Post: List-Unsubscribe=None"},
				{"Reply-To: <mia@", "Reply-To: <eve@"},
				{"\r\nTo: ", "\r\nTo: <eve@x.example>\r\nTo: "},
				{"\r\nTo: ", "\r\nFrom: <eve@x.example>\r\nTo: "},
				{"\r\nTo: ", "\r\nSubject: another\r\nTo: "},
				{"\r\nTo: ", "\r\nReply-To: <eve@x.example>\r\nTo: "},
				{"\r\nTo: ", "\r\nDate: Sun, 01 Mar 2026 08:30:00 +0000\r\nTo: "},
				{"\r\nTo: ", "\r\nContent-Type: text/html\r\nTo: "},
				{"List-Id: <questions.ask", "List-Id: <questions.evil"},
				{"Feedback-ID: pul_1", "Feedback-ID: pul_2"},
				{"\r\nTo: ", "\r\nFeedback-ID: a:b:c:d\r\nTo: "},
				{"Guten Tag Kim", "Guten Tag Tom"},
			} {
				forged := bytes.Replace(raw, []byte(change[0]), []byte(change[1]), 1)
				if bytes.Equal(forged, raw) || verify(forged, name, record) == nil {
					t.Errorf("changing %q to %q: got a valid signature or no change, want a broken one", change[0], change[1])
				}
			}
			// A distribution group at the customer puts its own on top.
			group := append([]byte("List-Id: <sales.customer.example>\r\nList-Unsubscribe: <mailto:leave@customer.example>\r\n"), raw...)
			if err := verify(group, name, record); err != nil {
				t.Errorf("after a distribution group: %v", err)
			}
		})
	}
}
