package main

import (
	"context"
	"strings"

	"earshot/cmd/earshot/internal/collections"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/sqlite"
)

// openStore opens the engine that where names: a mongodb URI, or a file.
func openStore(ctx context.Context, where string) (store.Store, error) {
	if strings.HasPrefix(where, "mongodb://") || strings.HasPrefix(where, "mongodb+srv://") {
		return mongodb.Open(ctx, where, collections.Specs())
	}
	return sqlite.Open(ctx, where, collections.Specs()...)
}
