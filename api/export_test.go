package api

import (
	"log/slog"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
)

// Row is one row of the list of routes, for the tests that walk it.
type Row struct {
	Method, Path, Guard string
	// In is what an operation's request is bound into; nil where nothing is bound.
	In reflect.Type
	// Repeatable says that the request may be sent again under an Idempotency-Key.
	Repeatable bool
	// Act is the act of administration that it is; Daily says that it changes something and is none.
	Act   string
	Daily bool
	// Scope is what a key must be let to do, and BarsTests says that it must not be a test key.
	Scope     string
	BarsTests bool
	// Owned says that the row is about something of a customer's, whose rep decides.
	Owned bool
}

// Rows returns the list of routes: what programs use, then what people see.
func (s *Server) Rows() (json, pages []Row) { return rows(s.jsonRoutes()), rows(s.pageRoutes()) }

func rows(routes []route) []Row {
	guards := map[guard]string{public: "public", token: "token", keyRead: "keyRead", keyWrite: "keyWrite", rep: "rep", see: "see", whole: "whole", work: "work", manage: "manage", admin: "admin"}
	list := make([]Row, len(routes))
	for i, r := range routes {
		list[i] = Row{Method: r.method, Path: r.path, Guard: guards[r.guard], In: r.in, Repeatable: r.repeatable(), Act: r.act, Daily: r.isDaily, Scope: string(r.scope()), BarsTests: r.barsTests(), Owned: r.owner != nil}
	}
	return list
}

// StreamedType returns what a body holds that is read one after the other.
func StreamedType(t reflect.Type) (of reflect.Type, streamed bool) {
	if !strings.HasPrefix(t.Name(), "streamed[") {
		return nil, false
	}
	return t.Field(0).Type.Elem(), true
}

// IsNullable says whether null clears a member of that type.
func IsNullable(t reflect.Type) bool {
	_, null := reflect.New(t).Interface().(interface{ takesNull() })
	return null
}

// Remote returns the network address that a request came from, and whether many may stand behind it.
func Remote(r *http.Request, trusted ...netip.Prefix) (address string, shared bool) {
	where := &remotes{trusted: trusted, log: slog.New(slog.DiscardHandler)}
	address = where.of(r)
	return address, where.shared(r, address)
}
