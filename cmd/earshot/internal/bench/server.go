package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// build compiles earshot as it is shipped and returns the path of the program.
func build(ctx context.Context, folder string) (string, error) {
	program := filepath.Join(folder, "earshot")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "earshot/cmd/earshot")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return program, cmd.Run()
}

// server is a running earshot.
type server struct {
	cmd  *exec.Cmd
	host string
}

// start starts earshot on the store and returns when it serves, with the time that took.
func start(ctx context.Context, program, store string) (*server, time.Duration, error) {
	host, err := freeAddress(ctx)
	if err != nil {
		return nil, 0, err
	}
	log, err := os.Create(store + ".log")
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, program, "serve", "-listen", host, "-store", store)
	cmd.Stdout, cmd.Stderr = log, log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	s := &server{cmd: cmd, host: host}
	for time.Since(began) < 20*time.Second {
		if s.ready(ctx) {
			return s, time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	return nil, 0, errors.Join(fmt.Errorf("no page within 20 s; see %s", log.Name()), s.stop())
}

// ready says whether the login page is served.
func (s *server) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.host+"/login", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// stop ends the server as an operator does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// clockTick is the unit of CPU time in /proc, a constant of Linux (USER_HZ).
const clockTick = 10 * time.Millisecond

// cpu returns the processor time that the server has used, in user mode and in the kernel (proc(5), /proc/pid/stat).
func (s *server) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+2:]))
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	return time.Duration(user+system) * clockTick, errors.Join(errUser, errSystem)
}

// memory returns the server's resident memory in bytes (proc(5), /proc/pid/status).
func (s *server) memory() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	var kilobytes int64
	_, err = fmt.Sscan(rest, &kilobytes)
	return kilobytes << 10, err
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
