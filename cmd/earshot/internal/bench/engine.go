package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"earshot/cmd/earshot/internal/bench/bare"
	"earshot/cmd/earshot/internal/collections"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/sqlite"
)

// engine is a database that Earshot is measured on.
type engine struct {
	name   string
	folder string
	set    *replicaSet // nil for SQLite, which has no processes of its own
}

// openEngines starts the databases that are to be measured.
func openEngines(names []string, folder string) ([]*engine, error) {
	var list []*engine
	for _, name := range names {
		e := &engine{folder: folder}
		switch {
		case strings.EqualFold(name, sqLite):
			e.name = sqLite
		case strings.EqualFold(name, mongoDB):
			e.name = mongoDB
			var err error
			if e.set, err = startReplicaSet(); err != nil {
				return list, err
			}
		default:
			return list, fmt.Errorf("-engines: %q is neither %s nor %s", name, sqLite, mongoDB)
		}
		list = append(list, e)
	}
	return list, nil
}

// The engines.
const (
	sqLite  = "SQLite"
	mongoDB = "MongoDB"
)

// place is a database on an engine: where it is, for Earshot, and the engine's own client on it.
type place struct {
	*engine
	database string
	store    string
	bare     bare.Client
}

// place returns a database of that name that nobody used yet.
func (e *engine) place(name string) (*place, error) {
	p := &place{engine: e, database: name}
	var err error
	if e.set == nil {
		p.store = filepath.Join(e.folder, name+".db")
		p.bare, err = bare.OpenSQLite(p.store)
		return p, err
	}
	p.store = strings.Replace(e.set.URI(), "/?", "/"+name+"?", 1)
	p.bare, err = bare.OpenMongoDB(p.store)
	return p, err
}

// open opens the database as Earshot does. On SQLite Earshot must not run meanwhile.
func (p *place) open(ctx context.Context) (store.Store, error) {
	if p.set == nil {
		return sqlite.Open(ctx, p.store, collections.Specs()...)
	}
	return mongodb.Open(ctx, p.store, collections.Specs())
}

// cpu is the processor time of the database's own processes so far; SQLite has none.
func (e *engine) cpu() (time.Duration, error) {
	if e.set == nil {
		return 0, nil
	}
	return e.set.cpu()
}

// commands is how many commands the database has served so far; SQLite has none.
func (e *engine) commands(ctx context.Context) (int64, error) {
	if e.set == nil {
		return 0, nil
	}
	return e.set.admin.Commands(ctx)
}

// close ends the database.
func (e *engine) close() error {
	if e.set == nil {
		return nil
	}
	return e.set.stop()
}
