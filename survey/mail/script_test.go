package mail_test

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// scripted is a server that plays one script after the other, one for each connection; the last one is repeated. The lines are
//
//	"S: text"  says text
//	"C: text"  reads a line that must begin with text
//	"body"     reads the message and its final dot
//	"close"    hangs up; "reset" does so with a TCP reset; "stall" stays silent; "pause" waits a moment
type scripted struct {
	addr        string
	connections atomic.Int32
}

// opening is the usual start of a dialogue.
var opening = []string{"S: 220 faulty.test", "C: EHLO ", "S: 250-faulty.test", "S: 250 8BITMIME"}

// upTo is a script of the usual dialogue before the answer to a command (MAIL, RCPT, DATA, body), and what follows it.
func upTo(command string, then ...string) []string {
	usual := []struct{ command, answer string }{
		{"MAIL", "S: 250 ok"}, {"RCPT", "S: 250 ok"}, {"DATA", "S: 354 go on"}, {"body", ""},
	}
	lines := append([]string(nil), opening...)
	for _, u := range usual {
		if u.command == "body" {
			lines = append(lines, "body")
		} else {
			lines = append(lines, "C: "+u.command)
		}
		if u.command == command {
			break
		}
		lines = append(lines, u.answer)
	}
	return append(lines, then...)
}

func startScripted(tb testing.TB, scripts ...[]string) *scripted {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("listening: %v", err)
	}
	s := &scripted{addr: listener.Addr().String()}
	var playing sync.WaitGroup
	tb.Cleanup(func() {
		_ = listener.Close()
		playing.Wait() // nothing is reported of a test that is over
	})
	playing.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			hangUp := context.AfterFunc(tb.Context(), func() { _ = conn.Close() })
			_ = conn.(*net.TCPConn).SetReadBuffer(64 << 10) // so that a long message does not fit into it
			n := int(s.connections.Add(1)) - 1
			playing.Go(func() {
				defer hangUp()
				play(tb, conn, scripts[min(n, len(scripts)-1)])
			})
		}
	})
	return s
}

func play(tb testing.TB, conn net.Conn, script []string) {
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for _, line := range script {
		verb, text, _ := strings.Cut(line, ": ")
		switch verb {
		case "S":
			_, _ = conn.Write([]byte(text + "\r\n"))
		case "C":
			if got, err := reader.ReadString('\n'); tb.Context().Err() != nil {
				return // the test is over
			} else if err != nil || !strings.HasPrefix(got, text) {
				tb.Errorf("scripted server: got line %q and error %v, want %q", got, err, text)
				return
			}
		case "body":
			readBody(reader)
		case "close":
			return
		case "reset":
			_ = conn.(*net.TCPConn).SetLinger(0)
			return
		case "pause":
			time.Sleep(100 * time.Millisecond)
		case "stall":
			<-tb.Context().Done()
			return
		}
	}
	// A client may say more, e.g. RSET or QUIT: it hears nothing bad.
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		code := "250 ok\r\n"
		if strings.HasPrefix(line, "QUIT") {
			code = "221 bye\r\n"
		}
		_, _ = conn.Write([]byte(code))
	}
}

func readBody(reader *bufio.Reader) {
	for {
		if line, err := reader.ReadString('\n'); err != nil || line == ".\r\n" {
			return
		}
	}
}
