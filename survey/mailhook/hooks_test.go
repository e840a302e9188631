package mailhook_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey/mailhook"
)

const (
	topic    = "arn:aws:sns:eu-west-1:123456789012:bounces"
	snsURL   = "https://sns.eu-west-1.amazonaws.com/"
	certURL  = snsURL + "SimpleNotificationService-0000.pem"
	password = "a password of the hook"
	mailgun  = "key-of-mailgun"
)

// noon is when it is in these tests.
var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// keys are those by which the services sign here.
type keys struct {
	sns         *rsa.PrivateKey
	certificate []byte
	sendGrid    *ecdsa.PrivateKey
	public      string
}

var made = sync.OnceValue(func() keys {
	var k keys
	var err error
	if k.sns, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		panic(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, k.sns.Public(), k.sns)
	if err != nil {
		panic(err)
	}
	k.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if k.sendGrid, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		panic(err)
	}
	if der, err = x509.MarshalPKIXPublicKey(k.sendGrid.Public()); err != nil {
		panic(err)
	}
	k.public = base64.StdEncoding.EncodeToString(der)
	return k
})

// desk are hooks of all services, with the addresses that they fetched.
type desk struct {
	*mailhook.Hooks
	mu      sync.Mutex
	fetched []string
	away    error
	now     time.Time
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{now: noon}
	var err error
	d.Hooks, err = mailhook.New(mailhook.Options{
		SESTopic: topic, SendGridKey: made().public, PostmarkSecret: password, MailgunKey: mailgun, Now: func() time.Time { return d.now },
		Fetch: func(_ context.Context, url string) ([]byte, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.fetched = append(d.fetched, url)
			return made().certificate, d.away
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// post is a call of a hook, whose parts tests spoil.
type post struct {
	service, body, password string
	header                  map[string]string
}

func (p post) request() mailhook.Request {
	return mailhook.Request{Header: func(name string) string { return p.header[name] }, Password: p.password, Body: []byte(p.body)}
}

// sns signs a message of SNS.
func sns(version string, m map[string]string) post {
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if m["Type"] != "Notification" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var text strings.Builder
	for _, name := range names {
		if value, ok := m[name]; ok {
			text.WriteString(name + "\n" + value + "\n")
		}
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	digest := sum[:]
	if version == "1" {
		old := sha1.Sum([]byte(text.String()))
		hash, digest = crypto.SHA1, old[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, made().sns, hash, digest)
	if err != nil {
		panic(err)
	}
	m["SignatureVersion"], m["Signature"] = version, base64.StdEncoding.EncodeToString(signature)
	if m["SigningCertURL"] == "" {
		m["SigningCertURL"] = certURL
	}
	body, _ := json.Marshal(m)
	return post{service: mailhook.SES, body: string(body)}
}

// ses is what SNS posts of an event of SES.
func ses(event string) post {
	return sns("2", map[string]string{"Type": "Notification", "MessageId": "sns-1", "TopicArn": topic, "Subject": "Amazon SES", "Timestamp": "2026-03-02T12:00:00.000Z", "Message": event})
}

// sendGrid is what SendGrid posts of events, signed at that time.
func sendGrid(at time.Time, body string) post {
	stamp := strconv.FormatInt(at.Unix(), 10)
	sum := sha256.Sum256([]byte(stamp + body))
	signature, err := ecdsa.SignASN1(rand.Reader, made().sendGrid, sum[:])
	if err != nil {
		panic(err)
	}
	return post{service: mailhook.SendGrid, body: body, header: map[string]string{
		"X-Twilio-Email-Event-Webhook-Timestamp": stamp, "X-Twilio-Email-Event-Webhook-Signature": base64.StdEncoding.EncodeToString(signature),
	}}
}

// mailgunPost is what Mailgun posts of an event, signed at that time with that token.
func mailgunPost(at time.Time, token, event string) post {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(mailgun))
	mac.Write([]byte(stamp + token))
	return post{service: mailhook.Mailgun, body: fmt.Sprintf(`{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`,
		stamp, token, hex.EncodeToString(mac.Sum(nil)), event)}
}

func postmark(body string) post {
	return post{service: mailhook.Postmark, body: body, password: password}
}

// TestStrangersAreNotBelieved spoils what each service signs with.
func TestStrangersAreNotBelieved(t *testing.T) {
	t.Parallel()
	bounce := `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@b.example"}]}}`
	notification := func(change func(map[string]string)) post {
		m := map[string]string{"Type": "Notification", "MessageId": "1", "TopicArn": topic, "Timestamp": "x", "Message": bounce}
		change(m)
		return sns("2", m)
	}
	altered := func(p post, from, to string) post {
		p.body = strings.Replace(p.body, from, to, 1)
		return p
	}
	events := `[{"event":"bounce","email":"a@b.example","sg_event_id":"1"}]`
	failed := `{"event":"failed","severity":"permanent","id":"1","recipient":"a@b.example"}`
	for name, p := range map[string]post{
		"SES: another topic":     notification(func(m map[string]string) { m["TopicArn"] = "arn:aws:sns:eu-west-1:999999999999:theirs" }),
		"SES: altered":           altered(ses(bounce), "Permanent", "Transient"),
		"SES: signed by nothing": altered(ses(bounce), `"SignatureVersion":"2"`, `"SignatureVersion":"3"`),
		"SES: the other hash":    altered(ses(bounce), `"SignatureVersion":"2"`, `"SignatureVersion":"1"`),
		"SES: no JSON":           {service: mailhook.SES, body: "hello"},
		"SES: certificate of others": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://evil.example/SimpleNotificationService-0000.pem"
		}),
		"SES: of a host that looks so": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0000.pem"
		}),
		"SES: of another user": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0000.pem"
		}),
		"SES: of a bucket": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://bucket.s3.amazonaws.com/SimpleNotificationService-0000.pem"
		}),
		"SES: of another port": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0000.pem"
		}),
		"SES: of another region": notification(func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0000.pem"
		}),
		"SES: no certificate": notification(func(m map[string]string) { m["SigningCertURL"] = snsURL + "x.pem" }),
		"SES: in plain text": notification(func(m map[string]string) {
			m["SigningCertURL"] = "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0000.pem"
		}),
		"SES: confirms elsewhere": sns("2", map[string]string{"Type": "SubscriptionConfirmation", "MessageId": "1", "TopicArn": topic, "Token": "t", "Timestamp": "x",
			"Message": "You have chosen", "SubscribeURL": "http://127.0.0.1/admin"}),
		"SendGrid: altered":          altered(sendGrid(noon, events), "a@b", "c@b"),
		"SendGrid: no signature":     {service: mailhook.SendGrid, body: events},
		"SendGrid: of last week":     sendGrid(noon.Add(-7*24*time.Hour), events),
		"SendGrid: of tomorrow":      sendGrid(noon.Add(24*time.Hour), events),
		"Postmark: no password":      {service: mailhook.Postmark, body: "{}"},
		"Postmark: another password": {service: mailhook.Postmark, body: "{}", password: password + "x"},
		"Mailgun: another token":     altered(mailgunPost(noon, "token", failed), `"token":"token"`, `"token":"taken"`),
		"Mailgun: no signature":      {service: mailhook.Mailgun, body: `{"event-data":` + failed + `}`},
		"Mailgun: of yesterday":      mailgunPost(noon.Add(-30*time.Hour), "token", failed),
		"Mailgun: no JSON":           {service: mailhook.Mailgun, body: "event=failed"},
	} {
		d := newDesk(t)
		news, err := d.Read(t.Context(), p.service, p.request())
		if !errors.Is(err, mailhook.ErrStranger) || news != nil {
			t.Errorf("%s: got %v, %v; want a stranger", name, news, err)
		}
		for _, url := range d.fetched {
			if url != certURL {
				t.Errorf("%s: %s was fetched", name, url)
			}
		}
	}
}

// TestOneTokenIsForOneEvent has Mailgun's signature, which does not cover the event, come with another one.
func TestOneTokenIsForOneEvent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := mailgunPost(noon, "token", `{"event":"complained","id":"1","recipient":"a@b.example"}`)
	for range 2 {
		if news, err := d.Read(t.Context(), p.service, p.request()); err != nil || len(news) != 1 {
			t.Fatalf("got %v, %v; want one event, also the second time", news, err)
		}
	}
	p.body = strings.Replace(p.body, `"id":"1"`, `"id":"2"`, 1)
	if _, err := d.Read(t.Context(), p.service, p.request()); !errors.Is(err, mailhook.ErrStranger) {
		t.Errorf("another event with the token: got %v, want a stranger", err)
	}
}

// TestTheSubscriptionIsConfirmed visits the address that SNS names, and no other.
func TestTheSubscriptionIsConfirmed(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1", "2"} {
		d := newDesk(t)
		confirm := snsURL + "?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=t"
		p := sns(version, map[string]string{"Type": "SubscriptionConfirmation", "MessageId": "1", "TopicArn": topic, "Token": "t", "Timestamp": "x", "Message": "You have chosen", "SubscribeURL": confirm})
		if news, err := d.Read(t.Context(), p.service, p.request()); err != nil || news != nil {
			t.Errorf("got %v, %v", news, err)
		}
		if len(d.fetched) != 2 || d.fetched[0] != certURL || d.fetched[1] != confirm {
			t.Errorf("fetched %v, want the certificate and the confirmation", d.fetched)
		}
		p = ses(`{"notificationType":"Delivery"}`)
		if _, err := d.Read(t.Context(), p.service, p.request()); err != nil || len(d.fetched) != 2 {
			t.Errorf("got %v, fetched %v; want the certificate that is there", err, d.fetched)
		}
		d.now = noon.Add(48 * time.Hour)
		if _, err := d.Read(t.Context(), p.service, p.request()); !errors.Is(err, mailhook.ErrStranger) {
			t.Errorf("with a certificate that is over: got %v, want a stranger", err)
		}
	}
}

// TestAmazonIsAway cannot tell who calls: the service tries again.
func TestAmazonIsAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.away = errors.New("no route")
	p := ses(`{"notificationType":"Delivery"}`)
	if _, err := d.Read(t.Context(), p.service, p.request()); !errors.Is(err, mailhook.ErrUnavailable) {
		t.Errorf("got %v, want that it cannot be verified now", err)
	}
	d.away = nil
	if _, err := d.Read(t.Context(), p.service, p.request()); err != nil {
		t.Errorf("when it is back: %v", err)
	}
}

// TestWhatIsNotSetIsNotBelieved asks hooks of which none is set, and wrong options.
func TestWhatIsNotSetIsNotBelieved(t *testing.T) {
	t.Parallel()
	none, err := mailhook.New(mailhook.Options{})
	if err != nil || len(none.Services()) != 0 {
		t.Fatalf("got %v, %v", none.Services(), err)
	}
	for _, service := range []string{mailhook.SES, mailhook.SendGrid, mailhook.Postmark, mailhook.Mailgun, "other", ""} {
		if _, err := none.Read(t.Context(), service, post{}.request()); !errors.Is(err, mailhook.ErrNotSet) {
			t.Errorf("%q: got %v, want that it is not set", service, err)
		}
	}
	fetch := func(context.Context, string) ([]byte, error) { return nil, nil }
	for field, o := range map[string]mailhook.Options{
		"SESTopic": {SESTopic: "bounces", Fetch: fetch}, "Fetch": {SESTopic: topic}, "SendGridKey": {SendGridKey: "MFkw"}, "PostmarkSecret": {PostmarkSecret: "short"},
	} {
		var wrong *mailhook.OptionError
		if _, err := mailhook.New(o); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("got %v, want that %s is wrong", err, field)
		}
	}
	if got := newDesk(t).Services(); len(got) != 4 {
		t.Errorf("got %v, want all four", got)
	}
}
