package journey

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"earshot/survey/store/mongodb/mongotest"
)

// ProgramVariable names the environment variable that makes a test binary the program: whoever uses Start calls main in
// TestMain where it is set.
const ProgramVariable = "EARSHOT_TEST_PROGRAM"

// startWithin is how long a start may take before the test fails: far more than any, on a machine with much to do.
const startWithin = time.Minute

// Program is Earshot in a process of its own.
type Program struct {
	// URL is where it is; it changes with each start.
	URL string

	tb   testing.TB
	args []string
	// address is where it listens if contacts reach it by another URL; empty is a free port each time.
	address string
	cmd     *exec.Cmd
	ended   chan struct{}
	err     error // how it ended, once ended is closed

	mu     sync.Mutex
	setup  string
	output bytes.Buffer
}

// Start starts the program with these arguments on a free port and returns when it serves. It ends with the test.
func Start(tb testing.TB, args ...string) *Program {
	tb.Helper()
	return start(tb, &Program{args: append(args, "-listen", "127.0.0.1:0")})
}

// StartBehind is Start for a program that contacts reach by another URL, as behind a proxy; its own URL does not change.
func StartBehind(tb testing.TB, baseURL string, args ...string) *Program {
	tb.Helper()
	address := FreeAddress(tb)
	return start(tb, &Program{address: address, args: append(args, "-listen", address, "-base-url", baseURL)})
}

// StartAt is Start for a program that listens on that address, a free one, and is reached under that base URL.
func StartAt(tb testing.TB, address, baseURL string, args ...string) *Program {
	tb.Helper()
	return start(tb, &Program{address: address, args: append(args, "-listen", address, "-base-url", baseURL)})
}

// FreeAddress is a loopback address that nobody listens on.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	address, err := mongotest.FreeAddress()
	if err != nil {
		tb.Fatal(err)
	}
	return address
}

func start(tb testing.TB, p *Program) *Program {
	tb.Helper()
	p.tb = tb
	tb.Cleanup(func() {
		if p.cmd != nil {
			p.Kill()
		}
		if tb.Failed() {
			tb.Logf("the end of what the program said:\n%s", tail(p.Output(), 4000))
		}
	})
	p.Restart()
	return p
}

// Restart starts it again after Kill or Stop.
func (p *Program) Restart() {
	p.tb.Helper()
	if err := p.launch(); err != nil {
		p.tb.Fatalf("start the program: %v", err)
	}
	if err := p.awaitReady(); err != nil {
		p.tb.Fatalf("the program does not serve: %v\n%s", err, p.Output())
	}
}

func (p *Program) launch() error {
	p.cmd = exec.Command(os.Args[0], p.args...)
	p.cmd.Env = append(os.Environ(), ProgramVariable+"=1")
	p.cmd.Stderr = lockedWriter{p}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		p.cmd = nil
		return err
	}
	p.ended = make(chan struct{})
	found := make(chan string, 1)
	go p.read(out, found)
	select {
	case p.URL = <-found:
		if p.address != "" {
			p.URL = "http://" + p.address
		}
		return nil
	case <-p.ended:
		return fmt.Errorf("it ended: %w: %s", p.err, tail(p.Output(), 2000))
	case <-time.After(startWithin):
		return fmt.Errorf("it said nothing for %v", startWithin)
	}
}

// read reads what the program says, to its end.
func (p *Program) read(out io.Reader, found chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		fmt.Fprintln(lockedWriter{p}, line)
		if _, link, ok := strings.Cut(line, "Create the first account: "); ok {
			p.mu.Lock()
			p.setup = link
			p.mu.Unlock()
		}
		if url, ok := strings.CutPrefix(line, "Earshot is at "); ok {
			found <- url
		}
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

// awaitReady waits until it can be asked something.
func (p *Program) awaitReady() error {
	deadline := time.Now().Add(startWithin)
	for {
		err := ready(p.URL)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended: %w", p.err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func ready(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answered %s", response.Status)
	}
	return nil
}

// SetupPath is the path of the first-run link.
func (p *Program) SetupPath() string {
	p.tb.Helper()
	for range 200 {
		p.mu.Lock()
		link := p.setup
		p.mu.Unlock()
		if u, err := url.Parse(link); err == nil && link != "" {
			return u.Path
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.tb.Fatalf("the program printed no first-run link:\n%s", p.Output())
	return ""
}

// KillIn kills the process that runs now after that time, as a power failure would: no signal handler runs.
func (p *Program) KillIn(d time.Duration) {
	process := p.cmd.Process
	time.AfterFunc(d, func() { _ = process.Kill() })
}

// Kill kills the process if KillIn has not done so yet.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill() // it may be gone already, which is what callers want too
	p.AwaitEnd()
}

// AwaitEnd returns when the process is gone.
func (p *Program) AwaitEnd() {
	<-p.ended
	p.cmd = nil
}

// Signal asks the process to end, as an operator does.
func (p *Program) Signal() error { return p.cmd.Process.Signal(syscall.SIGTERM) }

// Wait returns how the process ended, or an error if it does not in that time.
func (p *Program) Wait(within time.Duration) error {
	select {
	case <-p.ended:
		p.cmd = nil
		return p.err
	case <-time.After(within):
		return fmt.Errorf("it still runs after %v", within)
	}
}

// Stop asks it to end and fails the test if it does not end well.
func (p *Program) Stop() {
	p.tb.Helper()
	if err := p.Signal(); err != nil {
		p.tb.Fatalf("stop the program: %v", err)
	}
	if err := p.Wait(startWithin); err != nil {
		p.tb.Fatalf("the program ended badly: %v\n%s", err, tail(p.Output(), 4000))
	}
}

// PID is the process's number.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Output is what it has said so far, over all starts: standard output and the log.
func (p *Program) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// lockedWriter collects what the program says.
type lockedWriter struct{ p *Program }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.p.output.Write(b)
}

// tail returns the end of a text.
func tail(text string, length int) string { return text[max(len(text)-length, 0):] }
