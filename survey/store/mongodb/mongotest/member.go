package mongotest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const (
	// startWithin is how long a server may take until it answers, or a set until it has a primary, on a busy machine.
	startWithin = time.Minute
	// pollInterval is how often is looked whether it does.
	pollInterval = 20 * time.Millisecond
	// greetWithin bounds the question who a member is: a frozen one never answers.
	greetWithin = 500 * time.Millisecond
)

// Member is one mongod of a replica set. Its methods may be called from any goroutine.
type Member struct {
	program, address, folder string
	sizes                    Sizes
	arguments                []string

	mu      sync.Mutex
	process *process // nil while it does not run
}

// process is a mongod that was started.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
	exit  error // how it ended, once ended is closed
}

func newMember(program, folder string, sizes Sizes) (*Member, error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	address, err := FreeAddress()
	return &Member{program: program, address: address, folder: folder, sizes: sizes}, err
}

// Address is its host and port, for a proxy in front of it.
func (m *Member) Address() string { return m.address }

// PID is the number of its process, 0 while it does not run.
func (m *Member) PID() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == nil {
		return 0
	}
	return m.process.cmd.Process.Pid
}

// Runs says whether it was started and not killed, frozen or not.
func (m *Member) Runs() bool {
	return m.PID() != 0
}

// Start starts it on its data and its port, and returns when it takes connections.
func (m *Member) Start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process != nil {
		return errors.New("the server runs")
	}
	log, err := os.Create(filepath.Join(m.folder, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the child has its own
	p := &process{cmd: m.command(), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.start(m.pidFile()); err != nil {
		return err
	}
	m.process = p
	return m.await(p)
}

// command starts mongod quickly and with the sizes that were wanted. The files of a dropped database go only with a checkpoint, and
// once no reader can ask for what was before (after a minute and five, if nothing else is said): a suite with a database for each
// test would run out of file descriptors before, which mongod does not survive.
func (m *Member) command() *exec.Cmd {
	host, port, _ := net.SplitHostPort(m.address)
	arguments := append([]string{"--replSet", setName, "--bind_ip", host, "--port", port, "--dbpath", m.folder,
		"--nounixsocket", "--quiet", "--oplogSize", fmt.Sprint(m.sizes.OplogMB), "--wiredTigerCacheSizeGB", fmt.Sprint(m.sizes.CacheGB),
		"--wiredTigerEngineConfigString", "log=(prealloc=false)", "--setParameter", "diagnosticDataCollectionEnabled=false",
		"--syncdelay", "10", "--setParameter", "minSnapshotHistoryWindowInSeconds=1"}, m.arguments...)
	return exec.CommandContext(context.Background(), m.program, arguments...)
}

func (m *Member) pidFile() string { return m.folder + pidSuffix }

// start starts the process and has its number in a file as long as it lives, for the janitor. It is a group of its own, so that
// an interrupt at the terminal reaches the tests first.
func (p *process) start(pidFile string) error {
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	err := os.WriteFile(pidFile, fmt.Appendln(nil, p.cmd.Process.Pid), 0o600)
	if err != nil {
		_ = p.cmd.Process.Kill()
	}
	go func() {
		p.exit = p.cmd.Wait()
		_ = os.Remove(pidFile)
		close(p.ended)
	}()
	return err
}

// await waits until it takes connections.
func (m *Member) await(p *process) error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	return poll(ctx, m.address+" does not answer", func() error {
		select {
		case <-p.ended:
			cancel()
			return fmt.Errorf("mongod ended: %w: %s", p.exit, m.lastWords())
		default:
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", m.address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
}

// lastWords are the end of its log.
func (m *Member) lastWords() string {
	const enough = 2000
	log, err := os.ReadFile(filepath.Join(m.folder, "log"))
	if err != nil {
		return err.Error()
	}
	return string(log[max(len(log)-enough, 0):])
}

// Kill kills it as a power failure would, and returns when it is gone.
func (m *Member) Kill() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == nil {
		return errors.New("the server does not run")
	}
	err := m.process.cmd.Process.Kill()
	select {
	case <-m.process.ended: // how a killed process ends is no news
	case <-time.After(startWithin):
		return errors.Join(err, errors.New("the killed server does not end"))
	}
	m.process = nil
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Freeze stops its process, so that it holds its connections and answers none, until Thaw.
func (m *Member) Freeze() error { return m.signal(syscall.SIGSTOP) }

// Thaw lets a frozen one go on.
func (m *Member) Thaw() error { return m.signal(syscall.SIGCONT) }

func (m *Member) signal(s os.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == nil {
		return errors.New("the server does not run")
	}
	return m.process.cmd.Process.Signal(s)
}

// Run runs a command on this member, whatever its rank and be it in a set yet or not, and decodes what it answers; nil does not.
func (m *Member) Run(ctx context.Context, command bson.D, answer any) error {
	client, err := mongo.Connect(options.Client().SetHosts([]string{m.address}).SetDirect(true).SetServerSelectionTimeout(startWithin))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	result := client.Database("admin").RunCommand(ctx, command)
	if answer == nil {
		return result.Err()
	}
	return result.Decode(answer)
}
