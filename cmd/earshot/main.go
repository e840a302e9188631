// Command earshot notices which customers have gone quiet, asks them one short question by e-mail and shows their reps
// what was answered. See "earshot help".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // so that time zones are known on machines without a zone database
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "earshot:", err)
		os.Exit(1)
	}
}

// command is what a word after "earshot" does.
type command struct {
	name, summary string
	run           func(ctx context.Context, call call) error
}

// call is what a command is called with.
type call struct {
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// commands lists the subcommands in the order in which help shows them.
func commands() []command {
	return []command{
		{"serve", "run the service (also without any command)", serve},
		{"demo", "run the service on a made-up company in a temporary database", demo},
		{"import", "take in customers, contacts or touchpoints from a CSV file", importFile},
		{"mail", "a mail server for tests, which shows what it is sent: earshot mail sink", mailCommand},
		{"quiet", "measure the detector of silence: earshot quiet backtest", quietCommand},
		{"dkim", "make keys by which mails are signed, or print the DNS records of those that are set", dkimCommand},
		{"preflight", "look at what decides whether mails arrive, or send a test mail", preflightCommand},
		{"admin", "list who administers, or make a link to set a new password: earshot admin reset-password", adminCommand},
		{"migrate", "bring the store to this version, if that takes longer than a start should", migrate},
		{"copy", "copy all data from one store to another, e.g. from the file to MongoDB", copyStore},
		{"backup", "copy the database file while the service runs", backup},
		{"way-in", "make a link by which somebody comes in as an admin, when nobody can log in", wayIn},
		{"restored", "make a database safe to start on that was restored from a copy: nothing in it is mailed twice", restored},
		{"audit", "check that the audit log is whole, or export it: earshot audit verify, earshot audit export", auditCommand},
		{"healthcheck", "ask a running service whether it is ready", healthcheck},
		{"version", "print the version", printVersion},
	}
}

// run is the program: main without the process around it, so that tests start it.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	c := call{args: args, getenv: getenv, stdin: stdin, stdout: stdout, stderr: stderr}
	if len(args) == 0 || args[0][:min(1, len(args[0]))] == "-" {
		return serve(ctx, c)
	}
	if args[0] == "help" {
		return help(stdout)
	}
	for _, cmd := range commands() {
		if cmd.name == args[0] {
			c.args = args[1:]
			return cmd.run(ctx, c)
		}
	}
	return fmt.Errorf("there is no command %q; try: earshot help", args[0])
}

// help writes what there is.
func help(w io.Writer) error {
	text := "Earshot notices which customers have gone quiet, asks them, and shows their reps what they say.\n\nUsage: earshot [command] [options]\n\n"
	for _, cmd := range commands() {
		text += fmt.Sprintf("  %-12s %s\n", cmd.name, cmd.summary)
	}
	text += "\nearshot <command> -h lists the options of a command. Each option -name is also the variable EARSHOT_NAME.\n"
	_, err := io.WriteString(w, text)
	return err
}
