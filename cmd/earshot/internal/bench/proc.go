package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clockTick is the unit of CPU time in /proc, a constant of Linux (USER_HZ).
const clockTick = 10 * time.Millisecond

// cpuOf returns the processor time that a process has used, in user mode and in the kernel (proc(5), /proc/pid/stat).
func cpuOf(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+2:]))
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	return time.Duration(user+system) * clockTick, errors.Join(errUser, errSystem)
}

// cpu returns the processor time that the server has used.
func (s *server) cpu() (time.Duration, error) { return cpuOf(s.cmd.Process.Pid) }

// memory returns the server's resident memory in bytes (proc(5), /proc/pid/status), and the most it ever was.
func (s *server) memory() (now, most int64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for name, into := range map[string]*int64{"VmRSS:": &now, "VmHWM:": &most} {
		_, rest, _ := strings.Cut(string(raw), name)
		if _, scanErr := fmt.Sscan(rest, into); scanErr != nil {
			err = errors.Join(err, scanErr)
		}
		*into <<= 10
	}
	return now, most, err
}

// ownCPU returns the processor time that the benchmark itself has used, which is the bare client's while nothing else runs.
func ownCPU() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
