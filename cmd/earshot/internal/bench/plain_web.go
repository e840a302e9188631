package main

import (
	"context"
	"errors"
	"net"
	"net/http"

	"earshot/cmd/earshot/internal/bench/bare"
)

// plainWeb is the bare client behind the HTTP server of Go's library: two requests a flow, pages as long as Earshot's, nothing
// else. It tells how much of the bare client's rate any answer that comes over HTTP can reach on this machine.
type plainWeb struct {
	http.Server
	host string
}

// startPlainWeb serves the answers' invitations: what is posted is the answer that stands there.
func startPlainWeb(ctx context.Context, c bare.Client, answers []bare.Doc, page []byte) (*plainWeb, error) {
	byInvitation := make(map[string]bare.Doc, len(answers))
	for _, d := range answers {
		byInvitation[invitationOf(d)] = d
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	handle := func(pattern string, do func(r *http.Request, invitation string) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			token := r.PathValue("token")
			if err := do(r, token[:min(len(token), invitationLength)]); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			// A client that has gone sees that for itself.
			_, _ = w.Write(page)
		})
	}
	handle("GET /r/{token}", func(r *http.Request, invitation string) error {
		return c.Read(r.Context(), "invitations", "inv_"+invitation)
	})
	handle("POST /r/{token}", func(r *http.Request, invitation string) error {
		return errors.Join(r.ParseForm(), c.Read(r.Context(), "invitations", "inv_"+invitation), c.Insert(r.Context(), "responses", byInvitation[invitation]))
	})
	w := &plainWeb{Server: http.Server{Handler: mux, ReadHeaderTimeout: answerTimeout}, host: l.Addr().String()}
	go func() { _ = w.Serve(l) }()
	return w, nil
}

// invitationLength is how many characters of a link's token are the invitation's id.
const invitationLength = 26
