// Command ferretdb stands in for mongod in tests on machines that have none: FerretDB (MongoDB's wire protocol on SQLite)
// behind a gate that mends what the tests would stumble over (see gate.go). It is no database to run Earshot on.
//
//	ferretdb -listen 127.0.0.1:27017 -data folder
//
// It ends on SIGTERM, SIGINT, or when its standard input ends, so that it does not outlive the test that started it. It may be
// killed at any time and started again on the same folder.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdin io.Reader) error {
	flags := flag.NewFlagSet("ferretdb", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:27017", "the `address` to listen on")
	data := flags.String("data", "", "the `folder` of the data (required)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" {
		return fmt.Errorf("-data is missing")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		cancel()
	}()
	folder, err := filepath.Abs(*data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return serve(ctx, *listen, folder)
}

// serve runs FerretDB on a port of its own and the gate in front of it.
func serve(ctx context.Context, listen, folder string) error {
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: (&url.URL{Scheme: "file", Path: folder + "/"}).String(),
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	behind, err := url.Parse(server.MongoDBURI())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	fmt.Println("listening on", l.Addr())
	g := &gate{behind: behind.Host}
	for {
		conn, err := l.Accept()
		if err != nil {
			return <-ended
		}
		go g.serve(conn)
	}
}
