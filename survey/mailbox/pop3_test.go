package mailbox_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mailbox"
)

// popServer is a POP3 server with one user, bob, whose password is "secret". It deletes when a dialogue ends with QUIT.
type popServer struct {
	address string
	roots   *x509.CertPool
	tls     *tls.Config

	mu    sync.Mutex
	mails []popMail
	// answer, where it is not nil, answers a command instead, and says whether it did; a connection that it closed is over.
	answer func(conn net.Conn, command string) bool
	// retrieved counts the mails that were asked for.
	retrieved int
}

// popMail is a mail with its unique id, and of what size it is said to be if that is not its own.
type popMail struct {
	uid, raw string
	said     int
}

func startPOP(t *testing.T, secure bool) *popServer {
	t.Helper()
	s := &popServer{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	web := httptest.NewUnstartedServer(nil) // for its certificate
	web.StartTLS()
	defer web.Close()
	s.roots, s.tls = x509.NewCertPool(), web.TLS
	s.roots.AddCert(web.Certificate())
	if secure {
		listener = tls.NewListener(listener, s.tls)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	t.Cleanup(func() { _ = listener.Close() })
	return s
}

// put lays a mail into the mailbox.
func (s *popServer) put(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		s.mails = append(s.mails, popMail{uid: fmt.Sprintf("UID-%d-%d", len(s.mails), time.Now().UnixNano()), raw: "Subject: " + text + "\r\n\r\n" + text + "\r\n"})
	}
}

// left are the subjects of the mails that lie there.
func (s *popServer) left() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []string{}
	for _, m := range s.mails {
		subject, _, _ := strings.Cut(strings.TrimPrefix(m.raw, "Subject: "), "\r\n")
		list = append(list, subject)
	}
	return list
}

// faulty has commands answered so from now on; nil ends that.
func (s *popServer) faulty(answer func(conn net.Conn, command string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// serve speaks with one client.
func (s *popServer) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	s.mu.Lock()
	mails, deleted := slices.Clone(s.mails), map[string]bool{}
	s.mu.Unlock()
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(conn, format+"\r\n", args...) }
	say("+OK ready")
	in := bufio.NewReader(conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		s.mu.Lock()
		answer := s.answer
		s.mu.Unlock()
		command, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
		if answer != nil && answer(conn, command) {
			continue
		}
		n := 0
		_, _ = fmt.Sscan(argument, &n)
		switch command {
		case "STLS":
			say("+OK")
			conn = tls.Server(conn, s.tls)
			in = bufio.NewReader(conn)
		case "PASS":
			if argument != "secret" {
				say("-ERR [AUTH] no")
				continue
			}
			say("+OK")
		case "LIST":
			say("+OK")
			for i, m := range mails {
				say("%d %d", i+1, max(m.said, len(m.raw)))
			}
			say(".")
		case "UIDL":
			say("+OK")
			for i, m := range mails {
				say("%d %s", i+1, m.uid)
			}
			say(".")
		case "RETR":
			s.mu.Lock()
			s.retrieved++
			s.mu.Unlock()
			say("+OK follows")
			_, _ = io.WriteString(conn, strings.ReplaceAll("\n"+mails[n-1].raw, "\n.", "\n..")[1:]+".\r\n")
		case "DELE":
			deleted[mails[n-1].uid] = true
			say("+OK")
		case "QUIT":
			s.mu.Lock()
			s.mails = slices.DeleteFunc(s.mails, func(m popMail) bool { return deleted[m.uid] })
			s.mu.Unlock()
			say("+OK bye")
			return
		default:
			say("+OK")
		}
	}
}

// config is the mailbox as it is read without encryption.
func (s *popServer) config(t *testing.T, query string) mailbox.Config {
	t.Helper()
	c, err := mailbox.ParseURL("pop3://bob:secret@" + s.address + "?tls=none&" + query)
	if err != nil {
		t.Fatal(err)
	}
	c.Roots, c.Patience = s.roots, 20*time.Second
	return c
}

func (s *popServer) box(t *testing.T, query string) survey.MailboxReader {
	t.Helper()
	return mailbox.New(s.config(t, query))
}

// TestEachMailIsHandedOverOnceByPOP3 reads a mailbox with mails of ours and of others, which are kept or deleted.
func TestEachMailIsHandedOverOnceByPOP3(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"after=keep": {"ours 1", "theirs 1", "theirs 2", "ours 2"}, "": {"ours 1", "theirs 1", "theirs 2", "ours 2"}, "after=delete": {"theirs 1", "theirs 2"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			s, k := startPOP(t, false), &taker{}
			s.put("ours 1", "theirs 1")
			place := k.read(t, s.box(t, query), survey.MailboxPlace{}, "ours 1", "theirs 1")
			place = k.read(t, s.box(t, query), place)
			s.put("theirs 2", "ours 2")
			place = k.read(t, s.box(t, query), place, "theirs 2", "ours 2")
			place = k.read(t, s.box(t, query), place)
			if left := s.left(); !slices.Equal(left, want) || len(strings.Fields(place.Known)) != len(want) {
				t.Errorf("got %v left, %q known; want %v", left, place.Known, want)
			}
			s.mu.Lock()
			s.mails = s.mails[:1]
			s.mu.Unlock()
			if place = k.read(t, s.box(t, query), place); len(strings.Fields(place.Known)) != 1 {
				t.Errorf("got %q known, want no more than what lies there", place.Known)
			}
		})
	}
}

// TestPOP3Encrypted reads by TLS and by STLS, and not where the certificate is not valid, or the server does not encrypt.
func TestPOP3Encrypted(t *testing.T) {
	t.Parallel()
	for scheme, secure := range map[string]bool{"pop3s": true, "pop3": false} {
		s := startPOP(t, secure)
		s.put("ours")
		c, err := mailbox.ParseURL(scheme + "://bob:secret@" + s.address)
		if err != nil {
			t.Fatal(err)
		}
		c.Roots = s.roots
		(&taker{}).read(t, mailbox.New(c), survey.MailboxPlace{}, "ours")
		if !secure {
			s.faulty(func(conn net.Conn, command string) bool {
				if command == "PASS" || command == "USER" {
					t.Error("the password goes out unencrypted")
				}
				_, _ = io.WriteString(conn, "-ERR what?\r\n")
				return true
			})
			wantFault(t, c, survey.FaultTLS)
			s.faulty(func(conn net.Conn, _ string) bool { // somebody on the way answers for what is not said yet
				_, _ = io.WriteString(conn, "+OK\r\n+OK\r\n+OK\r\n")
				return true
			})
			wantFault(t, c, survey.FaultTLS)
			s.faulty(nil)
		}
		c.Roots = x509.NewCertPool()
		wantFault(t, c, survey.FaultTLS)
	}
}

// TestPOP3Faults meets what keeps a mailbox from being read.
func TestPOP3Faults(t *testing.T) {
	t.Parallel()
	refuse := func(at, reply string) func(net.Conn, string) bool {
		return func(conn net.Conn, command string) bool {
			if command == at {
				_, _ = io.WriteString(conn, reply+"\r\n")
			}
			return command == at
		}
	}
	hang := func(at string) func(net.Conn, string) bool {
		return func(_ net.Conn, command string) bool { return command == at }
	}
	for name, row := range map[string]struct {
		change func(*mailbox.Config)
		answer func(net.Conn, string) bool
		want   survey.Fault
	}{
		"wrong password":         {func(c *mailbox.Config) { c.Password = "wrong" }, nil, survey.FaultLogin},
		"a command in a name":    {func(c *mailbox.Config) { c.Username = "bob\r\nQUIT" }, nil, survey.FaultLogin},
		"nobody there":           {func(c *mailbox.Config) { c.Port = "1" }, nil, survey.FaultConnection},
		"it repeats the command": {nil, refuse("PASS", "-ERR bad command: PASS secret"), survey.FaultLogin},
		"in use":                 {nil, refuse("PASS", "-ERR [IN-USE] Do you have another POP session running?"), survey.FaultBusy},
		"locked":                 {nil, refuse("PASS", "-ERR unable to lock maildrop"), survey.FaultBusy},
		"no UIDL":                {nil, refuse("UIDL", "-ERR unknown command"), survey.FaultBusy},
		"a line without end":     {nil, refuse("USER", strings.Repeat("x", 1<<20)), survey.FaultConnection},
		"it hangs at the log-in": {nil, hang("USER"), survey.FaultConnection},
		"it hangs at the list":   {nil, hang("UIDL"), survey.FaultConnection},
		"it hangs at a mail":     {nil, hang("RETR"), survey.FaultConnection},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startPOP(t, false)
			s.put("ours")
			s.faulty(row.answer)
			c := s.config(t, "")
			if strings.Contains(name, "hangs") {
				c.Patience = 200 * time.Millisecond
			}
			if row.change != nil {
				row.change(&c)
			}
			began := time.Now()
			place, err := mailbox.New(c).Read(t.Context(), survey.MailboxPlace{}, (&taker{}).take)
			var fault *survey.MailboxError
			if !errors.As(err, &fault) || fault.Fault != row.want || fault.Reply == "" || strings.Contains(fault.Reply, "secret") || place.Known != "" {
				t.Errorf("got %v, %v; want the fault %s", place, err, row.want)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestPOP3CutOff breaks the connection in the midst of a mail, and before QUIT: nothing is lost, and what is handed over again is the same to the byte, by
// which it is taken in once.
func TestPOP3CutOff(t *testing.T) {
	t.Parallel()
	s, k := startPOP(t, false), &taker{}
	s.put("ours 1", "ours 2", "theirs 3")
	n := 0
	s.faulty(func(conn net.Conn, command string) bool {
		if command != "RETR" {
			return false
		}
		if n++; n < 2 {
			return false
		}
		_, _ = io.WriteString(conn, "+OK\r\nSubject: ours 2\r\n\r\nou")
		_ = conn.Close()
		return true
	})
	place, err := s.box(t, "after=delete").Read(t.Context(), survey.MailboxPlace{}, k.take)
	var fault *survey.MailboxError
	if !errors.As(err, &fault) || fault.Fault != survey.FaultConnection || !slices.Equal(k.seen, []string{"ours 1"}) {
		t.Fatalf("got %v, %v, %v; want that the connection broke", place, err, k.seen)
	}
	k.seen = nil
	s.faulty(func(conn net.Conn, command string) bool {
		if command == "QUIT" {
			_ = conn.Close()
		}
		return command == "QUIT"
	})
	place, err = s.box(t, "after=delete").Read(t.Context(), place, k.take)
	if !errors.As(err, &fault) || fault.Fault != survey.FaultConnection || !slices.Equal(k.seen, []string{"ours 1", "ours 2", "theirs 3"}) {
		t.Fatalf("got %v, %v, %v; want that the connection broke", place, err, k.seen)
	}
	s.faulty(nil)
	if left := s.left(); len(left) != 3 {
		t.Errorf("%v are left, want all, for nothing is deleted before QUIT", left)
	}
	k.read(t, s.box(t, "after=delete"), place, "ours 1", "ours 2")
	if left := s.left(); !slices.Equal(left, []string{"theirs 3"}) {
		t.Errorf("%v are left, want what is not ours", left)
	}
}

// TestPOP3StoreAway has the store fail at the second mail: what was taken in is deleted all the same, and the reading goes on there.
func TestPOP3StoreAway(t *testing.T) {
	t.Parallel()
	s, k := startPOP(t, false), &taker{}
	s.put("ours 1", "ours 2"+strings.Repeat(" and more", 10_000), "ours 3")
	away := errors.New("the store is away")
	place, err := s.box(t, "after=delete").Read(t.Context(), survey.MailboxPlace{}, func(ctx context.Context, content io.Reader) (bool, error) {
		if len(k.seen) == 1 {
			return false, away // with most of the mail still on the line
		}
		return k.take(ctx, content)
	})
	if !errors.Is(err, away) || len(s.left()) != 2 {
		t.Fatalf("got %v, %v, %d mails left; want the error of the store, and 2", place, err, len(s.left()))
	}
	k.seen = nil
	if _, err := s.box(t, "after=delete").Read(t.Context(), place, k.take); err != nil || len(k.seen) != 2 || len(s.left()) != 0 {
		t.Errorf("got %v, %d mails, %d left", err, len(k.seen), len(s.left()))
	}
}

// TestPOP3ReadsBehindAMailThatIsRefused has the server refuse one mail, as some do whose filter dislikes it: those behind it are read all the same, what is
// wrong is told, and the mail is read when it can be.
func TestPOP3ReadsBehindAMailThatIsRefused(t *testing.T) {
	t.Parallel()
	s, k := startPOP(t, false), &taker{}
	s.put("ours 1", "ours 2", "ours 3")
	refused := 0
	s.faulty(func(conn net.Conn, command string) bool {
		if command != "RETR" || refused > 0 {
			return false
		}
		refused++
		_, _ = io.WriteString(conn, "-ERR message is corrupt\r\n")
		return true
	})
	place, err := s.box(t, "after=delete").Read(t.Context(), survey.MailboxPlace{}, k.take)
	var fault *survey.MailboxError
	if !errors.As(err, &fault) || !strings.Contains(fault.Reply, "corrupt") || len(k.seen) != 2 || len(s.left()) != 1 {
		t.Fatalf("got %v, %d mails, %d left; want to be told of one, and the others", err, len(k.seen), len(s.left()))
	}
	if _, err := s.box(t, "after=delete").Read(t.Context(), place, k.take); err != nil || len(k.seen) != 3 || len(s.left()) != 0 {
		t.Errorf("got %v, %d mails, %d left", err, len(k.seen), len(s.left()))
	}
}

// TestPOP3LargeMails passes by a mail of 60 MB, one that is that large though the server says otherwise, and takes lines that begin with dots as they were.
func TestPOP3LargeMails(t *testing.T) {
	t.Parallel()
	s, k := startPOP(t, false), &taker{}
	const large = 60 << 20
	s.mails = []popMail{{uid: "a", raw: "Subject: huge\r\n\r\n", said: large}}
	dots := "Subject: ours, dots\r\n\r\n.\r\n..\r\n.x\r\n" + strings.Repeat(".", 10_000) + "\r\n"
	s.mails = append(s.mails, popMail{uid: "b", raw: dots})
	got := ""
	place, err := s.box(t, "").Read(t.Context(), survey.MailboxPlace{}, func(_ context.Context, content io.Reader) (bool, error) {
		raw, err := io.ReadAll(content)
		got = string(raw)
		return true, err
	})
	if err != nil || got != dots || s.retrieved != 1 {
		t.Errorf("got %v and %d bytes of %d after %d mails", err, len(got), len(dots), s.retrieved)
	}
	s.mails = append(s.mails, popMail{uid: "c", raw: "Subject: ours, endless\r\n\r\n" + strings.Repeat("x", large) + "\r\n", said: 1000})
	s.put("ours, behind")
	s.faulty(func(conn net.Conn, command string) bool { // and of what size it is
		if command == "LIST" {
			_, _ = io.WriteString(conn, "+OK\r\n3 1000\r\n.\r\n")
		}
		return command == "LIST"
	})
	place, err = s.box(t, "").Read(t.Context(), place, func(_ context.Context, content io.Reader) (bool, error) {
		_, err := io.CopyN(io.Discard, content, survey.MaxReceivedMail)
		return false, err
	})
	var fault *survey.MailboxError
	if !errors.As(err, &fault) || fault.Fault != survey.FaultConnection || !strings.Contains(fault.Reply, "larger") {
		t.Errorf("got %v, want that the mail does not end", err)
	}
	k.read(t, s.box(t, ""), place, "ours, behind")
}

// TestPOP3EndsWithItsContext has a server say nothing, and the reading end with its context.
func TestPOP3EndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := startPOP(t, false)
	s.put("ours")
	ctx, cancel := context.WithCancel(t.Context())
	s.faulty(func(_ net.Conn, command string) bool {
		if command == "RETR" {
			cancel()
		}
		return command == "RETR"
	})
	c := s.config(t, "")
	c.Patience = time.Hour
	if _, err := mailbox.New(c).Read(ctx, survey.MailboxPlace{}, (&taker{}).take); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}

// TestPOP3ManyMails reads some at a time, and remembers no more than it looks at.
func TestPOP3ManyMails(t *testing.T) {
	t.Parallel()
	s := startPOP(t, false)
	for i := range 5600 {
		s.mails = append(s.mails, popMail{uid: fmt.Sprint(i), raw: fmt.Sprintf("Subject: theirs %d\r\n\r\n", i)})
	}
	k, place := &taker{}, survey.MailboxPlace{}
	for range 12 {
		var err error
		before := len(k.seen)
		if place, err = s.box(t, "").Read(t.Context(), place, k.take); err != nil || len(k.seen)-before > 500 {
			t.Fatalf("got %d mails, %v; want at most 500", len(k.seen)-before, err)
		}
	}
	if len(k.seen) != 5000 || k.seen[0] != "theirs 600" || len(place.Known) > 5000*13 {
		t.Errorf("got %d mails from %q on, %d bytes known; want the latest 5000", len(k.seen), k.seen[0], len(place.Known))
	}
}
