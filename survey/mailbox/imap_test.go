package mailbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"earshot/survey"
	"earshot/survey/mailbox"
)

// server is an IMAP server with one user, bob, whose password is "secret".
type server struct {
	user    *imapmemserver.User
	address string
	// roots vouch for it where it speaks TLS.
	roots *x509.CertPool
}

func start(t *testing.T, secure bool) *server {
	t.Helper()
	s := &server{user: imapmemserver.NewUser("bob", "secret")}
	for _, folder := range []string{"INBOX", "Done"} {
		if err := s.user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	users := imapmemserver.New()
	users.AddUser(s.user)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	options := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}},
		InsecureAuth: true,
	}
	web := httptest.NewUnstartedServer(nil) // for its certificate
	web.StartTLS()
	defer web.Close()
	s.roots = x509.NewCertPool()
	s.roots.AddCert(web.Certificate())
	if secure {
		listener = tls.NewListener(listener, web.TLS)
	} else {
		options.TLSConfig = web.TLS
	}
	imapServer := imapserver.New(options)
	go func() { _ = imapServer.Serve(listener) }()
	t.Cleanup(func() { _ = imapServer.Close() })
	return s
}

// put lays a mail into the folder that came at that time.
func (s *server) put(t *testing.T, text string, at time.Time) {
	t.Helper()
	raw := "Subject: " + text + "\r\n\r\n" + text + "\r\n"
	if _, err := s.user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{Time: at}); err != nil {
		t.Fatal(err)
	}
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// count is how many mails lie in a folder, and how many of them are unread.
func (s *server) count(t *testing.T, folder string) (all, unread int) {
	t.Helper()
	status, err := s.user.Status(folder, &imap.StatusOptions{NumMessages: true, NumUnseen: true})
	if err != nil {
		t.Fatal(err)
	}
	return int(*status.NumMessages), int(*status.NumUnseen)
}

// box is the mailbox as it is read without encryption.
func (s *server) box(t *testing.T, query string) survey.MailboxReader {
	t.Helper()
	return mailbox.New(s.config(t, "imap", "&tls=none&"+query))
}

func (s *server) config(t *testing.T, scheme, query string) mailbox.Config {
	t.Helper()
	c, err := mailbox.ParseURL(scheme + "://bob:secret@" + s.address + "/INBOX?" + strings.Trim(query, "&"))
	if err != nil {
		t.Fatal(err)
	}
	c.Roots = s.roots
	return c
}

// taker takes what says "ours".
type taker struct {
	seen []string
	fail error
}

func (k *taker) take(_ context.Context, content io.Reader) (bool, error) {
	raw, err := io.ReadAll(content)
	if err != nil {
		return false, err
	}
	subject, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "Subject: "), "\r\n")
	k.seen = append(k.seen, subject)
	return strings.HasPrefix(subject, "ours"), k.fail
}

// read reads on from the place, and fails the test unless just these mails were handed over.
func (k *taker) read(t *testing.T, box survey.MailboxReader, from survey.MailboxPlace, want ...string) survey.MailboxPlace {
	t.Helper()
	k.seen = nil
	place, err := box.Read(t.Context(), from, k.take)
	if err != nil || !slices.Equal(k.seen, want) {
		t.Fatalf("got %v, %v; want %v", k.seen, err, want)
	}
	return place
}

// TestEachMailIsHandedOverOnce reads a mailbox with mails of ours and of others, each way of marking those that were taken.
func TestEachMailIsHandedOverOnce(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct{ all, unread, done int }{
		"": {4, 2, 0}, "after=seen": {4, 2, 0}, "after=delete": {2, 2, 0}, "after=move:Done": {2, 2, 2},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			s, k, now := start(t, false), &taker{}, time.Now()
			s.put(t, "ours, of last month", now.AddDate(0, -1, 0))
			for _, text := range []string{"ours 1", "theirs 1"} {
				s.put(t, text, now)
			}
			place := k.read(t, s.box(t, query), survey.MailboxPlace{}, "ours 1", "theirs 1")
			place = k.read(t, s.box(t, query), place)
			for _, text := range []string{"theirs 2", "ours 2"} {
				s.put(t, text, now.AddDate(0, -1, 0)) // of which the server says that it is old
			}
			place = k.read(t, s.box(t, query), place, "theirs 2", "ours 2")
			k.read(t, s.box(t, query), place)
			all, unread := s.count(t, "INBOX")
			done, _ := s.count(t, "Done")
			if all != want.all+1 || unread != want.unread+1 || done != want.done { // and the one of last month
				t.Errorf("got %d mails, %d unread, %d moved; want %+v", all, unread, done, want)
			}
		})
	}
}

// TestWhatCannotBeTakenIsReadAgain has the store fail at the second mail.
func TestWhatCannotBeTakenIsReadAgain(t *testing.T) {
	t.Parallel()
	s, k := start(t, false), &taker{}
	s.put(t, "ours 1", time.Now())
	place := k.read(t, s.box(t, "after=delete"), survey.MailboxPlace{}, "ours 1")
	s.put(t, "ours 2", time.Now())
	s.put(t, "ours 3", time.Now())
	k.fail = errors.New("the store is away")
	reached, err := s.box(t, "after=delete").Read(t.Context(), place, k.take)
	var fault *survey.MailboxError
	if !errors.Is(err, k.fail) || errors.As(err, &fault) || reached != place {
		t.Errorf("got %v, %v; want the error of the store, at the old place", reached, err)
	}
	if all, _ := s.count(t, "INBOX"); all != 2 {
		t.Errorf("%d mails are left, want both", all)
	}
	k.fail = nil
	k.read(t, s.box(t, "after=delete"), place, "ours 2", "ours 3")
	if all, _ := s.count(t, "INBOX"); all != 0 {
		t.Errorf("%d mails are left, want none", all)
	}
}

// TestANewNumberingIsReadFromItsBeginning removes the folder and makes it again.
func TestANewNumberingIsReadFromItsBeginning(t *testing.T) {
	t.Parallel()
	s, k := start(t, false), &taker{}
	for range 3 {
		s.put(t, "theirs", time.Now())
	}
	place := k.read(t, s.box(t, ""), survey.MailboxPlace{}, "theirs", "theirs", "theirs")
	if err := errors.Join(s.user.Delete("INBOX"), s.user.Create("INBOX", nil)); err != nil {
		t.Fatal(err)
	}
	s.put(t, "ours", time.Now())
	k.read(t, s.box(t, ""), place, "ours")
}

// TestEncrypted reads by TLS and by STARTTLS, and not where the certificate is not valid.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	for scheme, secure := range map[string]bool{"imaps": true, "imap": false} {
		s := start(t, secure)
		s.put(t, "ours", time.Now())
		c := s.config(t, scheme, "")
		(&taker{}).read(t, mailbox.New(c), survey.MailboxPlace{}, "ours")
		c.Roots = x509.NewCertPool()
		wantFault(t, c, survey.FaultTLS)
	}
}

func wantFault(t *testing.T, c mailbox.Config, want survey.Fault) {
	t.Helper()
	from := survey.MailboxPlace{Numbering: 1, Last: 7}
	place, err := mailbox.New(c).Read(t.Context(), from, (&taker{}).take)
	var fault *survey.MailboxError
	if !errors.As(err, &fault) || fault.Fault != want || fault.Reply == "" || strings.Contains(fault.Reply, "secret") || place != from {
		t.Errorf("got %v, %v; want the fault %s", place, err, want)
	}
}

// TestFaults meets what keeps a mailbox from being read.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := start(t, false)
	for want, change := range map[survey.Fault]func(*mailbox.Config){
		survey.FaultLogin:      func(c *mailbox.Config) { c.Password = "wrong" },
		survey.FaultFolder:     func(c *mailbox.Config) { c.Folder = "Elsewhere" },
		survey.FaultConnection: func(c *mailbox.Config) { c.Port = "1" },
		survey.FaultTLS:        func(c *mailbox.Config) { c.Plain, c.Roots = false, x509.NewCertPool() },
	} {
		c := s.config(t, "imap", "tls=none")
		change(&c)
		wantFault(t, c, want)
	}
}

// TestASilentServerIsLeft has a server accept the connection and say nothing, and the reading end with its context.
func TestASilentServerIsLeft(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if conn, err := listener.Accept(); err == nil {
			cancel()
			defer func() { _ = conn.Close() }()
			_, _ = io.Copy(io.Discard, conn)
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	c, err := mailbox.ParseURL("imap://bob:secret@" + listener.Addr().String() + "/?tls=none")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mailbox.New(c).Read(ctx, survey.MailboxPlace{}, (&taker{}).take); err == nil {
		t.Error("a silent server was read")
	}
}

// TestParseURL takes what it should, and tells what is wrong without the password.
func TestParseURL(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"imaps://bob@mail.example.com":                          "bob@mail.example.com:993/INBOX",
		"imap://bob%40example.com:x@mail.example.com:1143/A/B":  "bob@example.com@mail.example.com:1143/A/B",
		"imaps://bob@mail.example.com/In%20box?after=move:Done": "bob@mail.example.com:993/In box",
		"imap://bob@[::1]/?tls=none":                            "bob@[::1]:143/INBOX",
		"pop3s://bob@mail.example.com?after=delete":             "bob@mail.example.com:995",
		"pop3://bob@mail.example.com/?after=keep":               "bob@mail.example.com:110",
	} {
		c, err := mailbox.ParseURL(line)
		if err != nil || mailbox.New(c).Name() != want {
			t.Errorf("%s: got %s, %v; want %s", line, mailbox.New(c).Name(), err, want)
		}
	}
	for _, line := range []string{
		"", "bob@mail.example.com", "imaps://:secret@mail.example.com", "imaps://bob:secret@", "pop3s://bob:secret@mail.example.com/INBOX", "pop3s://bob:secret@mail.example.com/?after=seen", "pop3://bob:secret@mail.example.com/?tls=none", "smtps://bob:secret@mail.example.com", "imaps://bob:secret@mail.example.com/?after=keep", "imaps://bob:secret@mail.example.com/?after=burn",
		"imap://bob:secret@mail.example.com/?tls=none", "imaps://bob:secret@127.0.0.1/?tls=none", "imaps://bob:secret@mail.example.com/INBOX?after=move:INBOX", "imaps://bob:secret@mail.example.com/?x=y", "imaps://bob:secret@%zz",
	} {
		if _, err := mailbox.ParseURL(line); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v", line, err)
		}
	}
}
