package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"earshot/cmd/earshot/internal/bench/bare"
)

// members is how many mongod make the replica set: the least of which a majority survives the loss of one.
const members = 3

// replicaSet is three mongod on this machine, on data that ends with them.
type replicaSet struct {
	uri   string
	cmds  []*exec.Cmd
	admin *bare.Admin
}

// cacheGB is the memory of each mongod's cache: three of them and Earshot share one machine.
const cacheGB = "1"

// startReplicaSet starts the members in the folder and returns when there is a primary.
func startReplicaSet(ctx context.Context, folder string) (*replicaSet, error) {
	program, err := exec.LookPath("mongod")
	if err != nil {
		program = filepath.Join("bin", "mongod") // where make mongod puts it
	}
	r := &replicaSet{}
	var hosts []string
	for i := range members {
		host, err := freeAddress(ctx)
		if err != nil {
			return nil, errors.Join(err, r.stop())
		}
		cmd, err := startMember(ctx, program, filepath.Join(folder, fmt.Sprintf("mongod%d", i)), host)
		if err != nil {
			return nil, errors.Join(err, r.stop())
		}
		r.cmds, hosts = append(r.cmds, cmd), append(hosts, host)
	}
	r.uri = "mongodb://" + strings.Join(hosts, ",") + "/?replicaSet=bench"
	if r.admin, err = bare.Initiate(ctx, "bench", hosts); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

// startMember starts one mongod.
func startMember(ctx context.Context, program, data, host string) (*exec.Cmd, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "--replSet", "bench", "--bind_ip", "127.0.0.1", "--port", port, "--dbpath", data,
		"--wiredTigerCacheSizeGB", cacheGB, "--logpath", filepath.Join(data, "mongod.log"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd, cmd.Start()
}

// cpu is the processor time of all members so far.
func (r *replicaSet) cpu() (time.Duration, error) {
	var total time.Duration
	for _, cmd := range r.cmds {
		one, err := cpuOf(cmd.Process.Pid)
		if err != nil {
			return 0, err
		}
		total += one
	}
	return total, nil
}

// stop ends the members.
func (r *replicaSet) stop() error {
	var err error
	if r.admin != nil {
		err = r.admin.Close()
	}
	for _, cmd := range r.cmds {
		err = errors.Join(err, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
	}
	return err
}
