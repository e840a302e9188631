package mongotest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Instance is a server that this process started.
type Instance struct {
	kind, uri, address, folder string
	command                    func() *exec.Cmd
	// ready prepares the server when it runs.
	ready func(context.Context, *mongo.Client) error

	mu    sync.Mutex
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
	exit  error
	log   bytes.Buffer
}

// URI is the server's address without a database. It stays the same when the server is restarted.
func (i *Instance) URI() string { return i.uri }

// Address is the server's host and port, for a proxy in front of it.
func (i *Instance) Address() string { return i.address }

// Kind says which server it is.
func (i *Instance) Kind() string { return i.kind }

// Kill kills the server as a power failure would, and returns when it is gone.
func (i *Instance) Kill() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.cmd == nil {
		return errors.New("the server does not run")
	}
	err := i.cmd.Process.Kill()
	// How a killed process ends is no news.
	select {
	case <-i.ended:
	case <-time.After(startTimeout):
		return errors.Join(err, errors.New("the killed server does not end"))
	}
	_ = i.stdin.Close()
	i.cmd = nil
	return err
}

// Restart starts the server on the same data and the same port, and returns when it answers.
func (i *Instance) Restart() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.cmd != nil {
		return errors.New("the server runs")
	}
	cmd := i.command()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	i.log.Reset()
	cmd.Stdout, cmd.Stderr = &i.log, &i.log
	if err := cmd.Start(); err != nil {
		return err
	}
	i.cmd, i.stdin, i.ended = cmd, stdin, make(chan struct{})
	go func(ended chan struct{}) {
		i.exit = cmd.Wait()
		close(ended)
	}(i.ended)
	return i.await()
}

// startTimeout is how long a server may take until it answers.
const startTimeout = 30 * time.Second

func (i *Instance) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(i.uri).SetDirect(true).SetServerSelectionTimeout(200 * time.Millisecond))
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(ctx) }()
	for {
		err := i.ready(ctx, client)
		if err == nil {
			return nil
		}
		select {
		case <-i.ended:
			return fmt.Errorf("%s ended: %w: %s", i.kind, i.exit, i.log.String())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", i.kind, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// end ends the server and removes its data.
func (i *Instance) end() error {
	i.mu.Lock()
	running := i.cmd != nil
	i.mu.Unlock()
	if running {
		if err := i.Kill(); err != nil {
			return err
		}
	}
	return os.RemoveAll(i.folder)
}

func ping(ctx context.Context, client *mongo.Client) error { return client.Ping(ctx, nil) }

// initiate makes a mongod a replica set of one and waits until it takes writes.
func initiate(ctx context.Context, client *mongo.Client) error {
	admin := client.Database("admin")
	var hello struct {
		Writable bool `bson:"isWritablePrimary"`
	}
	if err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return err
	}
	if hello.Writable {
		return nil
	}
	err := admin.RunCommand(ctx, bson.D{{Key: "replSetInitiate", Value: bson.D{}}}).Err()
	return errors.Join(err, errors.New("the replica set has no primary yet"))
}

// freeAddress returns an address on this machine that nobody listens on.
func freeAddress() (string, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
