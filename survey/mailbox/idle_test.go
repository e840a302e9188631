package mailbox_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mailbox"
)

// TestWatch is told when it begins and when a mail comes, and of a connection that breaks; it ends with its context.
func TestWatch(t *testing.T) {
	t.Parallel()
	s := start(t, false)
	s.put(t, "there before", time.Now())
	proxy, cut := through(t, s.address, "IDLE", "IDLE")
	c := s.config(t, "imap", "tls=none")
	c.Host, c.Port, _ = net.SplitHostPort(proxy)
	watcher := mailbox.New(c).(survey.MailboxWatcher)
	ctx, cancel := context.WithCancel(t.Context())
	came, ended := make(chan struct{}, 10), make(chan error, 1)
	told := func(what string) {
		t.Helper()
		select {
		case <-came:
		case <-time.After(10 * time.Second):
			t.Fatalf("nothing was told when %s", what)
		}
	}
	watch := func() { ended <- watcher.Watch(ctx, func() { came <- struct{}{} }) }
	go watch()
	told("it began")
	time.Sleep(200 * time.Millisecond)
	if len(came) != 0 {
		t.Error("told though nothing came")
	}
	s.put(t, "ours", time.Now())
	told("a mail came")
	cut()
	var fault *survey.MailboxError
	if err := <-ended; !errors.As(err, &fault) || fault.Fault != survey.FaultConnection {
		t.Errorf("got %v of a connection that broke", err)
	}
	go watch()
	told("it began anew")
	began := time.Now()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) || time.Since(began) > time.Second {
		t.Errorf("got %v after %v, want the end of the context at once", err, time.Since(began))
	}
}

// TestWatchNothing has a server that cannot tell, one that lets nobody in, and none.
func TestWatchNothing(t *testing.T) {
	t.Parallel()
	s := start(t, false)
	proxy, _ := through(t, s.address, " IDLE", " XDLE")
	for want, change := range map[survey.Fault]func(*mailbox.Config){
		"": func(c *mailbox.Config) { c.Host, c.Port, _ = net.SplitHostPort(proxy) }, survey.FaultLogin: func(c *mailbox.Config) { c.Password = "wrong" }, survey.FaultConnection: func(c *mailbox.Config) { c.Port = "1" },
	} {
		c := s.config(t, "imap", "tls=none")
		change(&c)
		err := mailbox.New(c).(survey.MailboxWatcher).Watch(t.Context(), func() {})
		var fault *survey.MailboxError
		if want == "" && !errors.Is(err, survey.ErrUnwatched) || want != "" && (!errors.As(err, &fault) || fault.Fault != want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, is := mailbox.New(mailbox.Config{POP3: true}).(survey.MailboxWatcher); is {
		t.Error("POP3 cannot tell when a mail comes")
	}
}

// through passes connections on to that address, with a word of the server's replaced, and cuts the first one.
func through(t *testing.T, address, word, by string) (proxy string, cut func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	conns := make(chan net.Conn, 10)
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", address)
			if err != nil {
				_ = in.Close()
				continue
			}
			conns <- in
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() {
				defer func() { _ = in.Close() }()
				for lines := bufio.NewReader(out); ; {
					line, err := lines.ReadString('\n')
					if err != nil {
						return
					}
					_, _ = io.WriteString(in, strings.ReplaceAll(line, word, by))
				}
			}()
		}
	}()
	return listener.Addr().String(), func() { _ = (<-conns).Close() }
}
