package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// build compiles earshot as it is shipped and returns the path of the program. Where profiles is not empty, whatever runs
// writes CPU profiles into that folder.
func build(ctx context.Context, folder, profiles string) (string, error) {
	program := filepath.Join(folder, "earshot")
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", program}
	if profiles != "" {
		overlay, err := profilerOverlay(profiles, folder)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "earshot/cmd/earshot")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return program, cmd.Run()
}

// server is a running earshot.
type server struct {
	cmd  *exec.Cmd
	host string
	// setup is the path of the link that makes the first admin, empty if there is one.
	setup string
	log   string // the file that it logs to
}

// startWithin is how long the program may take until it serves.
const startWithin = 30 * time.Second

// start starts earshot on the store, with further options, and returns when it serves the login page, with the time that took.
func start(ctx context.Context, program, store, folder string, options ...string) (*server, time.Duration, error) {
	host, err := freeAddress(ctx)
	if err != nil {
		return nil, 0, err
	}
	log, err := os.CreateTemp(folder, "earshot-*.log")
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, program, append([]string{"serve", "-listen", host, "-store", store}, options...)...)
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	s := &server{cmd: cmd, host: host, log: log.Name()}
	links := make(chan string, 1)
	go s.listen(said, links)
	if err := s.awaitPage(began); err != nil {
		return nil, 0, errors.Join(err, s.stop())
	}
	took := time.Since(began)
	if len(options) == 0 { // with a mail server it says nothing more than where it is, if there is an admin
		s.setup = <-links
	}
	return s, took, nil
}

// listen reads what the program says and passes on the link that makes the first admin, or nothing.
func (s *server) listen(said io.Reader, links chan<- string) {
	first := true
	for lines := bufio.NewScanner(said); lines.Scan(); {
		_, link, found := strings.Cut(lines.Text(), "Create the first account: http://"+s.host)
		// The address is the first line; what follows it without a link is said where there is an admin.
		if found || !strings.HasPrefix(lines.Text(), "Earshot is at ") {
			if first {
				links <- link
			}
			first = false
		}
	}
	if first {
		links <- ""
	}
}

// awaitPage returns when the login page is served.
func (s *server) awaitPage(began time.Time) error {
	for time.Since(began) < startWithin {
		if c, err := dial(s.host); err == nil {
			status, _, err := c.get("/login")
			_ = c.conn.Close()
			if err == nil && status == 200 {
				return nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("no page within %v; see %s", startWithin, s.log)
}

// stop ends the server as an operator does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// run runs the program with these arguments and returns what it cost.
func run(ctx context.Context, program string, args ...string) (usage, string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return usage{}, "", fmt.Errorf("earshot %s: %w: %.600s", strings.Join(args, " "), err, out)
	}
	u := usage{took: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.memory = r.Maxrss << 10 // getrusage(2), in kilobytes
	}
	return u, string(out), nil
}

// usage is what a program took: time, processor time, and the most resident memory in bytes.
type usage struct {
	took, cpu time.Duration
	memory    int64
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
