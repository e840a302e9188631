package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

// healthcheck asks the service on this machine whether it is ready; for containers that have no other program.
func healthcheck(ctx context.Context, c call) error {
	cfg, err := loadConfig(c.args, c.getenv, c.stderr)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.listen)
	if err != nil {
		return err
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the service answered %s", response.Status)
	}
	return nil
}

// printVersion prints the version that the build recorded.
func printVersion(_ context.Context, c call) error {
	_, err := fmt.Fprintln(c.stdout, "earshot", version())
	return err
}

// version returns the version that the build recorded, and Go's.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version + " " + info.GoVersion
}
