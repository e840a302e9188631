package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/user"

	"earshot/survey"
	"earshot/survey/audit"
	"earshot/survey/store"
)

// auditCommand dispatches what comes after "earshot audit".
func auditCommand(ctx context.Context, c call) error {
	does := map[string]func(context.Context, call) error{"verify": verifyAudit, "export": exportAudit}
	if len(c.args) == 0 || does[c.args[0]] == nil {
		return errors.New("try: earshot audit verify, or earshot audit export")
	}
	do := does[c.args[0]]
	c.args = c.args[1:]
	return do(ctx, c)
}

// verifyAudit reads the whole log and says whether it is as it was written, and what its head is.
func verifyAudit(ctx context.Context, c call) error {
	fs := newFlags("earshot audit verify", c.stderr)
	var where string
	defineStore(fs, &where)
	noted := fs.String("expect", "", "`number:hash` that was noted earlier: the log up to there must be the same")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	var expected audit.Head
	if *noted != "" {
		var err error
		if expected, err = audit.ParseHead(*noted); err != nil {
			return wrongOption("expect", "%s", err)
		}
	}
	db, err := openStoreShowing(ctx, where, c.stderr)
	if err != nil {
		return err
	}
	head, err := audit.New(db, nil).Verify(ctx, expected)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if head.Number == 0 {
		_, err = fmt.Fprintln(c.stdout, "The audit log is empty.")
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "The audit log is whole: %d entries. Keep its head elsewhere, and later check with: earshot audit verify -expect %s\n%s\n",
		head.Number, head, head)
	return err
}

// exportAudit writes the log as JSON, an entry a line.
func exportAudit(ctx context.Context, c call) error {
	fs := newFlags("earshot audit export", c.stderr)
	var where string
	defineStore(fs, &where)
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	db, err := openStoreShowing(ctx, where, c.stderr)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	lines := json.NewEncoder(c.stdout)
	for e, err := range audit.New(db, nil).All(ctx) {
		if err == nil {
			err = lines.Encode(e.Line())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tellAuditHead logs the head of the audit log, so that it stands in a place that is not the store.
func tellAuditHead(ctx context.Context, db store.Store, log *slog.Logger) error {
	head, err := audit.New(db, nil).Head(ctx)
	if err == nil && head.Number > 0 {
		log.InfoContext(ctx, "the audit log goes on", "head", head.String())
	}
	return err
}

// recorded does what a command does to a store, between the two entries of the audit log that tell of it.
func recorded(ctx context.Context, db store.Store, name string, sent map[string][]string, do func() error) error {
	log := audit.New(db, nil)
	begun, err := log.Begin(ctx, audit.Act{Name: name, Actor: commandLine(), Sent: audit.FieldsOf(sent)})
	if err != nil {
		return err
	}
	failure := do()
	result := audit.Result{Outcome: audit.Done}
	if failure != nil {
		result = audit.Result{Outcome: audit.Failed, Detail: string(survey.KindOf(failure))}
	}
	return errors.Join(failure, log.End(context.WithoutCancel(ctx), begun, result))
}

// noted writes of what a command has done that it is over.
func noted(ctx context.Context, db store.Store, name string, sent map[string][]string) error {
	_, err := audit.New(db, nil).Note(ctx, audit.Act{Name: name, Actor: commandLine(), Sent: audit.FieldsOf(sent)}, audit.Result{Outcome: audit.Done})
	return err
}

// commandLine is whoever runs this program: an account of a machine.
func commandLine() audit.Actor {
	account := fmt.Sprint("uid ", os.Getuid())
	if who, err := user.Current(); err == nil {
		account = who.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return audit.Actor{Kind: audit.Command, ID: account + "@" + host, Name: account + "@" + host}
}

// withoutSecrets is where a store is, without the password in it.
func withoutSecrets(where string) string {
	if !isMongoDB(where) {
		return where
	}
	u, err := url.Parse(where)
	if err != nil {
		return "mongodb"
	}
	u.RawQuery = ""
	return u.Redacted()
}
