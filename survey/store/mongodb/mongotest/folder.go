package mongotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// errNoServer says that this machine has no mongod.
var errNoServer = errors.New("there is no mongod: make mongod brings one into bin/, " + URIVariable + " names a server elsewhere")

// findProgram returns where mongod is: in bin/ of this module, else on the PATH.
func findProgram() (string, error) {
	if root, ok := moduleRoot(); ok {
		if path, err := exec.LookPath(filepath.Join(root, "bin", "mongod")); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath("mongod")
	if err != nil {
		return "", errNoServer
	}
	return path, nil
}

// moduleRoot is the folder of the module that the working directory lies in, as it does in every test.
func moduleRoot() (string, bool) {
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder, true
		}
		if folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	return "", false
}

// pidSuffix ends the names of the files that hold the number of a running process.
const pidSuffix = ".pid"

// janitorScript waits for the end of its standard input, which comes with the end of the process that started it, however that
// ended. Then it kills the servers that still run and removes their folder.
const janitorScript = `read -r nothing
for file in "$1"/*/*` + pidSuffix + `; do
	[ -f "$file" ] && kill -9 "$(cat "$file")"
done
for try in 1 2 3; do
	rm -rf "$1" && break
	sleep 1
done`

// site is where the servers of this process have their folders.
type site struct {
	folder string
	// janitor is held open until this process ends.
	janitor io.Closer
}

var theSite = sync.OnceValues(func() (*site, error) {
	folder, err := os.MkdirTemp("", "earshot-mongodb-")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), "sh", "-c", janitorScript, "janitor", folder)
	// What ends this process must not end the janitor.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start who cleans up: %w", err), os.RemoveAll(folder))
	}
	return &site{folder, stdin}, nil
})

func newFolder() (string, error) {
	at, err := theSite()
	if err != nil {
		return "", err
	}
	return os.MkdirTemp(at.folder, "set-")
}

// Ports that no system gives to outgoing connections by itself, so that a server finds its own free when it is started again.
const (
	firstPort = 15000
	portCount = 15000
)

// FreeAddress returns an address on this machine that nobody listens on, and that a server can have again when it is restarted.
func FreeAddress() (string, error) {
	var config net.ListenConfig
	var err error
	for range 100 {
		var l net.Listener
		l, err = config.Listen(context.Background(), "tcp", fmt.Sprintf("127.0.0.1:%d", firstPort+rand.IntN(portCount)))
		if err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", fmt.Errorf("find a free port: %w", err)
}
