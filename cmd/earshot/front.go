package main

import (
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
)

// front answers requests from the first moment on: until the store is ready it says so, so that whoever watches the
// process sees that it lives and is not ready, and visitors are asked to come back in a moment.
type front struct {
	log telling
	// doing is what the store waits for, and ready what answers when it does not any more.
	doing atomic.Pointer[string]
	ready atomic.Pointer[http.Handler]
	// serving counts the requests that are being answered.
	serving atomic.Int64
}

func newFront(log telling) *front {
	f := &front{log: log}
	starting := "starting"
	f.doing.Store(&starting)
	return f
}

// wait notes what is waited for.
func (f *front) wait(doing string) {
	f.doing.Store(&doing)
	f.log(doing)
}

// open lets requests through.
func (f *front) open(handler http.Handler) { f.ready.Store(&handler) }

// busyPerProcessor is how many requests for each processor are more than it can answer at once, even with some of them
// waiting for the store.
const busyPerProcessor = 4

// busy says whether more requests wait for an answer than the processors can work on.
func (f *front) busy() bool { return f.serving.Load() > int64(busyPerProcessor*runtime.GOMAXPROCS(0)) }

// comeBack is after how many seconds a visitor should try again.
const comeBack = "5"

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.serving.Add(1)
	defer f.serving.Add(-1)
	if ready := f.ready.Load(); ready != nil {
		(*ready).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Retry-After", comeBack)
	switch r.URL.Path {
	case "/healthz":
		w.Header().Del("Retry-After")
		writeJSON(w, "application/json", http.StatusOK, map[string]any{"status": "ok"})
	case "/readyz":
		writeJSON(w, "application/problem+json", http.StatusServiceUnavailable, map[string]any{
			"type": "urn:earshot:problem:unavailable", "title": http.StatusText(http.StatusServiceUnavailable),
			"status": http.StatusServiceUnavailable, "detail": "Not ready yet: " + *f.doing.Load() + ".",
		})
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "Earshot is starting. Please come back in a moment.\n")
	}
}

func writeJSON(w http.ResponseWriter, contentType string, status int, body any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	// Whoever asked and went away needs no answer.
	_ = json.NewEncoder(w).Encode(body)
}
