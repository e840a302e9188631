package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"earshot/survey"
	"earshot/survey/mail"
)

// returns is the server that takes in mails that came back; nil where none is asked for.
type returns struct {
	server   *mail.LMTP
	listener net.Listener
	ended    chan struct{}
}

// startLMTP begins to take in mails that came back, where that is asked for.
func startLMTP(ctx context.Context, cfg *config, service *survey.Service, log *slog.Logger) (*returns, error) {
	if cfg.lmtp == "" {
		return nil, nil //nolint:nilnil // nothing is to be stopped
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.lmtp)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another with -lmtp", cfg.lmtp, err)
	}
	r := &returns{mail.NewLMTP(service, "localhost", log), listener, make(chan struct{})}
	go func() {
		defer close(r.ended)
		if err := r.server.Serve(listener); err != nil {
			log.Error("mails that come back are not taken in any more; the mail server keeps them until the next start", "error", err)
		}
	}()
	return r, nil
}

// stop ends it; a second time is none.
func (r *returns) stop() {
	if r == nil {
		return
	}
	_, _ = r.server.Close(), r.listener.Close() // where it has not even begun to serve, it does not know of its listener
	<-r.ended
}
