package mongotest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// mongod prepares a mongod.
func mongod(path, folder string) (*Instance, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return &Instance{
		kind: path + " (replica set of one)", address: address, folder: folder, ready: initiate,
		uri: "mongodb://" + address + "/?replicaSet=earshot",
		command: func() *exec.Cmd {
			return exec.CommandContext(context.Background(), path, "--replSet", "earshot", "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", folder)
		},
	}, nil
}

// ferret prepares FerretDB.
func ferret(folder string) (*Instance, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	program, err := build()
	if err != nil {
		return nil, err
	}
	return &Instance{
		kind: "FerretDB v1.24.2 (SQLite handler)", address: address, folder: folder, ready: ping,
		uri: "mongodb://" + address + "/",
		command: func() *exec.Cmd {
			return exec.CommandContext(context.Background(), program, "-listen", address, "-data", folder)
		},
	}, nil
}

// build builds FerretDB into the user's cache, once for each state of its sources.
func build() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("the sources of FerretDB's program cannot be found")
	}
	module := filepath.Join(filepath.Dir(here), "..", "ferretdb")
	state, err := fingerprint(module)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	program := filepath.Join(cache, "earshot-test", "ferretdb-"+state)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
		return "", err
	}
	unfinished := fmt.Sprintf("%s.%d", program, os.Getpid())
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", unfinished, ".")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("FerretDB cannot be built: %w: %s", err, output)
	}
	return program, os.Rename(unfinished, program)
}

// fingerprint is a hash of the files in a folder and of Go's version.
func fingerprint(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		return "", fmt.Errorf("there is no source in %s: %w", folder, err)
	}
	slices.Sort(files)
	h := sha256.New()
	fmt.Fprintln(h, runtime.Version())
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(h, filepath.Base(file), len(content))
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
