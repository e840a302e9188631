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
	server *mail.LMTP
	ended  chan struct{}
	log    *slog.Logger
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
	r := &returns{mail.NewLMTP(service, "localhost", log), make(chan struct{}), log}
	go func() {
		defer close(r.ended)
		if err := r.server.Serve(listener); err != nil {
			log.Error("mails that come back are not taken in any more; the mail server keeps them until the next start", "error", err)
		}
	}()
	return r, nil
}

// stop waits for the mails that are being handed over.
func (r *returns) stop() {
	if r == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), httpStop)
	defer cancel()
	if err := r.server.Shutdown(ctx); err != nil {
		r.log.Warn("mails that came back were cut off; the mail server sends them again", "error", err)
	}
	<-r.ended
}
