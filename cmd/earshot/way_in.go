package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"earshot/survey/access"
)

// wayIn makes a link by which somebody comes in when nobody can log in.
func wayIn(ctx context.Context, c call) error {
	fs := newFlags("earshot way-in", c.stderr)
	var where, baseURL, email string
	defineStore(fs, &where)
	fs.StringVar(&baseURL, "base-url", "http://127.0.0.1:8080", "`URL` at which reps reach this installation")
	fs.StringVar(&email, "email", "", "`address` of the rep who is to come in, as an admin")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if email == "" {
		return errors.New("-email is missing: the address of the rep who is to come in, as an admin")
	}
	db, err := openStoreShowing(ctx, where, c.stderr)
	if err != nil {
		return err
	}
	var link string
	err = recorded(ctx, db, "rep.way_in_made", map[string][]string{"email": {email}}, func() (err error) {
		link, err = newWayIn(ctx, access.Options{Store: db}, email)
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "Open this within an hour, once: %s/way-in/%s\nIt makes %s an admin and takes their second factors away.\n",
		strings.TrimRight(baseURL, "/"), link, email)
	return err
}

// newWayIn makes the secret of the link.
func newWayIn(ctx context.Context, o access.Options, email string) (string, error) {
	people, err := access.New(o)
	if err != nil {
		return "", err
	}
	return people.WayIn(ctx, email)
}
