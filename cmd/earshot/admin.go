package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"earshot/survey"
	"earshot/survey/access"
)

// adminHelp is how the command is used.
const adminHelp = "try: earshot admin, which lists who administers, or: earshot admin reset-password ada@example.com"

// adminCommand lists who administers, or makes a link by which a rep sets a new password.
func adminCommand(ctx context.Context, c call) error {
	email, err := resetWhose(c.args)
	if err != nil {
		return err
	}
	if email != "" {
		c.args = c.args[2:]
	}
	var where, baseURL, listen string
	fs := newFlags("earshot admin", c.stderr)
	defineStore(fs, &where)
	fs.StringVar(&baseURL, "base-url", "", "`URL` at which reps reach this installation: the link begins with it (default: http:// and the listen address)")
	fs.StringVar(&listen, "listen", "127.0.0.1:8080", "`address` on which the service listens")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is no option; %s", fs.Arg(0), adminHelp)
	}
	db, err := openStoreShowing(ctx, where, c.stderr)
	if err != nil {
		return err
	}
	people, err := access.New(access.Options{Store: db})
	switch {
	case err != nil:
	case email == "":
		err = listAdmins(ctx, c.stdout, people)
	default:
		err = recorded(ctx, db, "password.reset_link_made", map[string][]string{"email": {email}}, func() error {
			return printReset(ctx, c.stdout, people, email, strings.TrimRight(cmp.Or(baseURL, "http://"+listen), "/"))
		})
	}
	return errors.Join(err, db.Close())
}

// resetWhose returns whose password is to be reset; empty where the admins are to be listed.
func resetWhose(args []string) (email string, err error) {
	switch {
	case len(args) == 0 || strings.HasPrefix(args[0], "-"):
		return "", nil
	case args[0] != "reset-password":
		return "", fmt.Errorf("there is no command %q; %s", "admin "+args[0], adminHelp)
	case len(args) == 1 || !strings.Contains(args[1], "@"):
		return "", fmt.Errorf("whose password? %s", adminHelp)
	}
	return args[1], nil
}

// listAdmins prints who may administer.
func listAdmins(ctx context.Context, w io.Writer, people *access.Service) error {
	admins, err := people.Admins(ctx)
	if err != nil {
		return err
	}
	if len(admins) == 0 {
		_, err = fmt.Fprintln(w, "Nobody administers. Where there is no account at all, start Earshot: it prints the link that makes the first one.")
		return err
	}
	for _, admin := range admins {
		if _, err := fmt.Fprintf(w, "%s  %s\n", admin.Email, admin.Name); err != nil {
			return err
		}
	}
	return nil
}

// printReset prints a link by which the rep with that address sets a new password.
func printReset(ctx context.Context, w io.Writer, people *access.Service, email, baseURL string) error {
	rep, token, err := people.NewReset(ctx, email)
	if survey.KindOf(err) == survey.NotFound {
		return fmt.Errorf("%w; earshot admin lists who administers", err)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Within an hour, once, %s sets a new password with this link:\n%s/reset/%s\n", rep.Name, baseURL, token)
	return err
}
