package main

import (
	"context"
	"errors"
	"fmt"

	"earshot/survey"
	"earshot/survey/access"
)

// restored makes a store safe to start on that was restored from a copy.
func restored(ctx context.Context, c call) error {
	fs := newFlags("earshot restored", c.stderr)
	var where string
	defineStore(fs, &where)
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	db, err := openStoreShowing(ctx, where, c.stderr)
	if err != nil {
		return err
	}
	people, err := access.New(access.Options{Store: db})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	service, err := survey.NewService(survey.Options{Store: db, Reps: people, BaseURL: "http://localhost"})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	var done *survey.Restored
	err = recorded(ctx, db, "store.restored", nil, func() (err error) {
		done, err = service.Restored(ctx)
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, `Withheld: %d mails that waited. Dropped: %d asks that were under way, and %d reminders that were due. Paused: %d pulses.
%d mails were being sent when the copy was taken: they will be shown as uncertain, for you to decide.
Start Earshot, look at Invitations, and resume the pulses when you know whom they have asked since.
`, done.Withheld, done.Asks, done.Reminders, done.Pulses, done.Sending)
	return err
}
