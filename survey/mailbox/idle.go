package mailbox

import (
	"context"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"earshot/survey"
)

const (
	// idleFor is how long an IDLE lasts until it is renewed: servers end one after 29 minutes at the earliest (RFC 2177), and what stands between forgets a
	// connection on which nothing is said within ten or fifteen.
	idleFor = 9 * time.Minute
	// renewWithin is how long that may take: else the connection is dead, though nobody has said so.
	renewWithin = 30 * time.Second
)

// Watch implements survey.MailboxWatcher by IDLE (RFC 2177), on a connection of its own.
func (m *IMAP) Watch(ctx context.Context, came func()) error {
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", m.config.address())
	if err != nil {
		return fault(survey.FaultConnection, err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	r := &reading{config: &m.config}
	r.options.UnilateralDataHandler = &imapclient.UnilateralDataHandler{Mailbox: func(data *imapclient.UnilateralDataMailbox) {
		if data.NumMessages != nil {
			came()
		}
	}}
	if err = r.open(ctx, conn); err == nil {
		if !r.client.Caps().Has(imap.CapIdle) {
			return survey.ErrUnwatched
		}
		came() // before this nobody would have told
		for err == nil {
			err = r.idle(ctx, conn)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// idle listens for a while.
func (r *reading) idle(ctx context.Context, conn net.Conn) error {
	listening, err := r.client.Idle()
	if err != nil {
		return fault(survey.FaultConnection, err)
	}
	over := time.NewTimer(idleFor)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	case <-r.client.Closed():
	}
	defer time.AfterFunc(renewWithin, func() { _ = conn.Close() }).Stop()
	err = listening.Close()
	if waited := listening.Wait(); err == nil {
		err = waited
	}
	if err != nil {
		return fault(survey.FaultConnection, err)
	}
	return nil
}
