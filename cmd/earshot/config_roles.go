package main

import (
	"cmp"
	"flag"
	"slices"

	"earshot/survey/access"
)

// roleOptions say whose customers reps share.
type roleOptions struct{ see, work string }

// define declares the options with their defaults.
func (r *roleOptions) define(fs *flag.FlagSet) {
	fs.StringVar(&r.see, "reps-see", string(access.DefaultRepsSee), "`whose` customers a rep sees besides those of nobody: own, team or all")
	fs.StringVar(&r.work, "reps-work", string(access.DefaultRepsWork), "`whose` customers a rep works on besides those of nobody: own, team or all; never more than they see")
}

// check reports what is wrong with the options.
func (r *roleOptions) check(problem report) {
	r.see, r.work = cmp.Or(r.see, string(access.DefaultRepsSee)), cmp.Or(r.work, string(access.DefaultRepsWork))
	known := func(name, value string) bool {
		if slices.Contains(access.Sharings(), access.Sharing(value)) {
			return true
		}
		problem(name, "%q is not one of own, team, all", value)
		return false
	}
	seen, worked := known("reps-see", r.see), known("reps-work", r.work)
	if seen && worked && !access.Sharing(r.work).Within(access.Sharing(r.see)) {
		problem("reps-work", "%q is more than reps see (-reps-see=%s); they cannot work on what they do not see", r.work, r.see)
	}
}
