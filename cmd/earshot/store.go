package main

import (
	"context"
	"strings"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/sqlite"
)

// openStore opens the engine that where names: a mongodb URI, or a file.
func openStore(ctx context.Context, where string) (store.Store, error) {
	if strings.HasPrefix(where, "mongodb://") || strings.HasPrefix(where, "mongodb+srv://") {
		return mongodb.Open(ctx, where, survey.Specs())
	}
	return sqlite.Open(ctx, where, survey.Specs()...)
}
